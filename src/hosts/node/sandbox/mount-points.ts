/** Places of this process that were, or are, mounted over while commands are confined. */
const places = new Set<string>();

export function addMountPoints(paths: readonly string[]): void {
  for (const path of paths) places.add(path);
}

/** Whether an empty file that comes or goes there may be what a mount needs, and no change of anybody. */
export const isMountPoint = (path: string): boolean => places.has(path);
