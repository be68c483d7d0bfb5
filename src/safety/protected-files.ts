import { trimWindowsSegment } from "./fold-path.ts";

const words = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/));

/** Folders that configure, instruct or run something outside the edit: everything below them is protected. */
const FOLDERS = words(`
  .git .vscode .idea .vs .fleet .zed .claude .cursor .windsurf .roo .gemini .codex .continue .plumb .circleci .husky
  .devcontainer .clinerules .agents .opencode .kiro .amazonq .junie launchagents launchdaemons
`);
const FOLDER_PATHS = words(`
  .github/workflows .github/actions .github/agents .github/hooks .github/instructions .github/prompts .github/skills
  .github/chatmodes .yarn/releases .yarn/plugins .config/git .config/fish .config/autostart .config/systemd .config/powershell
`);
const FILES = words(`
  .gitmodules .gitconfig .mcp.json .cursorrules .windsurfrules .clinerules agents.md agents.override.md claude.md
  claude.local.md gemini.md .rules .goosehints .aider.conf.yml opencode.json opencode.jsonc
  .gitlab-ci.yml azure-pipelines.yml jenkinsfile .pre-commit-config.yaml .pre-commit-config.yml lefthook.yml
  lefthook.yaml .lefthook.yml .lefthook.yaml .envrc .npmrc .yarnrc .yarnrc.yml bunfig.toml .exrc .nvimrc .vimrc
  .pnpmfile.cjs pip.conf .devcontainer.json .ripgreprc .bashrc .bash_profile .bash_login .bash_logout .bash_aliases
  .profile .zshrc .zshenv .zprofile .zlogin .zlogout .kshrc .cshrc .tcshrc .login .inputrc crontab
  microsoft.powershell_profile.ps1 profile.ps1
`);
const FILE_PATHS = words(".github/copilot-instructions.md .cargo/config.toml .cargo/config");

const SECRET_FOLDERS = words(".aws .ssh .gnupg .azure .password-store");
const SECRET_FOLDER_PATHS = words(".config/gcloud");
const SECRET_FILES = words(`
  .npmrc .pypirc .netrc _netrc .git-credentials .htpasswd .pgpass .my.cnf .vault-token id_rsa id_dsa id_ecdsa
  id_ed25519 id_ecdsa_sk id_ed25519_sk
`);
const SECRET_FILE_PATHS = words(".docker/config.json .kube/config .cargo/credentials.toml");
const SECRET_NAME =
  /^\.env(?:\..+)?$|\.(?:pem|key|p12|pfx|jks|keystore|ppk|kdbx|tfvars|tfstate)$|\.tfvars\.json$|\.tfstate\.backup$|(?:^|[-_.])service[-_]?account.*\.json$/;
const TEMPLATE = /^\.env.*\.(?:example|sample)$/;

/** Segments as the most forgiving file system would compare them: no case, no invisible characters, no Windows suffixes. */
function fold(path: string): string[] {
  const folded: string[] = [];
  const plain = path
    .normalize("NFC")
    .replace(/\p{Default_Ignorable_Code_Point}/gu, "")
    .toLowerCase();
  for (const [index, written] of plain.split(/[\\/]+/).entries()) {
    const segment = index === 0 && /^[a-z]:/.test(written) ? written : trimWindowsSegment(written);
    if (segment === "..") folded.pop();
    else if (segment !== "" && segment !== ".") folded.push(segment);
  }
  return folded;
}

function isListed(
  segments: readonly string[],
  folders: ReadonlySet<string>,
  folderPaths: ReadonlySet<string>,
  files: ReadonlySet<string>,
  filePaths: ReadonlySet<string>,
): boolean {
  const name = segments.at(-1) ?? "";
  if (files.has(name) || filePaths.has(segments.slice(-2).join("/"))) return true;
  return segments.some(
    (segment, at) => folders.has(segment) || folderPaths.has(`${segment}/${segments[at + 1]}`),
  );
}

const isInSecretFolder = (segments: readonly string[]): boolean =>
  isListed(segments, SECRET_FOLDERS, SECRET_FOLDER_PATHS, SECRET_FILES, SECRET_FILE_PATHS);

/**
 * True for files that may hold credentials: reading them asks. The path may be absolute or relative to a workspace
 * folder, and counts at any depth, without case and invisible characters. A folder of secrets is not one itself, so
 * whoever searches in folders asks for each file it shows.
 */
export function isSecret(path: string): boolean {
  const segments = fold(path);
  const name = segments.at(-1) ?? "";
  if (name.endsWith(".pub") || TEMPLATE.test(name)) return false;
  if (SECRET_FOLDERS.has(name)) return isInSecretFolder(segments.slice(0, -1));
  return SECRET_NAME.test(name) || isInSecretFolder(segments);
}

const EDITORS = /^(?:code(?: - insiders| - oss)?|code-oss|code-server|vscodium|cursor|windsurf|user-data)$/;
const EDITOR_SERVERS = /^\.(?:vscode|vscodium|cursor|windsurf|openvscode)-[\w-]+$/;

/** Settings, keys, tasks and state of an editor itself, as each system and each of its servers keeps them. */
const isOfEditor = (segments: readonly string[]): boolean =>
  segments.some(
    (segment, at) =>
      EDITOR_SERVERS.test(segment) ||
      (EDITORS.test(segment) && /^(?:user|machine)$/.test(segments[at + 1] ?? "")) ||
      (segment === "data" && segments[at + 1] === "machine"),
  );

/**
 * True for files that run, configure or instruct something beyond the edit itself, and for every secret: writing
 * or deleting them asks under every mode. The path may be absolute or relative to a workspace folder.
 */
export function isProtectedForWriting(path: string): boolean {
  const segments = fold(path);
  const name = segments.at(-1) ?? "";
  if (name.endsWith(".code-workspace")) return true;
  // Any folder with this file and two folders is a repository to git, whose settings run programs.
  if (name === "head") return true;
  // A bare repository keeps its hooks and settings beside its objects.
  const at = segments.findIndex((segment) => segment.endsWith(".git"));
  if (at >= 0 && /^(?:hooks|config)$/.test(segments[at + 1] ?? "")) return true;
  if (SECRET_FOLDERS.has(name) || isOfEditor(segments)) return true;
  return isListed(segments, FOLDERS, FOLDER_PATHS, FILES, FILE_PATHS) || isSecret(path);
}

const SYSTEM = words(
  "bin boot dev etc lib lib64 proc root run sbin sys usr system library windows program\u00A0files programdata",
);

/** True for what belongs to the operating system, should a whole disk be opened as the workspace. */
export function isSystemPath(path: string): boolean {
  const [first = "", second = ""] = fold(path);
  return SYSTEM.has((/^[a-z]:$/.test(first) ? second : first).replaceAll(" ", "\u00A0"));
}

/** What is protected by its name alone, in lower case: to be kept from a command that nobody looks at, whether it is there or not. */
export const PROTECTED_NAMES: readonly string[] = [...FOLDERS, ...FOLDER_PATHS, ...FILES, ...FILE_PATHS];
/** The same of what holds secrets, relative to a home folder. */
export const SECRET_NAMES: readonly string[] = [
  ...SECRET_FOLDERS,
  ...SECRET_FOLDER_PATHS,
  ...SECRET_FILES,
  ...SECRET_FILE_PATHS,
];
