import type { Paths } from "../../core/ports.ts";

/** A path for people: relative to the working directory, or to the home folder, with `/` there. */
export function shownPlace(
  path: string,
  { paths, cwd, home }: { readonly paths: Paths; readonly cwd: string; readonly home: string },
): string {
  const own = paths.within(home, path);
  return paths.within(cwd, path) || (own ? `~/${own}` : path);
}
