/**
 * What a name promises about its value. A password may be anything, a word too; the value of the others was drawn by a
 * machine and looks like it. A `loose` name says so little that the value has to be long besides.
 */
export type Promised = "password" | "secret" | "token" | "key" | "loose";

const BEFORE_KEY = new Set(
  "api access secret private encryption encrypt decryption signing sign signature master account auth app application service shared storage license licence session cipher crypto aes hmac jwt webhook client deploy admin write read ingest ingestion integration subscription rest root token password cookie nonce security consumer developer dev project rails django salt recovery unseal bot user instance functions function management query personal host system sas openai anthropic gemini stripe sendgrid mailgun algolia datadog dd heroku twilio apikey accesskey".split(
    " ",
  ),
);
/** In front of "key" in capitals, these make it a name of something public or a place in a table. */
const HARMLESS_KEY = new Set(
  "public publishable pub primary foreign sort partition cache registry unique hash index row object s3 bucket prop property config feature translation i18n lookup dedupe idempotency routing map group current host_public react sub hot short press shift".split(
    " ",
  ),
);
/** A token that counts, places or ends something. */
const HARMLESS_TOKEN = new Set(
  "next page continuation cancellation cancel pagination start end eos bos pad unk stop special sep mask cls input output prompt word keyword max min num total completion reasoning cached delimiter first last previous prev syntax lexer number operator".split(
    " ",
  ),
);
/** Words after the one that counts which do not change what the value is. */
const ADDED = new Set(
  "value base string str prod production dev development staging stage test live old new current primary secondary plain plaintext encoded b64 base64 hex raw data default main backup".split(
    " ",
  ),
);
const PASSWORD = /(?:password|passwd|passphrase|passwort|passcode|pwd)$/;
const SHORT_PASSWORD =
  /^(?:pass|(?:db|my|sql|mysql|pg|user|admin|root|store|key|trust|smtp|mail|ftp|redis|rabbit|mongo|ldap|proxy|http|jks|ssl|cert)pass)$/;
const JOINED_KEY =
  /(?:api|access|secret|private|auth|app|master|account|signing|encryption|license|session|shared|client|consumer)key$/;

/** The words of a name in lower case: `AWS_SECRET_KEY`, `awsSecretKey` and `aws-secret-key` have the same. */
const wordsOf = (name: string): string[] =>
  name
    .replaceAll(/([a-z0-9])([A-Z])/g, "$1 $2")
    .replaceAll(/([A-Z])([A-Z][a-z])/g, "$1 $2")
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .map((word) => word.replace(/[0-9]+$/, ""))
    .filter(Boolean);

function countingWordsOf(name: string): string[] {
  const words = wordsOf(name);
  while (words.length > 1 && ADDED.has(words.at(-1) ?? "")) words.pop();
  return words;
}

/** What the value of something with this name is, or nothing when it is no secret. */
export function promisedBy(name: string): Promised | undefined {
  const words = countingWordsOf(name);
  const last = words.at(-1);
  if (last === undefined) return undefined;
  const before = words.at(-2) ?? "";
  if (PASSWORD.test(last) || SHORT_PASSWORD.test(last)) return "password";
  if (before === "pass" && /^(?:word|phrase|code)$/.test(last)) return "password";
  if (last.endsWith("secret") || last === "secrets") return "secret";
  if (last.endsWith("token")) return HARMLESS_TOKEN.has(before) ? undefined : "token";
  if (last === "key") return keyAfter(before, name);
  if (JOINED_KEY.test(last)) return "key";
  return others(last, before, name);
}

function keyAfter(before: string, name: string): Promised | undefined {
  if (BEFORE_KEY.has(before)) return "key";
  const isConstant = !/[a-z]/.test(name) && before !== "";
  return isConstant && !HARMLESS_KEY.has(before) ? "loose" : undefined;
}

function others(last: string, before: string, name: string): Promised | undefined {
  if (last === "auth" || last === "pat" || last === "wif" || last === "apikey") return "token";
  if (last === "psk") return "password";
  if (/^(?:cred|creds|credential|credentials|authorization)$/.test(last)) return "loose";
  if (/^(?:salt|session|sid|sig|signature|seed|pin|hmac|jwt|sessionid|phpsessid|jsessionid|dsn)$/.test(last))
    return "loose";
  return before === "session" && last === "id" && /session/i.test(name) ? "loose" : undefined;
}
