import type { Seen } from "../core/seen.ts";

interface Result {
  readonly callId: string;
  readonly seen: readonly Seen[];
  /** The call whose result was the same; only that is sent. */
  readonly sameAs?: string | undefined;
}

/**
 * Calls whose results others rest on that stay: "unchanged since you read it", a patch of what was read, "the same as the last
 * time". Without them an agent would lose what it has just asked for, and ask again. `results` are in order, oldest first.
 */
export function reliedOn<R extends Result>(
  results: readonly R[],
  stays: (result: R) => boolean,
): ReadonlySet<string> {
  const calls = new Set<string>();
  const paths = new Set<string>();
  for (const result of results.toReversed()) {
    const shows = result.seen.some(({ path }) => paths.has(path));
    if (shows) calls.add(result.callId);
    if (!shows && !calls.has(result.callId) && !stays(result)) continue;
    if (result.sameAs !== undefined) calls.add(result.sameAs);
    for (const seen of result.seen) need(seen, paths);
  }
  return calls;
}

/** A whole copy rests on nothing; whoever shows less of a file rests on all that came before of it. */
function need({ path, lines, lineCount, from }: Seen, paths: Set<string>): void {
  const isWhole = lines?.some(([first, last]) => first <= 1 && last >= (lineCount ?? last)) ?? false;
  if (isWhole && from === undefined) paths.delete(path);
  else if (lines !== undefined || from !== undefined) paths.add(path);
}
