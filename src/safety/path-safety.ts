import { isWindowsPath, toSlashes } from "./fold-path.ts";

/** Most paths; the tables behind the expressions below are dear to build, so those are not asked about them. */
const PLAIN = /^[ -~]*$/;
const CONTROL = /[\p{Cc}\p{Zl}\p{Zp}]/u;
const HIDDEN = /\p{Default_Ignorable_Code_Point}|\p{Bidi_Control}/u;
/** Emoji are built with joiners and selectors that may be there. */
const EMOJI = /\p{Extended_Pictographic}(?:\uFE0F|\u200D|\p{Emoji_Modifier}|\p{Extended_Pictographic})*/gu;
const RESERVED = /^(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)(?:[ .].*)?$/i;
const SHORT_NAME = /^[^.]{1,6}~\d+(?:\.[^.]{0,3})?$/;

export interface PathUse {
  /** `write` (the default) also refuses characters that a person would not see in a new file's name. */
  readonly use?: "read" | "write";
  /** Workspace folders: below one of them a UNC path is an ordinary path. */
  readonly roots?: readonly string[];
}

function refuseCharacters(path: string, use: "read" | "write"): string | undefined {
  if (path.includes("\0")) return "the path contains a NUL character";
  if (CONTROL.test(path)) return "the path contains a control character";
  if (use === "write" && HIDDEN.test(path.replace(EMOJI, "")))
    return "the path contains characters that cannot be seen";
  return undefined;
}

/**
 * Why a path as the model spelled it must not be used at all, or undefined when its spelling is sound. Asked before
 * the path is resolved: it says nothing about where the path leads. Without a platform it goes by the path's own look.
 */
export function refusePath(
  path: string,
  platform: "darwin" | "linux" | "win32" | undefined,
  { use = "write", roots = [] }: PathUse = {},
): string | undefined {
  if (path.trim() === "") return "the path is empty";
  const character = PLAIN.test(path) ? undefined : refuseCharacters(path, use);
  if (character !== undefined) return character;
  if (/^[A-Za-z][A-Za-z0-9+.-]+:\/\//.test(path)) return "this is a URL, not a path";
  if (/^~[^/\\]/.test(path)) return "only ~/ is understood, not another user's home";
  const isWindows = platform === "win32" || (platform === undefined && isWindowsPath(path));
  const separators = isWindows ? /[\\/]+/ : /\/+/;
  if (path.split(separators).some((name) => new TextEncoder().encode(name).length > 255))
    return "a name in the path is too long";
  if (path.length > (isWindows ? 32_000 : 4096)) return "the path is too long";
  return isWindows ? refuseWindows(path, roots) : undefined;
}

function refuseWindows(path: string, roots: readonly string[]): string | undefined {
  if (/^\\\?\?\\|^[\\/]{2}[?.][\\/]/.test(path)) return "device paths are not allowed";
  if (/^[\\/]{2}/.test(path) && !isBelow(path, roots)) return "network paths are not allowed";
  if (/^[A-Za-z]:(?![\\/])/.test(path)) return "a path relative to a drive is ambiguous";
  const names = path
    .replace(/^[\\/]?[A-Za-z]:/, "")
    .split(/[\\/]+/)
    .filter((name) => name !== "" && name !== "." && name !== "..");
  for (const name of names) {
    if (name.includes(":")) return "alternate data streams are not allowed";
    if (/[<>"|?*]/.test(name))
      return `Windows does not allow one of the characters in ${JSON.stringify(name)}`;
    if (/[. ]$/.test(name)) return "Windows drops a trailing dot or blank, so the name would be another one";
    if (RESERVED.test(name)) return `${JSON.stringify(name)} is a device on Windows`;
    if (SHORT_NAME.test(name)) return "short names stand for another file";
  }
  return undefined;
}

function isBelow(path: string, roots: readonly string[]): boolean {
  const spelled = toSlashes(path.replaceAll("/", "\\")).toLowerCase();
  return roots.some((root) => spelled.startsWith(`${toSlashes(root).toLowerCase().replace(/\/$/, "")}/`));
}

/** `~` and `~/x` with the home folder in place of the tilde; everything else as it is. Variables are never expanded. */
export function expandHome(path: string, home: string): string {
  if (path === "~") return home;
  return /^~[/\\]/.test(path) ? home + path.slice(1) : path;
}
