const BYTE_HOLDER = 0x80;

/** Words that stand where a secret would, in examples and templates. */
const HOLDS_A_PLACE =
  /example|placeholder|change[-_]?me|change[-_]?this|replace[-_]?(?:me|this|with)|your[-_ ]?|insert[-_ ]|dummy|redacted|hidden|masked|removed|xxx|\*\*\*|\.\.\.|…|•••|<[a-z]|todo|fixme/i;
const NOTHING =
  /^(?:null|nil|none|undefined|nan|true|false|yes|no|on|off|string|str|number|int|integer|bool|boolean|bytes|any|object|optional|required|default|empty|unset|secret|secrets|password|passwd|passphrase|pass|token|tokens|key|keys|apikey|api[-_]key|auth|bearer|basic|credentials?|hash|hashed|plain|text|admin|root|user|guest|test|foo|bar|baz|value|enabled|disabled)$/i;
/** Something that is replaced by a value later: a variable, a template, an expression. */
const REFERS =
  /^(?:\$[A-Za-z_][\w.:>[\]-]*$|\$\{|\$\(|\$\[|%[A-Za-z_][A-Za-z0-9_]*%|%\(|\{\{|\{[A-Za-z_]|<%|#\{|@\{|!Ref|!Sub|!GetAtt|!vault|vault:|op:\/\/|ref\+|arn:|secretref:|env:|file:|\[redacted)|\$\{\{|\{\{/i;
const DOTTED =
  /^(?:process\.env|import\.meta|os\.environ|Deno\.env|ENV\[|env\.|secrets\.|vars\.|config\.|settings\.|self\.|this\.|var\.|local\.|data\.)/i;

/** Whether a text holds the place of a secret without being one: a variable, an example, a mask. */
export function isStandIn(value: string): boolean {
  return (
    NOTHING.test(value) ||
    REFERS.test(value) ||
    DOTTED.test(value) ||
    HOLDS_A_PLACE.test(value.slice(0, 400)) ||
    !isVaried(value)
  );
}

/** Whether enough different characters are in it, in no simple order, to be a secret: not `xxxxxxxx`, not `12345678`. */
export function isVaried(value: string): boolean {
  const length = Math.min(value.length, 256);
  const seen = new Uint8Array(BYTE_HOLDER);
  let different = 0;
  let steps = 0;
  for (let i = 0; i < length; i++) {
    const code = value.charCodeAt(i) % BYTE_HOLDER;
    if (!seen[code]) different += 1;
    seen[code] = 1;
    if (i > 0 && value.charCodeAt(i) - value.charCodeAt(i - 1) === 1) steps += 1;
  }
  return different >= Math.min(6, Math.ceil(length / 2)) && steps * 2 < length;
}

const HEX = /^(?=[a-f]*[0-9])(?=[0-9]*[a-f])[a-f0-9]{16,}$/i;
const UUID = /^[a-f0-9]{8}(?:-[a-f0-9]{4}){3}-[a-f0-9]{12}$/i;
/** The pieces a reader sees: words, capitalised words, abbreviations, numbers. */
const PIECES = /[A-Z]?[a-z]+|[A-Z]+|[0-9]+/g;
/** What people write is made of pieces of four and more characters; random letters and digits break up every two. */
const LONGEST_RANDOM_PIECE = 2.9;

function isRandomRun(run: string, atLeast: number): boolean {
  if (run.length < atLeast) return false;
  if (HEX.test(run)) return true;
  const pieces = run.slice(0, 256).match(PIECES)?.length ?? 0;
  return pieces >= 4 && Math.min(run.length, 256) / pieces < LONGEST_RANDOM_PIECE;
}

/** Whether a text looks as if a machine had drawn it: a key, a token, a generated password. Words do not. */
export function looksRandom(value: string, atLeast = 12): boolean {
  if (value.length < atLeast || !isVaried(value)) return false;
  if (UUID.test(value)) return true;
  const runs = value.split(/[^A-Za-z0-9]+/, 64);
  if (runs.some((run) => isRandomRun(run, Math.min(atLeast, 10)))) return true;
  // Symbols cut a random text into short runs; without them it must still be one.
  const joined = runs.join("");
  return (
    runs.length > 2 &&
    joined.length >= atLeast &&
    runs.every((run) => run.length < 8) &&
    isRandomRun(joined, atLeast)
  );
}

const IDENTIFIER = /^[A-Za-z_$][A-Za-z_]*[0-9]{0,2}$/;
const NUMBERS = /^[\d\s.,:/+-]*$/;
const PATH_OR_ADDRESS =
  /^(?:[.~]{0,2}\/(?!\/)|[A-Za-z]:\\|[a-z][a-z0-9+.-]{0,20}:\/\/|[\w.-]{1,64}@[\w.-]{1,64}\.[a-z]{2,10}$)/;

/**
 * Whether a text is what people and machines use as a password: at least six characters, and not merely a word, a
 * name in code, a number, a path or an address. `isLiteral` says that it stood in quotes or in a file of settings, where
 * names in code do not.
 */
export function looksLikePassword(value: string, isLiteral: boolean): boolean {
  if (value.length < 6 || isStandIn(value) || NUMBERS.test(value) || PATH_OR_ADDRESS.test(value))
    return false;
  if (looksRandom(value)) return true;
  if (/\s/.test(value)) return isSpacedPassword(value);
  if (!isLiteral && IDENTIFIER.test(value)) return false;
  const letters = /[A-Za-z]/.test(value);
  const digits = /[0-9]/.test(value);
  const symbols = /[^A-Za-z0-9_.\-\s]/.test(value);
  if (letters && digits) return true;
  if (symbols && (letters || digits)) return /[!@#$%^&*+=?~|]/.test(value) && !/[()[\]{};,]/.test(value);
  // Words joined by dashes are passwords when one of them is drawn, as in correct-horse-XqZbTw.
  return value
    .split(/[-_.]/)
    .some(
      (word) =>
        word.length >= 6 && /[A-Z]{2}/.test(word) && /[a-z]/.test(word) && /[A-Z].*[a-z].*[A-Z]/.test(word),
    );
}

/** With blanks in it a text is a sentence, unless its words are not words. */
function isSpacedPassword(value: string): boolean {
  const words = value.split(/\s+/, 12);
  const odd = words.filter((word) => /[A-Za-z]/.test(word) && /[0-9]/.test(word));
  return words.length <= 6 && odd.length * 2 >= words.length;
}
