import { readValue } from "./assigned-value.ts";
import type { Detector } from "./found.ts";
import { isStandIn, looksLikePassword, looksRandom } from "./looks.ts";
import { type Promised, promisedBy } from "./secret-name.ts";

const LONGEST_NAME = 80;
/** How much of a value is looked at to see what it is, so that many names in front of one long value cost little. */
const MOST_JUDGED = 128;
const NAME = /[A-Za-z0-9_$-]/;
const NAME_RUN = /[A-Za-z0-9_$-]{1,80}/y;

/** What stands between a name and its value, however it is written; sticky. */
const SEPARATOR = new RegExp(
  [
    // "name": and name = and ['name'] => and name?: string =
    /(?:\\{0,3}["'`]\]?\)?)?[ \t]{0,20}\??(?::=|=>|[?+|]{1,2}=|=(?![=~])|:(?![:/]))(?:[ \t]{0,4}[A-Za-z][\w.<>|[\]]{0,30}[ \t]{0,4}=(?![=>]))?[ \t]{0,20}/,
    // setItem("name", "value"), name="password" value="...", {"name": "API_KEY", "value": "..."}
    /\\{0,3}["'],?[ \t]{0,4}(?:\\{0,3}["']?[Vv]alue\\{0,3}["']?[ \t]{0,4}[:=][ \t]{0,4})?(?=\\{0,3}["'])/,
    // <password>...</password>, <entry key="password">...
    /["']?>(?!>|=)/,
    /%3[AaDd]|\\u003[adAD]|&#61;/,
    // The password is `...`
    /(?: (?:is|was)(?: now)?:? | {1,4}(?=["']))/,
  ]
    .map(({ source }) => source)
    .join("|"),
  "y",
);
/** --token value */
const FLAG_SEPARATOR = /[ \t]{1,4}(?!-)/y;

/** Values of variables, fields, options and headers whose name says that they are secret. */
export const assignments: Detector = {
  anchors: [
    "pass",
    "pwd",
    "secret",
    "token",
    "key",
    "auth",
    "_pat",
    "wif",
    "cred",
    "salt",
    "session",
    "sid",
    "sig",
    "hmac",
    "jwt",
    "seed",
    "psk",
    "_pin",
  ],
  find(text, at, found) {
    NAME_RUN.lastIndex = at;
    NAME_RUN.test(text);
    const end = NAME_RUN.lastIndex;
    // Most places end here: what follows is no separator.
    SEPARATOR.lastIndex = end;
    const separator = SEPARATOR.exec(text)?.[0] ?? flagSeparator(text, end);
    if (separator === undefined) return;
    let start = at;
    const first = Math.max(0, at - LONGEST_NAME);
    while (start > first && NAME.test(text.charAt(start - 1))) start -= 1;
    const isFlag = text.charAt(start) === "-";
    if (!isFlag && separator.trim() === "" && !/["']/.test(text.charAt(end + separator.length))) return;
    const promised = promisedIn(text, start, end);
    if (!promised) return;
    const value = readValue(text, end + separator.length, { nameStart: start, separator, isFlag });
    if (!value || value.end - value.start < 4) return;
    if (
      isSecret(
        text.slice(value.start, Math.min(value.end, value.start + MOST_JUDGED)),
        promised,
        value.isLiteral,
      )
    )
      found.push({ from: start, start: value.start, end: value.end, kind: KIND[promised] });
  },
};

function flagSeparator(text: string, end: number): string | undefined {
  FLAG_SEPARATOR.lastIndex = end;
  return FLAG_SEPARATOR.exec(text)?.[0];
}

/** Also "API key: ...", where the name is two words. */
function promisedIn(text: string, start: number, end: number): Promised | undefined {
  const name = text.slice(start, end);
  const promised = promisedBy(name);
  if (promised && promised !== "loose") return promised;
  if (!/^(?:key|token)s?$/i.test(name) || text.charAt(start - 1) !== " ")
    return promised ?? inAddress(text, start, name);
  const before = /[A-Za-z]{3,12} $/.exec(text.slice(Math.max(0, start - 13), start))?.[0] ?? "";
  return promisedBy(`${before.trim().toLowerCase()}_key`) ?? promised;
}

/** In the query of an address `key` is a secret; elsewhere it is a word. */
const inAddress = (text: string, start: number, name: string): Promised | undefined =>
  /[?&;]/.test(text.charAt(start - 1)) && /^(?:key|sig|code|hmac)$/i.test(name) ? "loose" : undefined;

const KIND = {
  password: "password",
  secret: "secret",
  token: "token",
  key: "key",
  loose: "secret",
} as const satisfies Record<Promised, string>;

/** What only looks like code is not a value: a call, an index, a member. */
const IS_CODE = /^[A-Za-z_$][\w$]{0,60}(?:(?:\.|->|::)[A-Za-z_$][\w$]{0,60}){0,8}(?:[([!;,)]|$)/;

function isSecret(secret: string, promised: Promised, isLiteral: boolean): boolean {
  if (isStandIn(secret)) return false;
  if (!isLiteral && IS_CODE.test(secret) && !looksRandom(secret.split(/[([]/, 1)[0] ?? "", 8)) return false;
  if (promised === "password") return looksLikePassword(secret, isLiteral);
  if (/\s/.test(secret.trim()) || /^[a-z][a-z0-9+.-]{0,20}:\/\//i.test(secret)) return false;
  if (promised === "loose") return looksRandom(secret, 20);
  return (
    looksRandom(secret, 12) ||
    (isLiteral &&
      promised === "secret" &&
      looksLikePassword(secret, true) &&
      hasDigit(secret) &&
      !isWords(secret))
  );
}

const hasDigit = (text: string): boolean => /[0-9]/.test(text);
/** my-secret-2024: words and numbers, joined. */
const isWords = (text: string): boolean =>
  text.split(/[-_./: ]/).every((part) => /^(?:[A-Za-z]*|[0-9]*|v[0-9]+)$/.test(part));
