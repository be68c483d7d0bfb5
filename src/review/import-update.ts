import { lineHunks } from "./line-hunks.ts";
import { linesOf } from "./text-lines.ts";

/** A file or a folder that got another path. Absolute, with `/` between segments. */
export interface Moved {
  readonly from: string;
  readonly to: string;
}

/**
 * Whether a change of the file at `path` does nothing but point at moved files where they are now, e.g. in its imports:
 * each changed line differs in quoted paths only, and each of those leads to what it led to before the move.
 */
export function isImportUpdate(
  { path, before, after }: { path: string; before: string; after: string },
  moved: Moved,
): boolean {
  const old = linesOf(before);
  const hunks = lineHunks(old, linesOf(after));
  return (
    hunks.length > 0 &&
    hunks.every(
      ({ start, end, lines }) =>
        end - start === lines.length &&
        lines.every((line, i) => isSameTarget(old[start + i] ?? "", line, path, moved)),
    )
  );
}

const QUOTED = /(["'`])((?:(?!\1).)*)\1/g;

function isSameTarget(before: string, after: string, path: string, moved: Moved): boolean {
  const from = [...before.matchAll(QUOTED)].map((match) => match[2] ?? "");
  const to = [...after.matchAll(QUOTED)].map((match) => match[2] ?? "");
  const frame = (line: string): string => line.replaceAll(QUOTED, "$1$1");
  if (from.length !== to.length || frame(before) !== frame(after)) return false;
  const wasAt = relocated(path, { from: moved.to, to: moved.from });
  return from.every((specifier, i) => {
    const next = to[i] ?? "";
    return specifier === next || relocated(target(specifier, wasAt), moved) === target(next, path);
  });
}

/** What a relative specifier leads to, without what a resolver adds to it. Others lead to themselves. */
function target(specifier: string, importer: string): string {
  if (!specifier.startsWith(".")) return specifier;
  const segments = importer.split("/").slice(0, -1);
  for (const segment of specifier.split("/")) {
    if (segment === "..") segments.pop();
    else if (segment !== ".") segments.push(segment);
  }
  return bare(segments.join("/"));
}

const bare = (path: string): string => path.replace(/\.[cm]?[jt]sx?$/, "").replace(/\/index$/, "");

function relocated(path: string, { from, to }: Moved): string {
  if (path === from) return to;
  if (path === bare(from)) return bare(to);
  return path.startsWith(`${from}/`) ? `${to}${path.slice(from.length)}` : path;
}
