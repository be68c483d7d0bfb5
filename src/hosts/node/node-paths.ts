import { posix, win32 } from "node:path";
import type { Host, Paths } from "../../core/ports.ts";

/** Compares by segment, so `/proj2` is never inside `/proj`; on Windows without regard to case. */
export function createPaths(platform: Host["platform"]): Paths {
  const path = platform === "win32" ? win32 : posix;
  return {
    resolve: (base, relative) => path.resolve(base, relative),
    within(root, inner) {
      const relative = path.relative(root, inner);
      const isOutside =
        relative === ".." || relative.startsWith(`..${path.sep}`) || path.isAbsolute(relative);
      return isOutside ? undefined : relative.split(path.sep).join("/");
    },
    join: (base, ...parts) => path.join(base, ...parts),
    basename: (inner) => path.basename(inner),
    dirname: (inner) => path.dirname(inner),
  };
}

/** This machine's platform in the engine's three words; other Unixes behave like Linux. */
export const PLATFORM: Host["platform"] =
  process.platform === "win32" || process.platform === "darwin" ? process.platform : "linux";
