import { type Detector, isBreak } from "./found.ts";
import { isStandIn, looksRandom } from "./looks.ts";

const PAIR = /(?:^|[;\s])[ \t]{0,4}([\w.$!-]{1,80})=("?)([^;\s"']{1,2048})/g;
const NAMED = /sess|sid$|auth|token|jwt|csrf|xsrf|secret|remember|login|identity|credential/i;

const LONGEST_HEADER = 2048;

const HEAD = /cookie2?\\{0,3}["']?[ \t]{0,4}[:=,][ \t]{0,4}\\{0,3}["'`]?/iy;

/** Values in `Cookie:` and `Set-Cookie:` that let whoever has them in. */
export const cookies: Detector = {
  anchors: ["cookie"],
  find(text, at, found) {
    HEAD.lastIndex = at;
    if (!HEAD.test(text)) return;
    const start = HEAD.lastIndex;
    for (const match of text.slice(start, endOfHeader(text, start)).matchAll(PAIR)) {
      const [whole, name = "", , value = ""] = match;
      if (!isSession(name, value)) continue;
      const end = start + match.index + whole.length;
      found.push({ from: at, start: end - value.length, end, kind: "cookie" });
    }
  },
};

function endOfHeader(text: string, start: number): number {
  const last = Math.min(text.length, start + LONGEST_HEADER);
  for (let i = start; i < last; i++) if (isBreak(text.charCodeAt(i))) return i;
  return last;
}

const isSession = (name: string, value: string): boolean =>
  !isStandIn(value) && (NAMED.test(name) ? looksRandom(value, 10) : looksRandom(value, 24));
