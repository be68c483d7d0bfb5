import { CURLED, DASHES, endsWord, isBlank, unescapeTick, variableAt } from "./characters.ts";

/** A part of a word: text as it is, text of a variable, or what is only known when it runs. */
export type Part =
  | { readonly kind: "text"; readonly text: string; readonly isQuoted: boolean }
  | { readonly kind: "variable"; readonly name: string; readonly start: number; readonly end: number }
  | { readonly kind: "code" };

/** One word behind a command's name. `block` is a script block, `value` an expression whose value is not known before. */
export interface Element {
  readonly kind: "word" | "block" | "value";
  readonly parts: readonly Part[];
  /** True when it stands bare, so that a dash at its start makes a parameter of it. */
  readonly isBare: boolean;
  /** True when a comma joins it to the one before: both are one argument. */
  readonly isJoined: boolean;
  /** True when a blank stands before it. */
  readonly isApart: boolean;
  readonly start: number;
  readonly end: number;
}

export interface Redirection {
  readonly operator: string;
  readonly target: Element;
}

/** One command as it is written; its place in the list of all is its name in the skeleton. */
export interface Command {
  readonly operator: "&" | "." | "";
  readonly name: Element | undefined;
  readonly elements: readonly Element[];
  readonly redirections: readonly Redirection[];
  /** True when a pipe stands before it. */
  readonly isFed: boolean;
  readonly start: number;
  readonly end: number;
}

/** The text with each command cut down to a name that stands for it, and with all that surrounds commands. */
export interface Skeleton {
  readonly text: string;
  readonly commands: readonly Command[];
  /** Redirections of what is no command, by the place of their target's name in `text`. */
  readonly redirections: readonly Redirection[];
  /** Texts in quotes of expressions: they may become anything. */
  readonly strings: readonly string[];
  /** The place in the text that a place in the skeleton comes from. */
  readonly origin: (at: number) => number;
}

/** Why a text cannot be read, and where. */
export class Unreadable extends Error {
  readonly at: number;
  constructor(message: string, at: number) {
    super(message);
    this.at = at;
  }
}

const STATEMENTS =
  /^(?:if|elseif|else|while|until|do|foreach|for|switch|try|catch|finally|return|throw|exit|break|continue)$/i;
/** They declare something, so that names or values mean something else from there on. */
const DECLARATIONS =
  /^(?:function|filter|workflow|configuration|class|enum|using|param|data|trap|dynamicparam|clean|define|var|hidden|static|parallel|sequence|inlinescript)$/i;
/** Characters of a word that mean nothing else. */
const RUN = /[^\s;|&(){},<>"'`$\u2018-\u201E]+/y;
const REDIRECTION = /(?:[1-6*]?>>?|<)(?:&[12])?/y;
const OPENERS: readonly string[] = ["$(", "@(", "@{", "(", "{"];
/** A number with a unit, which the grammar only knows where a blank follows. */
const SIZE = /^\d+(?:\.\d+)?(?:[kmgtp]b|[ldu])(?![\w.])/i;
const MAX_DEPTH = 40;
/** What is left of a text without the words of its commands; more than this is no ordinary command. */
const MAX_SKELETON = 8_192;
const MAX_COMMANDS = 300;
const MAX_WORDS = 600;

/**
 * Reads PowerShell the way its own tokenizer does, as far as commands go: which words there are and what they mean. The
 * grammar, which knows fewer spellings of words, gets what is left: statements, expressions and where commands stand.
 */
export class SkeletonReader {
  readonly #text: string;
  #at = 0;
  #out = "";
  /** Pairs of places: in the skeleton, in the text. */
  readonly #map: [number, number][] = [];
  readonly #commands: (Command | undefined)[] = [];
  readonly #strings: string[] = [];
  readonly #redirections: Redirection[] = [];
  #depth = 0;
  #words = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** Throws `Unreadable` for what PowerShell or we could not read. */
  read(): Skeleton {
    this.#statements("");
    const map = this.#map;
    return {
      text: this.#out,
      commands: this.#commands.filter((command) => command !== undefined),
      redirections: this.#redirections,
      strings: this.#strings,
      origin: (at) => {
        const [skeleton = 0, text = 0] = map.findLast(([place]) => place <= at) ?? [];
        return Math.min(text + at - skeleton, this.#text.length);
      },
    };
  }

  #fail(problem: string, at = this.#at): never {
    throw new Unreadable(problem, at);
  }

  get #char(): string | undefined {
    return this.#text[this.#at];
  }

  #emit(text: string, from = this.#at): void {
    this.#map.push([this.#out.length, from]);
    this.#out += text;
  }

  #copy(length: number): void {
    this.#emit(this.#text.slice(this.#at, this.#at + length));
    this.#at += length;
  }

  #startsWith(text: string): boolean {
    return this.#text.startsWith(text, this.#at);
  }

  /** Blanks, comments and continued lines; line ends too when `lines`. True when there were any. */
  #skip(lines: boolean): boolean {
    const from = this.#at;
    for (;;) {
      const { length } = /^(?:[ \t]+|`\r?\n)*/.exec(this.#text.slice(this.#at, this.#at + 4_096))?.[0] ?? "";
      this.#at += length;
      if (length > 0) continue;
      if (this.#startsWith("<#")) {
        const end = this.#text.indexOf("#>", this.#at + 2);
        if (end < 0) this.#fail("a comment does not end");
        this.#at = end + 2;
      } else if (this.#char === "#") {
        const end = this.#text.indexOf("\n", this.#at);
        this.#at = end < 0 ? this.#text.length : end;
      } else if (lines && /[\r\n]/.test(this.#char ?? "")) this.#at += 1;
      else return this.#at > from;
    }
  }

  /** Statements up to `closer`, which stays; "" is the end of the text. */
  #statements(closer: string): void {
    this.#depth += 1;
    if (this.#depth > MAX_DEPTH) this.#fail("too deeply nested to be judged");
    let isFed = false;
    for (;;) {
      this.#skip(true);
      const char = this.#char;
      if (char === undefined || char === ")" || char === "}") {
        if ((char ?? "") !== closer)
          this.#fail(char === undefined ? "does not end" : `an unexpected ${char}`);
        break;
      }
      if (char === ";") {
        this.#copy(1);
        isFed = false;
        continue;
      }
      this.#element(isFed);
      isFed = this.#separator();
    }
    this.#depth -= 1;
  }

  /** What stands between two commands. True for a pipe. */
  #separator(): boolean {
    this.#skip(false);
    for (const operator of ["&&", "||", "|"]) {
      if (!this.#startsWith(operator)) continue;
      this.#emit(" ");
      this.#copy(operator.length);
      this.#emit(" ");
      return operator === "|";
    }
    if (this.#char === "&") this.#fail("goes on in the background");
    if (/[\r\n]/.test(this.#char ?? "")) this.#emit("\n");
    return false;
  }

  /** One command, expression or keyword with what belongs to it. */
  #element(isFed: boolean): void {
    const char = this.#char ?? "";
    const next = this.#text[this.#at + 1];
    if (char === "&" || (char === "." && (endsWord(next) || /["'$(]/.test(next ?? ""))))
      return this.#command(isFed);
    if (
      /[$"'(@[{!,]/.test(char) ||
      /^(?:[-+]?\.?\d[\w.]*|[-+])(?=$|[\s;|&(){},<>$"'[*/%+-])/.test(this.#rest)
    )
      return this.#expression();
    const isOperator = /^-(?:not|bnot|join|split|csplit|isplit)\b/i.test(this.#rest);
    if (isOperator || this.#startsWith("--$") || this.#startsWith("++$")) return this.#expression();
    const word = /^[A-Za-z]+(?=$|[\s;|&(){}])/.exec(this.#rest)?.[0] ?? "";
    if (DECLARATIONS.test(word)) this.#fail("declares something that changes what names mean");
    if (!isFed && STATEMENTS.test(word)) return this.#keyword(word);
    this.#command(isFed);
  }

  get #rest(): string {
    return this.#text.slice(this.#at, this.#at + 64);
  }

  #keyword(word: string): void {
    this.#copy(word.length);
    this.#emit(" ");
    this.#skip(true);
    if (/^(?:if|elseif|while|until|switch|catch|foreach|for)$/i.test(word)) {
      if (/^catch$/i.test(word) && this.#char === "{") return this.#group("{");
      this.#expect("(");
      if (/^foreach$/i.test(word)) this.#foreach();
      else this.#group("(");
      this.#skip(true);
      if (/^(?:until)$/i.test(word)) return;
      this.#expect(/^switch$/i.test(word) ? "" : "{");
      return this.#group("{");
    }
    if (/^(?:else|do|try|finally)$/i.test(word)) {
      if (/^else$/i.test(word) && /^if\b/i.test(this.#rest)) return;
      this.#expect("{");
      this.#group("{");
    }
  }

  #expect(char: string): void {
    if (this.#char !== char) this.#fail("a statement of a kind that is not judged");
  }

  #foreach(): void {
    const head = /^\(\s*(\$[A-Za-z_]\w*)\s+in\s+/i.exec(this.#text.slice(this.#at, this.#at + 256));
    if (!head) this.#fail("a statement of a kind that is not judged");
    this.#emit(`(${head[1]} in `);
    this.#at += head[0].length;
    this.#statements(")");
    this.#copy(1);
  }

  /** A bracket with statements in it. */
  #group(open: string): void {
    this.#copy(open.length);
    this.#statements(open.endsWith("{") ? "}" : ")");
    this.#copy(1);
  }

  /** An expression, to the end of its pipeline element. Its text is left to the grammar, all but what commands are in it. */
  #expression(): void {
    const wasInExpression = this.#isInExpression;
    this.#isInExpression = true;
    let isOpen = true;
    while (isOpen) {
      const char = this.#char;
      if (char === undefined || /[;|\r\n)}]/.test(char) || this.#startsWith("&&")) break;
      if (char === "&") this.#fail("goes on in the background");
      isOpen = this.#expressionPart(char);
    }
    this.#isInExpression = wasInExpression;
  }

  /** False when a pipeline begins, behind `=`. */
  #expressionPart(char: string): boolean {
    if (isBlank(char) || char === "`" || char === "#" || this.#startsWith("<#")) {
      if (char === "`" && !/^`\r?\n/.test(this.#rest)) this.#fail("an escape outside of a word");
      this.#skip(false);
      this.#emit(" ");
    } else if (CURLED.test(char)) this.#fail("contains quotes that are easily taken for others");
    else if (this.#nested() || this.#string()) return true;
    else if (char === "@" && /^@[A-Za-z_]/.test(this.#rest)) this.#fail("splats an expression");
    else if (/^(?:[1-6*]?>|<)/.test(this.#rest)) this.#redirectedExpression();
    else if (char === "$") this.#copy((variableAt(this.#text, this.#at)?.end ?? this.#at + 1) - this.#at);
    else if (char === "=" || /^(?:[-+*/%]|\?\?)=/.test(this.#rest)) {
      this.#copy(char === "=" ? 1 : this.#rest.indexOf("=") + 1);
      this.#emit(" ");
      this.#skip(true);
      const next = this.#char;
      if (next !== undefined && !/[;)}]/.test(next)) this.#element(false);
      return false;
    } else if (SIZE.test(this.#rest) && !/[\w$.]/.test(this.#text[this.#at - 1] ?? "")) {
      this.#emit("1");
      this.#at += SIZE.exec(this.#rest)?.[0].length ?? 1;
    } else if (/^\.\.(?!\.)/.test(this.#rest)) {
      // The grammar takes `1..3` for the name of a command.
      this.#emit(" .. ");
      this.#at += 2;
    } else this.#copy(1);
    if (this.#out.length > MAX_SKELETON) this.#fail("too complicated to be judged");
    return true;
  }

  #redirectedExpression(): void {
    const found = this.#redirection();
    if (!found) return;
    this.#redirections.push(found);
    const operator = found.operator === "<" ? ">" : found.operator;
    this.#emit(` ${operator.replace(/^\*/, "")} r${this.#redirections.length - 1} `, found.target.start);
  }

  /** Brackets with statements in them. Braces of a hash table are read as statements as well: `key = value` is one. */
  #nested(): boolean {
    for (const open of OPENERS) {
      if (!this.#startsWith(open)) continue;
      if (open === "@{") this.#hash();
      else this.#group(open);
      return true;
    }
    return false;
  }

  #hash(): void {
    this.#copy(2);
    this.#depth += 1;
    if (this.#depth > MAX_DEPTH) this.#fail("too deeply nested to be judged");
    for (;;) {
      this.#skip(true);
      if (this.#char === "}") break;
      if (this.#char === ";") {
        this.#copy(1);
        continue;
      }
      const key = /^(?:[A-Za-z_][\w-]*|\d+|'[^'\n]*'|"[^"$`\n]*")\s*=\s*/.exec(
        this.#text.slice(this.#at, this.#at + 256),
      )?.[0];
      if (key === undefined) this.#fail("a table that cannot be read");
      this.#emit(key.replace(/\s+/g, " "));
      this.#at += key.length;
      this.#element(false);
      this.#separator();
      this.#emit("\n");
    }
    this.#depth -= 1;
    this.#copy(1);
  }

  /** A string of an expression: its text counts for nothing, the code in it does. */
  #string(): boolean {
    const char = this.#char;
    if (char !== '"' && char !== "'" && !/^@["']/.test(this.#rest)) return false;
    const start = this.#at;
    this.#emit("('s' + ");
    const parts: Part[] = [];
    this.#quoted(parts);
    this.#strings.push(parts.map((part) => (part.kind === "text" ? part.text : "\0")).join(""));
    for (const part of parts)
      if (part.kind === "variable") this.#emit(`\${${part.name.replaceAll(/[{}`]/g, "`$&")}} + `, part.start);
    this.#emit("'s')", start);
    return true;
  }

  /** A string with its quotes, here-strings too. Code in it goes to the skeleton where it stands. */
  #quoted(parts: Part[]): void {
    const here = /^@(["'])[ \t]*\r?\n/.exec(this.#rest);
    const quote = here?.[1] ?? this.#char ?? "";
    const start = this.#at;
    if (quote === "@") this.#fail("a here-string that does not begin on a line of its own");
    this.#at += here?.[0].length ?? 1;
    let text = "";
    const flush = (): void => {
      parts.push({ kind: "text", text, isQuoted: true });
      text = "";
    };
    for (;;) {
      const char = this.#char;
      if (char === undefined) this.#fail("a string does not end", start);
      if (here) {
        const isEnd = this.#startsWith(`${quote}@`) && this.#text[this.#at - 1] === "\n";
        if (isEnd) {
          this.#at += 2;
          text = text.replace(/\r?\n$/, "");
          return flush();
        }
      } else if (char === quote) {
        this.#at += 1;
        if (this.#char !== quote) return flush();
        text += quote;
        this.#at += 1;
        continue;
      } else if (CURLED.test(char) && (quote === "'") === /[\u2018-\u201B]/.test(char))
        this.#fail("contains quotes that are easily taken for others");
      if (quote === "'" || (char !== "`" && char !== "$")) {
        text += char;
        this.#at += 1;
      } else if (char === "`") {
        const next = this.#text[this.#at + 1];
        if (next === undefined) this.#fail("a string does not end", start);
        this.#unicode();
        text += next === "u" ? "\uFFFD" : unescapeTick(next);
        this.#at += next === "u" ? this.#text.slice(this.#at).indexOf("}") + 1 : 2;
      } else if (this.#startsWith("$(")) {
        flush();
        parts.push({ kind: "code" });
        this.#emit(" ");
        this.#group("$(");
        this.#emit(this.#isInExpression ? " + " : " ");
      } else {
        const variable = variableAt(this.#text, this.#at);
        flush();
        if (variable) {
          parts.push({ kind: "variable", name: variable.name, start: this.#at, end: variable.end });
          this.#at = variable.end;
        } else {
          text += "$";
          this.#at += 1;
        }
      }
    }
  }

  /** `\`u{1F600}`: which character that is does not show. */
  #unicode(): void {
    if (this.#text[this.#at + 1] === "u" && /^`u\{[\da-f]{1,6}\}/i.test(this.#rest))
      this.#fail("contains characters that cannot be seen");
  }

  #isInExpression = true;

  #command(isFed: boolean): void {
    const start = this.#at;
    const id = this.#commands.length;
    this.#commands.push(undefined);
    if (id >= MAX_COMMANDS || this.#out.length > MAX_SKELETON) this.#fail("too complicated to be judged");
    this.#emit(`c${id} `);
    const wasInExpression = this.#isInExpression;
    this.#isInExpression = false;
    const operator = this.#operator();
    const name = this.#argument(false, true) ?? this.#fail("a command without a name");
    const elements: Element[] = [];
    const redirections: Redirection[] = [];
    let end = this.#at;
    for (;;) {
      const isApart = this.#skip(false);
      if (this.#isEnd()) break;
      const redirection = this.#redirection();
      if (redirection) redirections.push(redirection);
      else elements.push(this.#element1(elements, isApart));
      end = this.#at;
      this.#emit(" ");
    }
    this.#isInExpression = wasInExpression;
    this.#commands[id] = { operator, name, elements, redirections, isFed, start, end };
  }

  #operator(): Command["operator"] {
    const char = this.#char;
    const isCall =
      char === "&" ||
      (char === "." && (endsWord(this.#text[this.#at + 1]) || /["'$]/.test(this.#text[this.#at + 1] ?? "")));
    if (!isCall) return "";
    this.#at += 1;
    this.#skip(false);
    return char === "&" ? "&" : ".";
  }

  #isEnd(): boolean {
    const char = this.#char;
    if (char === "&" && !this.#startsWith("&&")) this.#fail("goes on in the background");
    return char === undefined || /[;|&)}\r\n]/.test(char);
  }

  #element1(before: readonly Element[], isApart: boolean): Element {
    let isJoined = false;
    if (this.#char === ",") {
      isJoined = true;
      this.#at += 1;
      this.#skip(true);
      if (before.length === 0 || this.#char === "," || this.#isEnd()) this.#fail("a comma without a word");
    }
    if (/^--%(?:\s|$)/.test(this.#rest)) this.#fail("passes the rest of the line without reading it");
    return this.#argument(isJoined, isApart) ?? this.#fail(`an unexpected ${this.#char ?? "end"}`);
  }

  /** One argument of a command: a word in any spelling, a bracket or a block. */
  #argument(isJoined: boolean, isApart: boolean): Element | undefined {
    const start = this.#at;
    this.#words += 1;
    if (this.#words > MAX_WORDS) this.#fail("too complicated to be judged");
    const done = (kind: Element["kind"], parts: readonly Part[], isBare = false): Element => ({
      kind,
      parts,
      isBare,
      isJoined,
      isApart,
      start,
      end: this.#at,
    });
    if (this.#char === "{") {
      this.#group("{");
      return done("block", []);
    }
    if (this.#nestedArgument()) return done("value", [{ kind: "code" }]);
    const parts: Part[] = [];
    const isBare = !/["'$@]/.test(this.#char ?? "");
    let isValue = false;
    for (;;) {
      const part = this.#wordPart(parts, start);
      if (part === "end") break;
      if (part === "value") isValue = true;
    }
    if (this.#at === start) return undefined;
    return done(isValue ? "value" : "word", parts, isBare);
  }

  /** `(ls)`, `$(ls)`, `@(ls)`, `@{a = 1}`, also with members behind them. */
  #nestedArgument(): boolean {
    if (!/^(?:[$@]?\(|@\{)/.test(this.#rest)) return false;
    const wasInExpression = this.#isInExpression;
    this.#isInExpression = true;
    this.#nested();
    for (;;) {
      const member = /^(?:\.[A-Za-z_]\w*|::[A-Za-z_]\w*|\[-?\d+\])/.exec(this.#rest)?.[0];
      if (member === undefined) break;
      this.#copy(member.length);
      if (this.#char === "(") this.#group("(");
    }
    this.#isInExpression = wasInExpression;
    if (!endsWord(this.#char) || this.#char === "(") this.#fail("a word that cannot be read");
    this.#emit(" ");
    return true;
  }

  #wordPart(parts: Part[], start: number): "more" | "value" | "end" {
    const char = this.#char;
    if (char === undefined || endsWord(char)) {
      if (char === "(" && this.#at > start) this.#fail("a word that cannot be read");
      if (
        char === "{" &&
        this.#at > start &&
        this.#text[this.#at - 1] !== "%" &&
        this.#text[this.#at - 1] !== "?"
      )
        this.#fail("a word that cannot be read");
      return "end";
    }
    if (CURLED.test(char)) this.#fail("contains quotes that are easily taken for others");
    if (char === '"' || char === "'" || (this.#at === start && /^@["']/.test(this.#rest))) {
      this.#quoted(parts);
      return "more";
    }
    if (char === "$" && this.#text[this.#at + 1] === "(") {
      this.#emit(" ");
      this.#group("$(");
      this.#emit(" ");
      parts.push({ kind: "code" });
      return "more";
    }
    const variable = char === "$" ? variableAt(this.#text, this.#at) : undefined;
    if (variable) {
      parts.push({ kind: "variable", name: variable.name, start: this.#at, end: variable.end });
      this.#at = variable.end;
      // A member or an item of a variable's value.
      const member = this.#at - start === variable.end - start && parts.length === 1;
      const found = member ? /^(?:(?:\.|::)[A-Za-z_]\w*|\[-?\d+\])+/.exec(this.#rest)?.[0] : undefined;
      if (found === undefined) return "more";
      this.#at += found.length;
      if (this.#char === "(") this.#fail("calls a method, which could do anything");
      parts.push({ kind: "code" });
      return "value";
    }
    if (char === "@" && this.#at === start) {
      parts.push({ kind: "code" });
      this.#at += 1 + (/^\w*/.exec(this.#text.slice(this.#at + 1, this.#at + 256))?.[0].length ?? 0);
      return "value";
    }
    this.#plain(parts, char);
    return "more";
  }

  #plain(parts: Part[], char: string): void {
    RUN.lastIndex = this.#at;
    let text = RUN.exec(this.#text)?.[0] ?? char;
    let { length } = text;
    let isQuoted = false;
    if (char === "`") {
      const next = this.#text[this.#at + 1];
      if (next === undefined) this.#fail("an escape at the end");
      this.#unicode();
      text = unescapeTick(next);
      isQuoted = true;
      length = 2;
    }
    this.#at += length;
    const before = parts.at(-1);
    if (before?.kind === "text" && before.isQuoted === isQuoted)
      parts[parts.length - 1] = { ...before, text: before.text + text };
    else parts.push({ kind: "text", text, isQuoted });
  }

  /** A redirection with its target; undefined when none begins here. */
  #redirection(): Redirection | undefined {
    REDIRECTION.lastIndex = this.#at;
    const operator = REDIRECTION.exec(this.#text)?.[0];
    if (operator === undefined) return undefined;
    const start = this.#at;
    this.#at += operator.length;
    const nothing = {
      kind: "word",
      parts: [],
      isBare: true,
      isJoined: false,
      isApart: true,
      start,
      end: this.#at,
    } as const;
    if (operator.includes("&")) return { operator, target: nothing };
    this.#skip(false);
    const wasInExpression = this.#isInExpression;
    this.#isInExpression = false;
    const target = this.#argument(false, true);
    this.#isInExpression = wasInExpression;
    return target ? { operator, target } : this.#fail("a redirection without a target");
  }
}

/** Whether a word begins with one of the dashes that make a parameter of it. */
export const hasDash = ({ isBare, parts }: Element): boolean => {
  const [first] = parts;
  return isBare && first?.kind === "text" && !first.isQuoted && DASHES.includes(first.text[0] ?? " ");
};
