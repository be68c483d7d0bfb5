import type { Place, RuleChoices } from "../core/tool.ts";
import { toSlashes } from "../safety/fold-path.ts";
import { isProtectedForWriting, isSecret } from "../safety/protected-files.ts";

const escapeGlob = (path: string): string => path.replaceAll(/[\\*?[\]]/g, "\\$&");
const hasControlCharacter = (path: string): boolean => /\p{Cc}/u.test(path);
/** A whole disk or a folder right below it, e.g. `/home`: too much to allow by the way. */
const isBroad = (folder: string): boolean => folder.split("/").filter(Boolean).length < 2;

/**
 * The rules that would allow this access: the file, and as another choice its folder where that is not too much (protected
 * files, secrets, the workspace itself, writing outside of it).
 */
export function pathRule(tool: "Read" | "Edit", path: string, place: Place): RuleChoices {
  if (hasControlCharacter(path)) return [];
  const isDelicate = tool === "Edit" ? isProtectedForWriting(path) : isSecret(path);
  const inside = insideOf(path, place);
  if (inside !== undefined) {
    // Ordinary files of the workspace are read without asking, so there is nothing to allow from now on.
    if (tool === "Read" && !isDelicate) return [];
    const folder = inside.path.slice(0, Math.max(0, inside.path.lastIndexOf("/")));
    // With one slash a rule counts from every workspace folder, which is more than the card shows.
    const root = place.roots.length > 1 ? `/${escapeGlob(toSlashes(inside.root))}` : "";
    const rule = (covered: string) => [`${tool}(${root}/${covered})`];
    const file = rule(escapeGlob(inside.path));
    return isDelicate || folder === "" ? [file] : [file, rule(`${escapeGlob(folder)}/**`)];
  }
  const folder = toSlashes(place.paths.dirname(path));
  const isExact = tool === "Edit" || isDelicate || isBroad(folder);
  const file = [`${tool}(/${escapeGlob(toSlashes(path))})`];
  return isExact ? [file] : [file, [`Read(/${escapeGlob(folder)}/**)`]];
}

/** The rule that would allow searching a folder outside the workspace, itself and what is in it, from now on. */
export function folderRule(path: string, place: Place): RuleChoices {
  const folder = toSlashes(path);
  const isInside = place.roots.some((root) => place.paths.within(root, path) !== undefined);
  return isInside || isBroad(folder) || hasControlCharacter(path) ? [] : [[`Read(/${escapeGlob(folder)})`]];
}

/** The workspace folder it lies in and where there; undefined outside of all, and for a workspace folder itself. */
function insideOf(path: string, { roots, paths }: Place): { root: string; path: string } | undefined {
  for (const root of roots) {
    const inside = paths.within(root, path);
    if (inside) return { root, path: inside };
  }
  return undefined;
}
