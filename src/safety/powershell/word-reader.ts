import { CURLED, endsWord, unescapeTick, variableAt } from "./characters.ts";
import type { Element, Part, Redirection } from "./skeleton.ts";
import { TextCursor } from "./text-cursor.ts";

/** Characters of a word that mean nothing else. */
const RUN = /[^\s;|&(){},<>"'`$\u2018-\u201E]+/y;
const REDIRECTION = /(?:[1-6*]?>>?|<)(?:&[12])?/y;
const MAX_WORDS = 600;
/** Pieces of one word: text, variables, code. */
const MAX_PARTS = 400;
const COMPLICATED = "too complicated to be judged";
const CURLY = "contains quotes that are easily taken for others";
const UNREADABLE_WORD = "a word that cannot be read";

type Step = "more" | "value" | "end";

/** Reads the words of commands as PowerShell does. Code in them goes to the skeleton where it stands. */
export abstract class WordReader extends TextCursor {
  #words = 0;
  /** True where strings are joined to an expression, and not to a list of arguments. */
  protected isInExpression = true;

  /** A bracket with statements in it. */
  protected abstract group(open: string): void;
  /** Any bracket, a table as well; false when there is none. */
  protected abstract nested(): boolean;

  /** One argument of a command: a word in any spelling, a bracket or a block. */
  protected argument(isJoined: boolean, isApart: boolean): Element | undefined {
    const start = this.at;
    this.#words += 1;
    if (this.#words > MAX_WORDS) this.fail(COMPLICATED);
    const done = (kind: Element["kind"], parts: readonly Part[], isBare = false): Element => ({
      kind,
      parts,
      isBare,
      isJoined,
      isApart,
      start,
      end: this.at,
    });
    if (this.char === "{") {
      this.group("{");
      return done("block", []);
    }
    if (this.#nestedArgument()) return done("value", [{ kind: "code" }]);
    const parts: Part[] = [];
    const isBare = !/["'$@]/.test(this.char ?? "");
    let isValue = false;
    for (let step: Step = "more"; step !== "end"; step = this.#wordPart(parts, start))
      if (step === "value") isValue = true;
    return this.at === start ? undefined : done(isValue ? "value" : "word", parts, isBare);
  }

  /** `(ls)`, `$(ls)`, `@(ls)`, `@{a = 1}`, also with members behind them. */
  #nestedArgument(): boolean {
    if (!/^(?:[$@]?\(|@\{)/.test(this.rest)) return false;
    const wasInExpression = this.isInExpression;
    this.isInExpression = true;
    this.nested();
    for (;;) {
      const member = /^(?:\.[A-Za-z_]\w*|::[A-Za-z_]\w*|\[-?\d+\])/.exec(this.rest)?.[0];
      if (member === undefined) break;
      this.copy(member.length);
      if (this.char === "(") this.group("(");
    }
    this.isInExpression = wasInExpression;
    if (!endsWord(this.char) || this.char === "(") this.fail(UNREADABLE_WORD);
    this.emit(" ");
    return true;
  }

  #wordPart(parts: Part[], start: number): Step {
    const { char } = this;
    if (char === undefined || endsWord(char)) {
      this.#checkEnd(start);
      return "end";
    }
    if (CURLED.test(char)) this.fail(CURLY);
    if (parts.length > MAX_PARTS) this.fail(COMPLICATED);
    const isFirst = this.at === start;
    if (/["']/.test(char) || (isFirst && /^@["']/.test(this.rest))) {
      this.quoted(parts);
      return "more";
    }
    if (char === "$") return this.#dollar(parts);
    if (char === "@" && isFirst) return this.#splat(parts);
    this.#plain(parts, char);
    return "more";
  }

  /** A bracket right behind a word begins another one, which nobody would see. */
  #checkEnd(start: number): void {
    if (this.at === start) return;
    const isShort = /[%?]/.test(this.text[this.at - 1] ?? "");
    if (this.char === "(" || (this.char === "{" && !isShort)) this.fail(UNREADABLE_WORD);
  }

  #dollar(parts: Part[]): Step {
    if (this.next === "(") {
      this.emit(" ");
      this.group("$(");
      this.emit(" ");
      parts.push({ kind: "code" });
      return "more";
    }
    const variable = variableAt(this.text, this.at);
    if (!variable) {
      this.#plain(parts, "$");
      return "more";
    }
    parts.push({ kind: "variable", name: variable.name, start: this.at, end: variable.end });
    this.at = variable.end;
    // A member or an item of a variable's value.
    const found =
      parts.length === 1 ? /^(?:(?:\.|::)[A-Za-z_]\w*|\[-?\d+\])+/.exec(this.rest)?.[0] : undefined;
    if (found === undefined) return "more";
    this.at += found.length;
    if (this.char === "(") this.fail("calls a method, which could do anything");
    parts.push({ kind: "code" });
    return "value";
  }

  /** `@x`: a table or list of arguments. */
  #splat(parts: Part[]): Step {
    parts.push({ kind: "code" });
    this.at += 1 + (/^\w*/.exec(this.text.slice(this.at + 1, this.at + 256))?.[0].length ?? 0);
    return "value";
  }

  #plain(parts: Part[], char: string): void {
    const isQuoted = char === "`";
    RUN.lastIndex = this.at;
    const text = isQuoted ? this.#escaped() : (RUN.exec(this.text)?.[0] ?? char);
    if (!isQuoted) this.at += text.length;
    const before = parts.at(-1);
    if (before?.kind === "text" && before.isQuoted === isQuoted)
      parts[parts.length - 1] = { ...before, text: before.text + text };
    else parts.push({ kind: "text", text, isQuoted });
  }

  /** What a backtick and what follows it stand for. */
  #escaped(): string {
    const { next } = this;
    if (next === undefined) this.fail("an escape at the end");
    // Which character that is does not show.
    if (/^`u\{[\da-f]{1,6}\}/i.test(this.rest)) this.fail("contains characters that cannot be seen");
    this.at += 2;
    return unescapeTick(next);
  }

  /** A string with its quotes, here-strings too. */
  protected quoted(parts: Part[]): void {
    const here = /^@(["'])[ \t]*\r?\n/.exec(this.rest);
    const quote = here?.[1] ?? this.char ?? "";
    const start = this.at;
    if (quote === "@") this.fail("a here-string that does not begin on a line of its own");
    this.at += here?.[0].length ?? 1;
    const isEnd = here ? () => this.#endsHere(quote) : () => this.#endsQuote(quote);
    let text = "";
    const flush = (): void => {
      parts.push({ kind: "text", text, isQuoted: true });
      text = "";
    };
    while (!isEnd()) {
      const { char } = this;
      if (char === undefined) this.fail("a string does not end", start);
      if (parts.length > MAX_PARTS) this.fail(COMPLICATED);
      if (quote === '"' && char === "$") {
        flush();
        this.#expanded(parts);
      } else text += this.#character(char, quote, here !== null);
    }
    text = here ? text.replace(/\r?\n$/, "") : text;
    flush();
  }

  /** Steps over the end, if it is there. */
  #endsHere(quote: string): boolean {
    const isEnd = this.startsWith(`${quote}@`) && this.text[this.at - 1] === "\n";
    if (isEnd) this.at += 2;
    return isEnd;
  }

  #endsQuote(quote: string): boolean {
    // Doubled, it stands for itself.
    const isEnd = this.char === quote && this.next !== quote;
    if (isEnd) this.at += 1;
    return isEnd;
  }

  #character(char: string, quote: string, isHere: boolean): string {
    if (char === "`" && quote === '"') return this.#escaped();
    if (!isHere && CURLED.test(char) && (quote === "'") === /[\u2018-\u201B]/.test(char)) this.fail(CURLY);
    this.at += !isHere && char === quote ? 2 : 1;
    return char;
  }

  /** What a `$` in a string stands for. */
  #expanded(parts: Part[]): void {
    if (this.next === "(") {
      parts.push({ kind: "code" });
      this.emit(" ");
      this.group("$(");
      this.emit(this.isInExpression ? " + " : " ");
      return;
    }
    const variable = variableAt(this.text, this.at);
    if (variable) parts.push({ kind: "variable", name: variable.name, start: this.at, end: variable.end });
    else parts.push({ kind: "text", text: "$", isQuoted: true });
    this.at = variable?.end ?? this.at + 1;
  }

  /** A redirection with its target; undefined when none begins here. */
  protected redirection(): Redirection | undefined {
    REDIRECTION.lastIndex = this.at;
    const operator = REDIRECTION.exec(this.text)?.[0];
    if (operator === undefined) return undefined;
    const start = this.at;
    this.at += operator.length;
    const place = { start, end: this.at };
    if (operator.includes("&"))
      return {
        operator,
        target: { kind: "word", parts: [], isBare: true, isJoined: false, isApart: true, ...place },
      };
    this.skip(false);
    const wasInExpression = this.isInExpression;
    this.isInExpression = false;
    const target = this.argument(false, true);
    this.isInExpression = wasInExpression;
    return target ? { operator, target } : this.fail("a redirection without a target");
  }
}
