import { CURLED, endsWord, isBlank, variableAt } from "./characters.ts";
import type { Command, Element, Part, Redirection, Skeleton } from "./skeleton.ts";
import { WordReader } from "./word-reader.ts";

const STATEMENTS =
  /^(?:if|elseif|else|while|until|do|foreach|for|switch|try|catch|finally|return|throw|exit|break|continue)$/;
/** They declare something, so that names or values mean something else from there on. */
const DECLARATIONS =
  /^(?:function|filter|workflow|configuration|class|enum|using|param|data|trap|dynamicparam|clean|define|var|hidden|static|parallel|sequence|inlinescript)$/;
const WITH_CONDITION = /^(?:if|elseif|while|until|switch|catch|foreach|for)$/;
const OPENERS: readonly string[] = ["$(", "@(", "@{", "(", "{"];
/** How an expression begins: everything else is the name of a command. */
const EXPRESSION =
  /^(?:[$"'(@[{!,]|(?:[-+]?\.?\d[\w.]*|[-+])(?=$|[\s;|&(){},<>$"'[*/%+-])|-(?:not|bnot|join|split|csplit|isplit)\b|--\$|\+\+\$)/i;
/** A number with a unit, which the grammar only knows where a blank follows. */
const SIZE = /^\d+(?:\.\d+)?(?:[kmgtp]b|[ldu])(?![\w.])/i;
const ASSIGNMENT = /^(?:[-+*/%]|\?\?)?=/;
const MAX_DEPTH = 40;
/** What is left of a text without the words of its commands; more than this is no ordinary command. */
const MAX_SKELETON = 8_192;
const MAX_COMMANDS = 300;

const COMPLICATED = "too complicated to be judged";
const BACKGROUND = "goes on in the background";
const UNJUDGED = "a statement of a kind that is not judged";

const nameOf = (variable: string): string => `\${${variable.replaceAll(/[{}`]/g, "`$&")}}`;

/**
 * Reads PowerShell the way its own tokenizer does, as far as commands go: which words there are and what they mean. The
 * grammar, which knows fewer spellings of words, gets what is left: statements, expressions and where commands stand.
 */
export class SkeletonReader extends WordReader {
  readonly #commands: (Command | undefined)[] = [];
  readonly #strings: string[] = [];
  readonly #redirections: Redirection[] = [];
  #depth = 0;

  /** Throws `Unreadable` for what PowerShell or we could not read. */
  read(): Skeleton {
    this.#statements("");
    return {
      text: this.written,
      commands: this.#commands.filter((command) => command !== undefined),
      redirections: this.#redirections,
      strings: this.#strings,
      origin: this.origin,
    };
  }

  #deeper(read: () => void): void {
    this.#depth += 1;
    if (this.#depth > MAX_DEPTH) this.fail("too deeply nested to be judged");
    read();
    this.#depth -= 1;
  }

  /** Statements up to `closer`, which stays; "" is the end of the text. */
  #statements(closer: string): void {
    this.#deeper(() => {
      let isFed = false;
      for (this.skip(true); !this.#isClosed(closer); this.skip(true)) {
        if (this.char === ";") {
          this.copy(1);
          isFed = false;
        } else {
          this.#element(isFed);
          isFed = this.#separator();
        }
      }
    });
  }

  #isClosed(closer: string): boolean {
    const { char } = this;
    if (char !== undefined && char !== ")" && char !== "}") return false;
    if ((char ?? "") !== closer) this.fail(char === undefined ? "does not end" : `an unexpected ${char}`);
    return true;
  }

  /** What stands between two commands. True for a pipe. */
  #separator(): boolean {
    this.skip(false);
    for (const operator of ["&&", "||", "|"]) {
      if (!this.startsWith(operator)) continue;
      this.emit(" ");
      this.copy(operator.length);
      this.emit(" ");
      return operator === "|";
    }
    if (this.char === "&") this.fail(BACKGROUND);
    if (/[\r\n]/.test(this.char ?? "")) this.emit("\n");
    return false;
  }

  /** One command, expression or keyword with what belongs to it. */
  #element(isFed: boolean): void {
    if (this.#isCall()) return this.#command(isFed);
    if (EXPRESSION.test(this.rest)) return this.#expression();
    const word = (/^[A-Za-z]+(?=$|[\s;|&(){}])/.exec(this.rest)?.[0] ?? "").toLowerCase();
    if (DECLARATIONS.test(word)) this.fail("declares something that changes what names mean");
    if (!isFed && STATEMENTS.test(word)) return this.#keyword(word);
    return this.#command(isFed);
  }

  /** `& name`, `. name`; `.\name` is a name. */
  #isCall(): boolean {
    const { char, next } = this;
    return char === "&" || (char === "." && (endsWord(next) || /["'$]/.test(next ?? "")));
  }

  #keyword(word: string): void {
    this.copy(word.length);
    this.emit(" ");
    this.skip(true);
    if (WITH_CONDITION.test(word)) {
      if (word !== "catch" || this.char !== "{") this.#condition(word);
      if (word !== "until") this.#block(word);
    } else if (word === "else" && /^if\b/i.test(this.rest)) return;
    else if (/^(?:else|do|try|finally)$/.test(word)) this.#block(word);
  }

  #condition(word: string): void {
    if (this.char !== "(") this.fail(UNJUDGED);
    if (word === "foreach") this.#foreach();
    else this.group("(");
    this.skip(true);
  }

  #block(word: string): void {
    if (this.char !== "{" || word === "switch") this.fail(UNJUDGED);
    this.group("{");
  }

  #foreach(): void {
    const head = /^\(\s*(\$[A-Za-z_]\w*)\s+in\s+/i.exec(this.text.slice(this.at, this.at + 256));
    if (!head) this.fail(UNJUDGED);
    this.emit(`(${head[1]} in `);
    this.at += head[0].length;
    this.#statements(")");
    this.copy(1);
  }

  protected override group(open: string): void {
    this.copy(open.length);
    this.#statements(open.endsWith("{") ? "}" : ")");
    this.copy(1);
  }

  protected override nested(): boolean {
    const open = OPENERS.find((one) => this.startsWith(one));
    if (open === undefined) return false;
    if (open === "@{") this.#hash();
    else this.group(open);
    return true;
  }

  /** An expression, to the end of its pipeline element. Its text is left to the grammar, all but what commands are in it. */
  #expression(): void {
    const wasInExpression = this.isInExpression;
    this.isInExpression = true;
    let isOpen = true;
    while (isOpen) {
      const { char } = this;
      if (char === undefined || /[;|\r\n)}]/.test(char) || this.startsWith("&&")) break;
      if (char === "&") this.fail(BACKGROUND);
      isOpen = this.#expressionPart(char);
      if (this.written.length > MAX_SKELETON) this.fail(COMPLICATED);
    }
    this.isInExpression = wasInExpression;
  }

  /** False when a pipeline begins, behind `=`. */
  #expressionPart(char: string): boolean {
    if (this.#gap(char) || this.nested() || this.#string()) return true;
    if (CURLED.test(char)) this.fail("contains quotes that are easily taken for others");
    if (/^@[A-Za-z_]/.test(this.rest)) this.fail("splats an expression");
    if (/^(?:[1-6*]?>|<)/.test(this.rest)) this.#redirected();
    else if (char === "$") this.copy((variableAt(this.text, this.at)?.end ?? this.at + 1) - this.at);
    else if (ASSIGNMENT.test(this.rest)) {
      this.#assigned();
      return false;
    } else this.#operand();
    return true;
  }

  #gap(char: string): boolean {
    if (!isBlank(char) && char !== "`" && char !== "#" && !this.startsWith("<#")) return false;
    if (char === "`" && !/^`\r?\n/.test(this.rest)) this.fail("an escape outside of a word");
    this.skip(false);
    this.emit(" ");
    return true;
  }

  #assigned(): void {
    this.copy(ASSIGNMENT.exec(this.rest)?.[0].length ?? 1);
    this.emit(" ");
    this.skip(true);
    if (this.char !== undefined && !/[;)}]/.test(this.char)) this.#element(false);
  }

  #operand(): void {
    const size = /[\w$.]/.test(this.text[this.at - 1] ?? "") ? undefined : SIZE.exec(this.rest)?.[0];
    if (size !== undefined) {
      this.emit("1");
      this.at += size.length;
    } else if (/^\.\.(?!\.)/.test(this.rest)) {
      // The grammar takes `1..3` for the name of a command.
      this.emit(" .. ");
      this.at += 2;
    } else this.copy(1);
  }

  #redirected(): void {
    const found = this.redirection();
    if (!found) return;
    this.#redirections.push(found);
    const operator = found.operator === "<" ? ">" : found.operator.replace(/^\*/, "");
    this.emit(` ${operator} r${this.#redirections.length - 1} `, found.target.start);
  }

  #hash(): void {
    this.copy(2);
    this.#deeper(() => {
      for (this.skip(true); this.char !== "}"; this.skip(true)) {
        if (this.char === ";") this.copy(1);
        else this.#entry();
      }
    });
    this.copy(1);
  }

  #entry(): void {
    const key = /^(?:[A-Za-z_][\w-]*|\d+|'[^'\n]*'|"[^"$`\n]*")\s*=\s*/.exec(
      this.text.slice(this.at, this.at + 256),
    )?.[0];
    if (key === undefined) this.fail("a table that cannot be read");
    this.emit(key.replace(/\s+/g, " "));
    this.at += key.length;
    this.#element(false);
    this.#separator();
    this.emit("\n");
  }

  /** A string of an expression: its text counts for nothing, the code in it does. */
  #string(): boolean {
    if (!/^@?["']/.test(this.rest)) return false;
    const start = this.at;
    this.emit("('s' + ");
    const parts: Part[] = [];
    this.quoted(parts);
    this.#strings.push(parts.map((part) => (part.kind === "text" ? part.text : "\0")).join(""));
    for (const part of parts) if (part.kind === "variable") this.emit(`${nameOf(part.name)} + `, part.start);
    this.emit("'s')", start);
    return true;
  }

  #command(isFed: boolean): void {
    const start = this.at;
    const id = this.#commands.length;
    this.#commands.push(undefined);
    if (id >= MAX_COMMANDS || this.written.length > MAX_SKELETON) this.fail(COMPLICATED);
    this.emit(`c${id} `);
    const wasInExpression = this.isInExpression;
    this.isInExpression = false;
    const operator = this.#operator();
    const name = this.argument(false, true) ?? this.fail("a command without a name");
    const elements: Element[] = [];
    const redirections: Redirection[] = [];
    let end = this.at;
    for (let isApart = this.skip(false); !this.#isEnd(); isApart = this.skip(false)) {
      const redirection = this.redirection();
      if (redirection) redirections.push(redirection);
      else elements.push(this.#given(elements.length > 0, isApart));
      end = this.at;
      this.emit(" ");
    }
    this.isInExpression = wasInExpression;
    this.#commands[id] = { operator, name, elements, redirections, isFed, start, end };
  }

  #operator(): Command["operator"] {
    if (!this.#isCall()) return "";
    const isScope = this.char === ".";
    this.at += 1;
    this.skip(false);
    return isScope ? "." : "&";
  }

  #isEnd(): boolean {
    if (this.char === "&" && !this.startsWith("&&")) this.fail(BACKGROUND);
    return this.char === undefined || /[;|&)}\r\n]/.test(this.char);
  }

  #given(hasBefore: boolean, isApart: boolean): Element {
    const isJoined = this.char === ",";
    if (isJoined) {
      this.at += 1;
      this.skip(true);
      if (!hasBefore || this.char === "," || this.#isEnd()) this.fail("a comma without a word");
    }
    if (/^--%(?:\s|$)/.test(this.rest)) this.fail("passes the rest of the line without reading it");
    return this.argument(isJoined, isApart) ?? this.fail(`an unexpected ${this.char ?? "end"}`);
  }
}
