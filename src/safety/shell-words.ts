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
  readonly commands: string[][] = [];
  readonly redirects: string[] = [];
  normal = "";
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
    this.normal = this.normal.replace(/ +$/, (blanks) => (this.#endsEscaped(blanks.length) ? " " : ""));
  }

  #endsEscaped(blanks: number): boolean {
    const before = /\\+$/.exec(this.normal.slice(0, this.normal.length - blanks));
    return (before?.[0].length ?? 0) % 2 === 1;
  }

  #step(char: string): void {
    if (char === "'" || char === '"') return this.#quote(char);
    if (char === "\\") return this.#escape();
    if (char === " " || char === "\t") return this.#blank();
    if (char === "<" || char === ">" || this.#text.startsWith("&>", this.#at)) return this.#redirect();
    if (SEPARATORS.has(char)) return this.#separate(char);
    this.#take(char);
    if (!EXPANSIONS.has(char)) return;
    this.#noteExpansion(char);
  }

  /** `~` and `#` inside a word and a lone `^` are text; everything else here is for the shell. */
  #noteExpansion(char: string): void {
    const isWordStart = this.#word?.length === 1;
    if ((char === "~" || char === "#") && !isWordStart && !/[=:]~$/.test(this.#word ?? "")) return;
    this.hasOdd = true;
    if (char === "~" || char === "#") return;
    this.isDynamic = true;
    if (char === "`") {
      this.hasSubstitution = true;
      this.#endCommand();
      this.separators += 1;
    }
  }

  #take(char: string): void {
    this.#word = (this.#word ?? "") + char;
    this.normal += char;
    this.#at += 1;
  }

  #blank(): void {
    this.#at += 1;
    this.#endWord();
    if (this.normal !== "" && !this.normal.endsWith(" ")) this.normal += " ";
    else if (this.normal !== "" && this.#endsEscaped(1)) this.normal += " ";
  }

  #escape(): void {
    const next = this.#text.charAt(this.#at + 1);
    this.hasOdd = true;
    if (next === "") this.isBroken = true;
    this.normal += `\\${next}`;
    if (next !== "\n") this.#word = (this.#word ?? "") + next;
    this.#at += 2;
  }

  #quote(quote: string): void {
    let end = this.#at + 1;
    let inner = "";
    // `$'…'` and `$"…"` are quotes of their own kind: the dollar is not part of the word.
    if (this.#word?.endsWith("$")) this.#word = this.#word.slice(0, -1);
    while (end < this.#text.length && this.#text.charAt(end) !== quote) {
      const char = this.#text.charAt(end);
      if (quote === '"' && char === "\\") {
        this.hasOdd = true;
        inner += this.#text.charAt(end + 1);
        end += 2;
        continue;
      }
      if (quote === '"' && (char === "$" || char === "`")) {
        this.hasOdd = true;
        this.isDynamic = true;
        this.hasSubstitution ||= char === "`" || /[({]/.test(this.#text.charAt(end + 1));
      }
      inner += char;
      end += 1;
    }
    if (end >= this.#text.length) this.isBroken = true;
    this.#word = (this.#word ?? "") + inner;
    this.normal += this.#text.slice(this.#at, end + 1);
    this.#at = end + 1;
  }

  #redirect(): void {
    // A descriptor number before the operator belongs to it.
    if (this.#word !== undefined && /^\d+$/.test(this.#word)) this.#word = undefined;
    this.#endWord();
    let operator = "";
    while (/[<>&|]/.test(this.#text.charAt(this.#at))) {
      operator += this.#text.charAt(this.#at);
      this.#at += 1;
    }
    this.normal += operator;
    this.redirectCount += 1;
    if (operator.startsWith("<<")) this.isDynamic = true;
    if (this.#text.charAt(this.#at) === "(") {
      this.isDynamic = true;
      this.hasSubstitution = true;
      return;
    }
    this.#redirection = operator;
  }

  #separate(char: string): void {
    if (char === "(" && this.normal.endsWith("$")) this.hasSubstitution = true;
    this.normal += char;
    this.#at += 1;
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
