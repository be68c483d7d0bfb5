import type {
  ArithmeticExpression,
  Assignment,
  Command,
  CommandNode,
  CompoundList,
  For,
  Pipeline,
  Redirection,
  Script,
  Statement,
  TestExpression,
  Word,
} from "unbash";
import { arithmeticIn, expansionsIn } from "./expansions.ts";
import type { Folders, Scope } from "./scope.ts";
import { isSteering } from "./variables.ts";
import { readWord, type ShellWord, UNKNOWN } from "./word.ts";

const MAX_LOOPS = 12;

/** Goes through a parsed text in the order in which it runs, and lets the judge see every command in it. */
export class Walk {
  readonly judge: Scope;

  constructor(judge: Scope) {
    this.judge = judge;
  }

  script(script: Script): void {
    this.#list(script.commands);
  }

  /** A script inside a word: it runs in a subshell, and its positions are its own when it was unescaped. */
  readonly substitution = (script: Script, at: { pos: number; end: number }): void => {
    const judge = (): void => this.judge.apart(() => this.script(script));
    if (script.source === undefined) judge();
    else this.judge.at({ start: at.pos, end: at.end }, judge);
  };

  #list(statements: readonly Statement[]): void {
    for (const statement of statements) {
      if (statement.background) {
        this.judge.note("medium", "goes on in the background", { start: statement.pos, end: statement.end });
        this.judge.apart(() => this.#statement(statement));
      } else {
        const before = this.judge.cwds;
        this.#statement(statement);
        this.#perhaps(before);
      }
    }
  }

  /** A `cd` that may have failed, or not have been reached: from here on it may be either folder. */
  #perhaps(before: Folders): void {
    const { cwds } = this.judge;
    if (before === cwds) return;
    this.judge.enter(before && cwds && [...new Set([...cwds, ...before])]);
  }

  #statement({ command, pos, end }: Statement): void {
    if (this.judge.isSpent({ start: pos, end })) return;
    if (command.type === "AndOr") this.#andOr(command.commands, command.operators);
    else if (command.type === "Pipeline") this.#pipeline(command);
    else this.#node(command, false);
  }

  #andOr(commands: readonly (CommandNode | Pipeline)[], operators: readonly ("&&" | "||")[]): void {
    for (const [index, command] of commands.entries()) {
      const before = this.judge.cwds;
      if (command.type === "Pipeline") this.#pipeline(command);
      else this.#node(command, false);
      if (operators[index] === "||" || operators[index - 1] === "||") this.#perhaps(before);
    }
  }

  #pipeline({ commands }: Pipeline): void {
    const [only] = commands;
    if (only && commands.length === 1) this.#node(only, false);
    else
      for (const [index, command] of commands.entries())
        this.judge.apart(() => this.#node(command, index > 0));
  }

  #node(node: CommandNode, hasInput: boolean): void {
    switch (node.type) {
      case "Command":
        return this.#command(node, hasInput);
      case "Redirected":
        this.#redirects(node.redirects);
        this.judge.simple({ name: [], args: [], texts: [], isFed: false, start: node.pos, end: node.end });
        return this.#node(node.command, true);
      case "If":
        return this.#branches([
          node.clause,
          node.then,
          ...node.elif.flatMap(({ clause, then }) => [clause, then]),
          node.else,
        ]);
      case "BraceGroup":
        return this.#list(node.body.commands);
      case "Subshell":
        return this.judge.apart(() => this.#list(node.body.commands));
      case "Case":
        this.#word(node.word);
        for (const item of node.items) for (const pattern of item.pattern) this.#word(pattern);
        return this.#branches(node.items.map(({ body }) => body));
      case "For":
        return this.#for(node);
      case "While":
        return this.#loop(() => {
          this.#list(node.clause.commands);
          this.#list(node.body.commands);
        });
      case "ArithmeticFor":
        this.#arithmetic(node.initialize, node.test, node.update);
        return this.#loop(() => this.#list(node.body.commands));
      case "ArithmeticCommand":
        if (!node.expression) this.#odd(node, "an arithmetic expression that cannot be read");
        return this.#arithmetic(node.expression);
      case "TestCommand":
        return this.#test(node.expression);
      case "Function":
        this.#odd(node, "defines a function, so that names may mean something else");
        return this.#body(node.body);
      case "Coproc":
      case "Select":
        this.#odd(node, "is too unusual to be judged");
        return this.#body(node.body);
    }
  }

  /** What it runs, and when, is not known; what stands in it is. */
  #body(body: CommandNode | CompoundList): void {
    this.judge.apart(() => {
      if (body.type === "CompoundList") this.#list(body.commands);
      else this.#node(body, false);
    });
  }

  #odd({ pos, end }: { pos: number; end: number }, text: string): void {
    this.judge.note("high", text, { start: pos, end });
  }

  /** Each may run or not: afterwards it may be in any of the folders. */
  #branches(bodies: readonly ({ readonly commands: readonly Statement[] } | undefined)[]): void {
    for (const body of bodies) {
      const before = this.judge.cwds;
      if (body) this.#list(body.commands);
      this.#perhaps(before);
    }
  }

  /** A second round begins where the first one ended, which only matters when that is somewhere else. */
  #loop(body: () => void): void {
    const before = this.judge.cwds;
    body();
    if (this.judge.cwds === before) return;
    this.judge.enter(undefined);
    body();
  }

  #for({ name, wordlist, body }: For): void {
    const words = (wordlist ?? []).flatMap((word) => this.#word(word));
    for (const word of words) if (word.isGlob) this.judge.look(word);
    const isKnown =
      wordlist &&
      words.length <= MAX_LOOPS &&
      words.every(({ value, isSplit }) => !value.includes(UNKNOWN) && !isSplit);
    const values = isKnown ? words : [undefined];
    if (isSteering(name.value))
      this.judge.note("high", "sets a variable that decides what runs", { start: name.pos, end: name.end });
    for (const value of values) {
      this.#loop(() => {
        if (value) this.judge.variables.set(name.value, value.value);
        else this.judge.variables.delete(name.value);
        this.#list(body.commands);
      });
    }
  }

  #command(command: Command, hasInput: boolean): void {
    for (const prefix of command.prefix)
      if (prefix.type === "Assignment") this.#assignment(prefix, command.name !== undefined);
    const isFed = hasInput || command.redirects.some(({ operator }) => operator.startsWith("<"));
    const name = command.name ? this.#word(command.name) : [];
    const args = command.args.flatMap((argument) =>
      argument.type === "Word" ? this.#word(argument) : [this.#declared(argument)],
    );
    this.#redirects(command.redirects);
    const words = [...(command.name ? [command.name] : []), ...command.args];
    const texts = words.map(({ text }) => text);
    this.judge.simple({ name, args, texts, isFed, start: command.pos, end: command.end });
  }

  /** An assignment that a command like `declare` gets as an argument. */
  #declared(argument: Assignment): ShellWord {
    const value = this.#value(argument);
    const text = `${argument.name}${argument.append ? "+" : ""}=${value.map((word) => word.value).join(" ")}`;
    const span = { start: argument.pos, end: argument.end };
    return { value: text, isGlob: false, isSplit: false, isLiteral: true, ...span };
  }

  #value({ value }: Assignment): ShellWord[] {
    const words = value.type === "Word" ? [value] : value.elements;
    return words.flatMap((word) => this.#word(word));
  }

  #assignment(assignment: Assignment, isPrefix: boolean): void {
    const at = { start: assignment.pos, end: assignment.end };
    if (assignment.index) this.judge.note("high", "an index is evaluated as code", at);
    this.#value(assignment);
    this.judge.forget(assignment.name);
    this.judge.assign({ name: assignment.name, text: assignment.text, isPrefix, ...at });
  }

  #redirects(redirects: readonly Redirection[]): void {
    for (const redirect of redirects) {
      if (redirect.type === "HereDoc") {
        if (redirect.body.parts) expansionsIn(redirect.body.parts, this);
      } else if (redirect.target) {
        const words = this.#word(redirect.target);
        if (redirect.type === "Redirect") this.judge.redirect({ operator: redirect.operator, words });
      }
    }
  }

  #word(word: Word): ShellWord[] {
    if (word.parts) expansionsIn(word.parts, this);
    return readWord(word, this.judge.known);
  }

  #arithmetic(...expressions: (ArithmeticExpression | undefined)[]): void {
    for (const expression of expressions) if (expression) arithmeticIn(expression, this);
  }

  #test(expression: TestExpression): void {
    switch (expression.type) {
      case "TestLogical":
        for (const operand of expression.operands) this.#test(operand);
        return;
      case "TestNot":
        return this.#test(expression.operand);
      case "TestGroup":
        return this.#test(expression.expression);
      case "TestUnary":
        return this.#unary(expression.operator, this.#word(expression.operand));
      case "TestBinary": {
        const isNumeric = /^-(?:eq|ne|lt|le|gt|ge)$/.test(expression.operator);
        for (const side of [expression.left, expression.right]) {
          const words = this.#word(side);
          if (isNumeric) this.#numbers(words, side.text);
        }
        return;
      }
    }
  }

  #unary(operator: string, words: readonly ShellWord[]): void {
    for (const word of words) {
      if (operator === "-v" || operator === "-R") this.#named(word);
      else if (/^-[a-uw-yA-QS-Y]$/.test(operator) && !/^-[nzot]$/.test(operator)) this.judge.look(word);
    }
  }

  #named(word: ShellWord): void {
    if (!/^\w+$/.test(word.value)) this.judge.note("high", "a variable's name is evaluated as code", word);
  }

  /** `[[ a -eq b ]]` evaluates both sides, and an index in them runs what stands in it. */
  #numbers(words: readonly ShellWord[], text: string): void {
    for (const word of words) {
      if (/^[-+]?\w+$/.test(word.value)) continue;
      const isVariable = /^"?\$\{?#?\w+\}?"?$/.test(text);
      if (isVariable) this.judge.note("medium", "evaluates a variable", word, "reads");
      else this.judge.note("high", "evaluates text as arithmetic", word);
    }
  }
}
