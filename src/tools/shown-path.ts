import type { Place } from "../core/tool.ts";

/** A path as the model should write it back: relative to where it works, absolute elsewhere. */
export function shownPath(path: string, { cwd, paths }: Pick<Place, "cwd" | "paths">): string {
  const inside = paths.within(cwd, path);
  return inside === undefined ? path : inside || ".";
}
