import { hasHidden } from "../../../src/core/visible.ts";
import { decodeReferences } from "./decode.ts";

/** `allow`: a file of the workspace. `confirm`: the host asks, showing the real address. `block`: no link at all. */
export type LinkAction = "allow" | "confirm" | "block";

export type LinkTarget =
  | { readonly action: "allow"; readonly path: string; readonly line: number | undefined }
  | { readonly action: "confirm"; readonly url: string }
  | { readonly action: "block" };

const BLOCK: LinkTarget = { action: "block" };

export const linkAction = (href: string): LinkAction => linkTarget(href).action;

/** Judges a destination as it will be used: decoded first, checked after. */
export function linkTarget(href: string): LinkTarget {
  const decoded = decodeReferences(href);
  if (decoded.trim() !== decoded || decoded === "" || decoded.length > 4096) return BLOCK;
  if (/[\n\t]/.test(decoded) || hasHidden(decoded)) return BLOCK;
  return /^https?:/i.test(decoded) ? webTarget(decoded) : fileTarget(decoded);
}

/** Only what every reader of the address understands the same way: both slashes, no backslash, no blank. */
function webTarget(href: string): LinkTarget {
  if (!/^https?:\/\/[^/\\\s]/i.test(href) || /[\\\s]/.test(href)) return BLOCK;
  try {
    return { action: "confirm", url: new URL(href).href };
  } catch {
    return BLOCK;
  }
}

function fileTarget(href: string): LinkTarget {
  const place = /^(.*?)(?:#L(\d+)(?:C\d+)?(?:-L?\d+(?:C\d+)?)?|:(\d+)(?::\d+)?(?:-\d+)?)?$/s.exec(href);
  const path = place && decodePercent(place[1] ?? "");
  if (!path || !staysInside(path)) return BLOCK;
  const line = Number(place[2] ?? place[3] ?? "0");
  // "tel:123" looks like a place in a file; a file that is named with a line has an extension or a folder.
  if (place[3] !== undefined && !/[./\\]/.test(path)) return BLOCK;
  return { action: "allow", path, line: line > 0 && line < 10_000_000 ? line : undefined };
}

function decodePercent(path: string): string | undefined {
  try {
    const decoded = decodeURIComponent(path);
    // What is still encoded was encoded twice, which only hides something.
    return /%[0-9a-f]{2}/i.test(decoded) || hasHidden(decoded) || /[\n\t]/.test(decoded)
      ? undefined
      : decoded;
  } catch {
    return undefined;
  }
}

/** Relative, without a scheme, drive, home or server, and never above where it starts. */
function staysInside(path: string): boolean {
  if (/^[/\\~#?]/.test(path) || /[:*"<>|]/.test(path)) return false;
  let depth = 0;
  for (const part of path.split(/[/\\]/)) {
    if (part === "..") depth -= 1;
    else if (part !== "" && part !== ".") depth += 1;
    if (depth < 0) return false;
  }
  return depth > 0;
}
