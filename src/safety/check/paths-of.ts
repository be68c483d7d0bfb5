import { posix, win32 } from "node:path";
import type { Paths } from "../../core/ports.ts";

/** Path arithmetic of a file system that is not the one the test runs on. */
export function pathsOf(platform: string, isCaseInsensitive = false): Paths {
  const lib = platform === "win32" ? win32 : posix;
  const fold = (path: string): string => (isCaseInsensitive ? path.toLowerCase() : path).normalize("NFC");
  return {
    resolve: (base, path) => lib.resolve(base, path),
    within(root, path) {
      const relative = lib.relative(fold(root), fold(path));
      if (relative === ".." || relative.startsWith(`..${lib.sep}`) || lib.isAbsolute(relative))
        return undefined;
      return lib
        .normalize(path)
        .slice(-relative.length || path.length + 1)
        .replaceAll("\\", "/");
    },
    join: lib.join,
    basename: (path) => lib.basename(path),
    dirname: lib.dirname,
  };
}

/** Follows links as a kernel does, a link before `..`; undefined for a loop. `keepLast` leaves a final link alone. */
export function followLinks(
  path: string,
  links: Readonly<Record<string, string>>,
  paths: Paths,
  keepLast = false,
): string | undefined {
  let pending = path.split("/").filter((part) => part !== "");
  let at = "/";
  let hops = 0;
  while (pending.length > 0) {
    const [part = "", ...rest] = pending;
    pending = rest;
    if (part === "..") {
      at = paths.dirname(at);
      continue;
    }
    const next = paths.join(at, part);
    const target = keepLast && rest.length === 0 ? undefined : links[next];
    if (target === undefined) {
      at = next;
      continue;
    }
    hops += 1;
    if (hops > 40) return undefined;
    pending = [...target.split("/").filter((piece) => piece !== ""), ...rest];
    if (target.startsWith("/")) at = "/";
  }
  return at;
}
