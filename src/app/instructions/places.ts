import { FOREIGN, type Foreign, type InstructionChoices } from "../../core/instruction-choices.ts";
import type { RuleFile } from "../../safety/rule-files/places.ts";

/** Whose words a file holds: what the repository brings counts only in a trusted workspace. */
export type InstructionScope = "managed" | "user" | "project" | "local";

/** Where instructions are looked for. */
export interface Place {
  readonly path: string;
  readonly scope: InstructionScope;
  /** A file, all rules in a folder, or either. */
  readonly kind: "file" | "rules" | "either";
  /** The folder that globs of its rules are relative to. */
  readonly base: string;
  /** Counts only if none of these is there. */
  readonly unless?: readonly string[];
  /** Of a rule in another tool's format: rules there count by themselves only when they say so. */
  readonly isCursor?: true;
}

type Join = (base: string, ...parts: string[]) => string;

/** Files of the machine and of the user; the settings files say where they keep theirs. Outermost first. */
export function ownPlaces(
  files: readonly RuleFile[],
  { join, dirname }: { join: Join; dirname: (path: string) => string },
): Place[] {
  const ofScope = (scope: "managed" | "user"): RuleFile[] =>
    files.filter((file) => file.scope === scope && !file.isFolder);
  const main = (scope: "managed" | "user", folder: string): Place[] => [
    place(scope, "file", folder, join(folder, "CLAUDE.md")),
    place(scope, "file", folder, join(folder, "AGENTS.md"), [join(folder, "CLAUDE.md")]),
  ];
  const managed = ofScope("managed").flatMap(({ path }) => main("managed", dirname(path)));
  // Only Claude Code's have an anchor. Theirs first: what the user says to Plumb itself is closer.
  const isOurs = ({ anchor }: RuleFile): boolean => anchor === undefined;
  const user = ofScope("user")
    .toSorted((a, b) => Number(isOurs(a)) - Number(isOurs(b)))
    .flatMap((file) => {
      const folder = dirname(file.path);
      const rules = place("user", "rules", folder, join(folder, "rules"));
      return [...main("user", folder).slice(0, isOurs(file) ? 2 : 1), rules];
    });
  return [...managed, ...user];
}

/** What a folder of the project may hold, in the order in which it counts: what is further down is closer. */
export function folderPlaces(
  folder: string,
  { imports, agentsFiles }: InstructionChoices,
  join: Join,
): Place[] {
  const claude = [join(folder, "CLAUDE.md"), join(folder, ".claude", "CLAUDE.md")];
  const agents = place(
    "project",
    "file",
    folder,
    join(folder, "AGENTS.md"),
    agentsFiles === "fallback" ? claude : [],
  );
  const foreign: Record<Foreign, Place[]> = {
    cline: [place("project", "either", folder, join(folder, ".clinerules"))],
    copilot: [place("project", "file", folder, join(folder, ".github", "copilot-instructions.md"))],
    cursor: [{ ...place("project", "rules", folder, join(folder, ".cursor", "rules")), isCursor: true }],
    roo: [place("project", "rules", folder, join(folder, ".roo", "rules"))],
  };
  return [
    ...FOREIGN.filter((tool) => imports.includes(tool)).flatMap((tool) => foreign[tool]),
    ...claude.map((path) => place("project", "file", folder, path)),
    ...(agentsFiles === "never" ? [] : [agents]),
    place("project", "rules", folder, join(folder, ".claude", "rules")),
    place("project", "rules", folder, join(folder, ".plumb", "rules")),
    place("local", "file", folder, join(folder, "CLAUDE.local.md")),
  ];
}

const place = (
  scope: InstructionScope,
  kind: Place["kind"],
  base: string,
  path: string,
  unless: readonly string[] = [],
): Place => ({ path, scope, kind, base, ...(unless.length > 0 && { unless }) });
