import type { Paths } from "../core/ports.ts";
import { isWindowsPath } from "./fold-path.ts";
import { readCommands } from "./shell/late.ts";

/** Programs whose plain arguments are files that they change, or folders that the rest of the command runs in. */
const CHANGES: ReadonlySet<string> = new Set(
  "cd cp mv rm rmdir mkdir touch tee ln install chmod chown truncate rsync shred unlink pushd set-location push-location remove-item move-item copy-item rename-item new-item set-content add-content clear-content out-file tee-object".split(
    " ",
  ),
);
/** Nobody wants these back. */
const PASSING = /^\/(?:dev|proc|tmp|var\/tmp)(?:\/|$)/;
const MAX_NAMED = 3;

/** Places outside of the workspace that a command visibly writes to. Only what is certain: a hint, never a protection. */
export function outsideWords(
  command: string,
  { cwd, roots, paths }: { cwd: string; roots: readonly string[]; paths: Paths },
): readonly string[] {
  // `~` stays as it is written: that it is outside of the workspace is all that counts.
  const { commands } = readCommands(command, { cwd, home: "~", resolve: paths.resolve });
  const isOutside = (word: string): boolean => {
    if (/^~(?:[\\/]|$)/.test(word)) return true;
    const isFar = /^\/|^\.\.(?:\/|$)|\/\.\.(?:\/|$)/;
    const written = isWindowsPath(cwd) ? word.replaceAll("\\", "/").replace(/^[a-z]:/i, "") : word;
    if (!isFar.test(written) || word.includes("\0") || PASSING.test(word)) return false;
    const path = paths.resolve(cwd, word);
    return roots.every((root) => paths.within(root, path) === undefined);
  };
  const named = commands.flatMap(({ words, redirects }) => {
    const [program, ...rest] = words.map(({ value }) => value);
    const files = CHANGES.has(paths.basename(program ?? ""))
      ? rest.filter((word) => !word.startsWith("-"))
      : [];
    const written = redirects
      .filter(({ operator }) => operator !== "<")
      .flatMap((redirect) => redirect.words);
    return [...written.map(({ value }) => value), ...files];
  });
  return [...new Set(named.filter(isOutside))].slice(0, MAX_NAMED);
}
