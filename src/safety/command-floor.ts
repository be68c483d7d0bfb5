import type { Rule } from "../core/access.ts";
import type { RulePlace } from "./path-patterns.ts";
import { isProtectedForWriting } from "./protected-files.ts";
import { readShell } from "./shell-words.ts";

const CHANGES = new Set(
  "rm rmdir unlink shred mv cp ln install rsync touch truncate tee dd chmod chown chattr sed perl patch".split(
    " ",
  ),
);
const REMOVES = new Set(["rm", "rmdir", "unlink", "shred", "mv"]);

/**
 * Commands that plainly change protected files, or remove the disk, the home folder or a workspace folder, ask under
 * every mode. It knows the usual tools only: a seat belt, not the wall.
 */
export function commandFloor(place: RulePlace): Rule {
  const critical = new Set([place.home, ...place.roots, place.cwd].flatMap((path) => ancestors(path, place)));
  const resolve = (word: string): string => {
    const path = word.replace(/^(?:~|\$HOME|\$\{HOME\})(?=\/|$)/, () => place.home);
    return place.paths.resolve(place.cwd, path);
  };
  const isCritical = (word: string): boolean =>
    critical.has(resolve(word.replace(/(?:^|(?<=\/))(?:\*|\.\*|\.|\{,\.\}\*)$/, "") || "."));
  const isProtected = (word: string): boolean => {
    const path = resolve(word);
    const inside = place.roots
      .map((root) => place.paths.within(root, path))
      .find((found) => found !== undefined);
    return isProtectedForWriting(inside ?? path);
  };
  return {
    verdict: "ask",
    kind: "execute",
    source: "protected file or folder",
    matches: (text) => {
      const { commands, redirects } = readShell(text);
      if (redirects.some(isProtected)) return true;
      return commands.some((words) => {
        const at = words.findIndex((word) => CHANGES.has(word.slice(word.lastIndexOf("/") + 1)));
        if (at < 0) return false;
        const name = words[at]?.replace(/^.*\//, "") ?? "";
        const operands = words.slice(at + 1);
        return operands.some((word) => isProtected(word) || (REMOVES.has(name) && isCritical(word)));
      });
    },
  };
}

/** The folder and everything it lies in, up to the root of the disk. */
function ancestors(path: string, place: RulePlace): string[] {
  const parent = place.paths.dirname(path);
  return parent === path ? [path] : [path, ...ancestors(parent, place)];
}
