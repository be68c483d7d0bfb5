import type { Rule } from "../core/access.ts";
import { readAt } from "./command-rules.ts";
import { pathsOf } from "./file-command-rules.ts";
import type { RulePlace } from "./path-patterns.ts";

/**
 * Nobody writes what we keep (rules, logs, approvals) through a tool, wherever the user has put it: that asks under every
 * mode, and no rule lifts it. `readable`: folders in there that commands may name.
 */
export function ownFileRules(place: RulePlace, readable: readonly string[]): Rule[] {
  const { paths } = place;
  const folders = [...new Set(readable.map((folder) => paths.dirname(folder)))];
  const lies = (among: readonly string[], path: string): boolean =>
    among.some((folder) => paths.within(folder, path) !== undefined);
  const isOurs = (path: string): boolean => lies(folders, path);
  const source = "Plumb's own files";
  return [
    { verdict: "ask", kind: "write", source, matches: isOurs },
    {
      verdict: "ask",
      kind: "execute",
      source,
      matches: (text) =>
        readAt(text, place).commands.some((command) =>
          pathsOf(command, place)
            .flatMap((path) => [path, place.real?.(path) ?? path])
            .some((path) => isOurs(path) && !lies(readable, path)),
        ),
    },
  ];
}
