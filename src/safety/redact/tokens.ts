import { canBegin, type Detector, type Found } from "./found.ts";
import { isVaried, looksRandom } from "./looks.ts";
import type { TokenPattern } from "./token-pattern.ts";
import { clouds } from "./tokens/clouds.ts";
import { codeHosts } from "./tokens/code-hosts.ts";
import { models } from "./tokens/models.ts";
import { moneyAndMail } from "./tokens/money-and-mail.ts";
import { talkAndWork } from "./tokens/talk-and-work.ts";
import { watching } from "./tokens/watching.ts";

export const tokenPatterns: readonly TokenPattern[] = [
  ...codeHosts,
  ...clouds,
  ...models,
  ...moneyAndMail,
  ...talkAndWork,
  ...watching,
];

const IS_EXAMPLE = /EXAMPLE|your[-_]|xxxx|placeholder|redacted|\.\.\./i;

/** Tokens that tell by their own form whose they are. */
export const tokenDetectors: readonly Detector[] = tokenPatterns.map((pattern) => ({
  anchors: pattern.anchors,
  find(text, at, found) {
    for (const offset of pattern.offsets ?? [0]) {
      const token = tokenAt(text, at - offset, pattern);
      if (!token) continue;
      found.push(token);
      return;
    }
  },
}));

function tokenAt(text: string, at: number, { kind, pattern, isWeak }: TokenPattern): Found | undefined {
  if (at < 0 || !canBegin(text, at)) return undefined;
  pattern.lastIndex = at;
  const match = pattern.exec(text);
  if (!match) return undefined;
  const [whole, secret = whole] = match;
  if (IS_EXAMPLE.test(secret) || !isVaried(secret)) return undefined;
  if (isWeak && !looksRandom(secret.slice(secret.search(/[-_.:/](?!.*[-_.:/])|$/) + 1) || secret))
    return undefined;
  const start = at + whole.lastIndexOf(secret);
  return { from: at, start, end: start + secret.length, kind };
}

/**
 * Discord's token of a bot is told by where its two dots stand, so there is no word to look for. Called for every dot.
 */
export function botTokenAt(text: string, dot: number): Found | undefined {
  if (text.charCodeAt(dot + 7) !== 46) return undefined;
  for (const length of [24, 26, 28, 23, 25, 27]) {
    const start = dot - length;
    if (start < 0 || !/[MNO]/.test(text.charAt(start)) || !canBegin(text, start)) continue;
    BOT_TOKEN.lastIndex = start;
    const end = start + (BOT_TOKEN.exec(text)?.[0].length ?? 0);
    if (end > dot && isVaried(text.slice(start, end)))
      return { from: start, start, end, kind: "discord token" };
  }
  return undefined;
}

const BOT_TOKEN = /[MNO][A-Za-z0-9_-]{22,27}\.[A-Za-z0-9_-]{6}\.[A-Za-z0-9_-]{27,45}/y;
