/**
 * A small reader of shell text, for permission rules until the full parser judges commands. It never decides that
 * something is harmless by itself: whatever it does not know it reports in `doubts`, and callers ask.
 */
export interface ShellReading {
  /** Words of every simple command it could see, quotes and backslashes removed, redirections taken out. */
  readonly commands: readonly (readonly string[])[];
  /** Targets of `<` and `>`, quotes removed. */
  readonly redirects: readonly string[];
  /** True when the text is exactly one command made of literal words: nothing in it means anything to a shell. */
  readonly isPlain: boolean;
  /** True when it is one command without substitution and redirection into files; `$NAME` and globs may occur. */
  readonly isSingle: boolean;
  /** True when quotes do not close, or invisible and control characters occur: what runs may not be what is shown. */
  readonly isBroken: boolean;
  /** True when a word, a name or a whole command is only known once it runs. */
  readonly isDynamic: boolean;
  /** The text with outer blanks cut and runs of blanks outside quotes made one. */
  readonly normal: string;
}

/** Longer texts are nobody's command: they count as broken. */
const MAX_CHARS = 32_768;
const TOO_LONG: ShellReading = {
  commands: [],
  redirects: [],
  isPlain: false,
  isSingle: false,
  isBroken: true,
  isDynamic: true,
  normal: "",
};
const INVISIBLE =
  /[\p{Default_Ignorable_Code_Point}\p{Bidi_Control}\p{Zl}\p{Zp}]|(?![\n\t])\p{Cc}|(?! )\p{Zs}/u;
const SEPARATORS = new Set([";", "&", "|", "\n", "(", ")"]);
const EXPANSIONS = new Set(["$", "`", "*", "?", "[", "]", "{", "}", "!", "#", "~"]);
const KEYWORDS = new Set(
  "if then elif else fi for while until do done case esac select function time coproc in { } ! [[ ]]".split(
    " ",
  ),
);

class Reader {
  readonly #text: string;
  #at = 0;
  #word: string | undefined;
  /** The operator whose target the next word is. */
  #redirection: string | undefined;
  #command: string[] = [];
  /** Pieces, because looking at the end of a string that grows would copy it every time. */
  readonly #normal: string[] = [];
  readonly commands: string[][] = [];
  readonly redirects: string[] = [];
  separators = 0;
  redirectCount = 0;
  hasOdd = false;
  isDynamic = false;
  hasSubstitution = false;
  isBroken: boolean;

  constructor(text: string) {
    this.#text = text;
    this.isBroken = INVISIBLE.test(text);
    while (this.#at < text.length) this.#step(text.charAt(this.#at));
    this.#endCommand();
  }

  get normal(): string {
    return this.#normal.join("");
  }

  #step(char: string): void {
    if (char === "'" || char === '"') return this.#quote(char);
    if (char === "\\") return this.#escape();
    if (char === " " || char === "\t") return this.#blank();
    if (char === "<" || char === ">" || this.#text.startsWith("&>", this.#at)) return this.#redirect();
    if (SEPARATORS.has(char)) return this.#separate(char);
    if (EXPANSIONS.has(char)) this.#noteExpansion(char);
    this.#word = (this.#word ?? "") + char;
    this.#normal.push(char);
    this.#at += 1;
    if (char === "`") this.#endPart();
  }

  /** `~` and `#` inside a word are text; everything else here is for the shell. */
  #noteExpansion(char: string): void {
    if (char === "~" || char === "#") {
      const isInside = this.#word !== undefined;
      if (isInside && !(char === "~" && /[=:]/.test(this.#text.charAt(this.#at - 1)))) return;
    } else {
      this.isDynamic = true;
      this.hasSubstitution ||= char === "`";
    }
    this.hasOdd = true;
  }

  #blank(): void {
    this.#at += 1;
    this.#endWord();
    // An escaped blank is one piece with its backslash, so this is never mistaken for it.
    if (this.#normal.length > 0 && this.#normal.at(-1) !== " ") this.#normal.push(" ");
  }

  #escape(): void {
    const next = this.#text.charAt(this.#at + 1);
    this.hasOdd = true;
    if (next === "") this.isBroken = true;
    this.#normal.push(`\\${next}`);
    if (next !== "\n") this.#word = (this.#word ?? "") + next;
    this.#at += 2;
  }

  #quote(quote: string): void {
    const start = this.#at;
    // `$'…'` and `$"…"` are quotes of their own kind: the dollar is not part of the word.
    if (this.#text.charAt(start - 1) === "$") this.#word = this.#word?.replace(/\$$/, "");
    let at = start + 1;
    let inner = "";
    for (; at < this.#text.length && this.#text.charAt(at) !== quote; at += 1) {
      if (quote === '"' && this.#text.charAt(at) === "\\") {
        this.hasOdd = true;
        at += 1;
      } else if (quote === '"') {
        this.#noteQuoted(at);
      }
      inner += this.#text.charAt(at);
    }
    if (at >= this.#text.length) this.isBroken = true;
    this.#word = (this.#word ?? "") + inner;
    this.#normal.push(this.#text.slice(start, at + 1));
    this.#at = at + 1;
  }

  /** Inside double quotes the shell still expands. */
  #noteQuoted(at: number): void {
    const char = this.#text.charAt(at);
    if (char !== "$" && char !== "`") return;
    this.hasOdd = true;
    this.isDynamic = true;
    this.hasSubstitution ||= char === "`" || /[({[]/.test(this.#text.charAt(at + 1));
  }

  #redirect(): void {
    // A descriptor number before the operator belongs to it.
    if (this.#word !== undefined && /^\d+$/.test(this.#word)) this.#word = undefined;
    this.#endWord();
    const start = this.#at;
    while (/[<>&|]/.test(this.#text.charAt(this.#at))) this.#at += 1;
    const operator = this.#text.slice(start, this.#at);
    this.#normal.push(operator);
    this.redirectCount += 1;
    if (operator.startsWith("<<")) this.isDynamic = true;
    if (this.#text.charAt(this.#at) === "(") {
      this.isDynamic = true;
      this.hasSubstitution = true;
    } else {
      this.#redirection = operator;
    }
  }

  #separate(char: string): void {
    if (char === "(" && this.#text.charAt(this.#at - 1) === "$") this.hasSubstitution = true;
    this.#normal.push(char);
    this.#at += 1;
    this.#endPart();
  }

  #endPart(): void {
    this.separators += 1;
    this.#endCommand();
  }

  #endWord(): void {
    if (this.#word === undefined) return;
    if (this.#redirection === undefined) this.#command.push(this.#word);
    else if (isHarmless(this.#redirection, this.#word)) this.redirectCount -= 1;
    else this.redirects.push(this.#word);
    this.#redirection = undefined;
    this.#word = undefined;
  }

  #endCommand(): void {
    this.#endWord();
    if (this.#command.length > 0) this.commands.push(this.#command);
    this.#command = [];
  }
}

/** Nothing comes of joining two descriptors or of the null device. */
const isHarmless = (operator: string, target: string): boolean =>
  operator.endsWith("&") && operator.length > 1 && !operator.startsWith("&")
    ? /^(?:\d|-)$/.test(target)
    : target === "/dev/null" && !operator.startsWith("<<");

/** Without the blanks and line ends around it; what a backslash escapes stays. */
function trimOuter(text: string): string {
  let end = text.length;
  while (end > 0 && /[\n\t ]/.test(text.charAt(end - 1)) && text.charAt(end - 2) !== "\\") end -= 1;
  let start = 0;
  while (start < end && /[\n\t ]/.test(text.charAt(start))) start += 1;
  return text.slice(start, end);
}

/** Reads shell text. Total: never throws, linear in the text's length. */
export function readShell(text: string): ShellReading {
  if (text.length > MAX_CHARS) return TOO_LONG;
  const reader = new Reader(trimOuter(text));
  const first = reader.commands[0]?.[0] ?? "";
  const isOne = reader.separators === 0 && reader.commands.length === 1 && !reader.isBroken;
  const isSingle = isOne && !reader.hasSubstitution && reader.redirectCount === 0;
  const startsOddly = KEYWORDS.has(first) || /^[^/]*=/.test(first) || first.startsWith("%");
  return {
    commands: reader.commands,
    redirects: reader.redirects,
    isPlain: isSingle && !reader.hasOdd && !startsOddly,
    isSingle,
    isBroken: reader.isBroken,
    isDynamic: reader.isDynamic,
    normal: reader.normal,
  };
}
