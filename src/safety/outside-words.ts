import type { Paths } from "../core/ports.ts";
import { readShell } from "./shell-words.ts";

/** Programs whose plain arguments are files that they change, or folders that the rest of the command runs in. */
const CHANGES: ReadonlySet<string> = new Set(
  "cd cp mv rm rmdir mkdir touch tee ln install chmod chown truncate rsync shred unlink pushd".split(" "),
);
/** Nobody wants these back. */
const PASSING = /^\/(?:dev|proc|tmp|var\/tmp)(?:\/|$)/;
const MAX_NAMED = 3;

/** Places outside of the workspace that a command visibly writes to. Only what is certain: a hint, never a protection. */
export function outsideWords(
  command: string,
  { cwd, roots, paths }: { cwd: string; roots: readonly string[]; paths: Paths },
): readonly string[] {
  const { commands, redirects } = readShell(command);
  const files = commands.flatMap(([program = "", ...words]) =>
    CHANGES.has(paths.basename(program)) ? words.filter((word) => !word.startsWith("-")) : [],
  );
  const isOutside = (word: string): boolean => {
    if (/^~(?:\/|$)/.test(word)) return true;
    if (!/^\/|^\.\.(?:\/|$)|\/\.\.(?:\/|$)/.test(word) || PASSING.test(word)) return false;
    const path = paths.resolve(cwd, word);
    return roots.every((root) => paths.within(root, path) === undefined);
  };
  return [...new Set([...redirects, ...files].filter(isOutside))].slice(0, MAX_NAMED);
}
