/** Most paths, and the same in every Unicode form. */
const PLAIN = /^[ -~]*$/;
const IGNORABLE = /\p{Default_Ignorable_Code_Point}/gu;
const WINDOWS = /^(?:[A-Za-z]:|[\\/]{2}|\\\?\?\\)/;

/** True for paths as Windows writes them: a drive, a UNC or a device path. */
export const isWindowsPath = (path: string): boolean => WINDOWS.test(path);

/** With `/` between segments and a drive as its first segment (`C:\a` is `/c/a`), so that one grammar fits all systems. */
export function toSlashes(path: string): string {
  if (!isWindowsPath(path)) return path;
  const plain = path.replace(/^\\(?:\\[?.]|\?\?)\\(?:UNC\\)?/i, (prefix) =>
    /UNC\\$/i.test(prefix) ? "\\\\" : "",
  );
  const slashed = plain.replaceAll("\\", "/");
  return slashed.replace(/^([A-Za-z]):\/?/, (_all, drive: string) => `/${drive.toLowerCase()}/`);
}

/** Spellings that some file system takes for the same file fall together: Unicode form, ignorable characters, and on Windows trailing dots, blanks and streams. */
export function foldSpelling(path: string): string {
  const slashed = toSlashes(path);
  const folded = PLAIN.test(slashed) ? slashed : slashed.normalize("NFC").replace(IGNORABLE, "");
  return isWindowsPath(path) ? folded.split("/").map(trimWindowsSegment).join("/") : folded;
}

/** What Windows drops from a name: an alternate stream, then trailing dots and blanks. `.` and `..` stay. */
export function trimWindowsSegment(segment: string): string {
  if (segment === "." || segment === "..") return segment;
  return segment.replace(/:.*$/, "").replace(/[. ]+$/, "");
}

/** `path` relative to `base`, both with slashes; undefined when outside. "" is the base itself. */
export function relativeTo(base: string, path: string): string | undefined {
  const root = base.endsWith("/") ? base : `${base}/`;
  if (path === base || `${path}/` === root) return "";
  return path.startsWith(root) ? path.slice(root.length) : undefined;
}
