import type { Detector } from "./found.ts";
import { isStandIn, looksRandom } from "./looks.ts";

/** The password, up to the last @ before the path. */
const PASSWORD = /:\/\/[^\s:/?#@"'`<>\\]{0,256}:(?![0-9]{1,5}[/?#])([^\s/"'`<>]{1,512})@(?=[\w.[%$-])/y;
/** The same when nobody escaped the slashes in it. */
const RAW_PASSWORD =
  /:\/\/[^\s:/?#@"'`<>\\]{1,128}:(?![0-9]{1,5}[/?#])([^\s"'`<>,;@]{1,256})@[\w.-]{1,255}(?=[:/?\s"'`]|$)/y;
/** Only a token: https://token@host */
const USER = /:\/\/([A-Za-z0-9_-]{20,255})(?::x-oauth-basic|:)?@(?![\w.-]{0,80}sentry)/y;
/** Stands for a password in every manual. */
const EXAMPLE = /^(?:password|passwd|pass|pwd|secret|token|\[?your.*|p@ss(?:word)?)$/i;

/** Passwords and tokens in front of the host of an address. */
export const addresses: Detector = {
  anchors: ["://"],
  find(text, at, found) {
    for (const pattern of [PASSWORD, RAW_PASSWORD, USER]) {
      pattern.lastIndex = at;
      const match = pattern.exec(text);
      if (!match) continue;
      const [whole, secret = ""] = match;
      const isToken = pattern === USER;
      const start = at + whole.lastIndexOf(secret, whole.lastIndexOf("@") - secret.length);
      if (isToken ? looksRandom(secret, 20) : !EXAMPLE.test(secret) && !isReference(secret))
        found.push({ from: at, start, end: start + secret.length, kind: isToken ? "token" : "password" });
      return;
    }
  },
};

/** Any password counts here, also a word; only what is filled in later does not. */
const isReference = (secret: string): boolean =>
  /^[$%{<[*]/.test(secret) || /^[x.*•]+$/i.test(secret)
    ? isStandIn(secret)
    : /^your|placeholder|change-?me/i.test(secret);
