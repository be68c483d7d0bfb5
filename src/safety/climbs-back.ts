/**
 * To a reader `a/../b` is `b`. To the system it is beside wherever `a` leads, which is somewhere else when `a` is a link: so
 * nothing is known of such a path by its text.
 */
export const climbsBack = (path: string): boolean =>
  /(?:^|\/)(?!\.{1,2}(?:\/|$))[^/]+\/+(?:\.\/+)*\.\.(?:\/|$)/.test(path);
