/** Who wrote a rule, strongest first where only one of them can be right (the mode a conversation begins in). */
export const RULE_SCOPES = ["managed", "local", "project", "user"] as const;
export type RuleScope = (typeof RULE_SCOPES)[number];

/** A settings file that permission rules may stand in. */
export interface RuleFile {
  readonly scope: RuleScope;
  /** Absolute. */
  readonly path: string;
  /** For people, e.g. `project settings (.claude/settings.json)`. */
  readonly label: string;
  /** The workspace folder that it is about: its rules are resolved there. Left out where it is about all of them. */
  readonly root?: string;
  /** What `/x` in its rules is relative to, when that is no workspace folder. */
  readonly anchor?: string;
  /** All `*.json` files in it, by name, and not the folder itself. */
  readonly isFolder?: true;
}

export interface RuleFilePlaces {
  readonly platform: "darwin" | "linux" | "win32";
  readonly home: string;
  /** Plumb's own folder of the user. */
  readonly dataDir: string;
  /** Where Claude Code keeps the user's settings: `CLAUDE_CONFIG_DIR`, or `.claude` in the home folder. */
  readonly claudeDir: string;
  /** Workspace folders, canonical. */
  readonly roots: readonly string[];
  readonly join: (...parts: string[]) => string;
  /** The machine's folder for managed settings of a product; the platform's own unless a test says otherwise. */
  readonly managedDir?: (product: "plumb" | "claude") => string;
}

const MANAGED = {
  darwin: { plumb: "/Library/Application Support/Plumb", claude: "/Library/Application Support/ClaudeCode" },
  linux: { plumb: "/etc/plumb", claude: "/etc/claude-code" },
  win32: { plumb: "C:\\Program Files\\Plumb", claude: "C:\\Program Files\\ClaudeCode" },
} as const;

/** Every file that is looked for, whether it exists or not, in the order in which they are shown. */
export function ruleFiles(places: RuleFilePlaces): RuleFile[] {
  const { platform, dataDir, claudeDir, roots, join } = places;
  const managedDir = places.managedDir ?? ((product): string => MANAGED[platform][product]);
  const managed = (["plumb", "claude"] as const).flatMap((product): RuleFile[] => {
    const file = join(managedDir(product), "managed-settings.json");
    const folder = join(managedDir(product), "managed-settings.d");
    return [
      { scope: "managed", path: file, label: `managed settings (${file})` },
      { scope: "managed", path: folder, label: `managed settings (${folder})`, isFolder: true },
    ];
  });
  const shown = (path: string): string =>
    path.startsWith(`${places.home}/`) || path.startsWith(`${places.home}\\`)
      ? `~${path.slice(places.home.length)}`
      : path;
  const own = join(dataDir, "settings.json");
  const claude = join(claudeDir, "settings.json");
  const user: RuleFile[] = [
    { scope: "user", path: own, label: `user settings (${shown(own)})` },
    { scope: "user", path: claude, label: `user settings (${shown(claude)})`, anchor: claudeDir },
  ];
  const of = roots.flatMap((root) => inFolder(root, roots.length > 1, join));
  // With the home folder open, its `.plumb` and `.claude` are still the user's.
  const mine = new Set(user.map(({ path }) => path));
  return [...managed, ...user, ...of.filter(({ path }) => !mine.has(path))];
}

function inFolder(root: string, hasOthers: boolean, join: RuleFilePlaces["join"]): RuleFile[] {
  const where = hasOthers ? ` in ${root}` : "";
  const file = (scope: "project" | "local", folder: string, name: string): RuleFile => ({
    scope,
    path: join(root, folder, name),
    label: `${scope} settings (${folder}/${name}${where})`,
    root,
  });
  return [
    file("project", ".plumb", "settings.json"),
    file("project", ".claude", "settings.json"),
    file("local", ".plumb", "settings.local.json"),
    file("local", ".claude", "settings.local.json"),
  ];
}
