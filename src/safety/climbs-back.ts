/**
 * To a reader `a/../b` is `b`. To the system it is beside wherever `a` leads, which is somewhere else when `a` is a link: so
 * nothing is known of such a path by its text.
 */
export const climbsBack = (path: string): boolean =>
  /(?:^|\/)(?!\.{1,2}(?:\/|$))[^/]+\/+(?:\.\/+)*\.\.(?:\/|$)/.test(path);

/** The same for a path of a command that may run in another folder than `cwd`, which was gone to through a link perhaps. */
export const climbsFrom = (path: string, cwds: readonly string[] | undefined, cwd: string): boolean =>
  climbsBack(path) ||
  (/(?:^|\/)\.\.(?:\/|$)/.test(path) && !path.startsWith("/") && cwds?.every((one) => one === cwd) !== true);
