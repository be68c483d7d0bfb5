import { addresses } from "./addresses.ts";
import { type AnchorIndex, findAt, indexAnchors } from "./anchors.ts";
import { assignments } from "./assignments.ts";
import { cookies } from "./cookies.ts";
import { type Detector, endOfRun, type Found } from "./found.ts";
import type { Say } from "./marks.ts";
import { passwordFiles } from "./password-files.ts";
import { textDetectors } from "./texts.ts";
import { botTokenAt, tokenDetectors } from "./tokens.ts";

/** From this length on a pattern may have stopped at its own limit, so the rest of the token goes as well. */
const MAY_GO_ON = 200;
const MOST_ROUNDS = 4;

let ownIndex: AnchorIndex | undefined;

/** The index of every detector, and of the values given besides. */
export function indexWith(literals: readonly Detector[]): AnchorIndex {
  // In order of what a person would call it: a literal is known, a token has a name, the rest is told by what is around.
  const own = [...tokenDetectors, addresses, ...textDetectors, cookies, passwordFiles, assignments];
  if (literals.length > 0) return indexAnchors([...literals, ...own]);
  ownIndex ??= indexAnchors(own);
  return ownIndex;
}

/** What is secret in a text, in order, without overlaps. */
export function scan(text: string, index: AnchorIndex): Found[] {
  const all = findAt(text, index, botTokenAt).sort((a, b) => a.start - b.start || b.end - a.end);
  const merged: Found[] = [];
  for (const next of all) {
    const last = merged.at(-1);
    // What lies in a run that was followed to its end already is not followed again.
    const isCovered = last !== undefined && next.end <= last.end;
    const end = isCovered || next.end - next.start < MAY_GO_ON ? next.end : endOfRun(text, next.end);
    if (!last || next.start > last.end || (next.start === last.end && next.kind !== last.kind)) {
      merged.push({ ...next, end });
    } else if (end > last.end || next.from < last.from) {
      merged[merged.length - 1] = {
        ...last,
        from: Math.min(last.from, next.from),
        end: Math.max(last.end, end),
      };
    }
  }
  return merged;
}

/** `text` from `from` on with every secret replaced; what is before is only looked at. */
export function replaceIn(text: string, from: number, found: readonly Found[], say: Say): string {
  let result = "";
  let at = from;
  for (const { start, end, kind } of found) {
    if (start < at) continue;
    result += text.slice(at, start) + say(kind, text.slice(start, end));
    at = end;
  }
  return result + text.slice(at);
}

/**
 * Replaces until nothing is found any more: what stood behind a secret may be one itself, once a placeholder is in front
 * of it. So whoever redacts a redacted text gets it back as it is.
 */
export function replaceAll(text: string, index: AnchorIndex, say: Say): string {
  let result = text;
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const found = scan(result, index);
    if (found.length === 0) break;
    result = replaceIn(result, 0, found, say);
  }
  return result;
}
