import type { Effect, Span } from "../shell/findings.ts";
import type { Folders } from "../shell/scope.ts";
import type { Parse, SyntaxNode } from "./grammar.ts";
import { type Command, type Skeleton, Unreadable } from "./skeleton.ts";

/** Who hears of what a text does, in the order in which it runs. */
export interface Visitor {
  readonly cwds: Folders;
  enter(folders: Folders): void;
  block(judge: () => void): void;
  note(risk: "medium" | "high", text: string, at: Span, effect?: Effect): void;
  variable(name: string, at: Span): void;
  setVariable(name: string, at: Span): void;
  /** Code that is there to compute something. */
  computing(at: Span, judge: () => void): void;
  calculates(command: Command): boolean;
  redirection(redirection: Skeleton["redirections"][number]): void;
  /** `blocks` goes through the script blocks among its arguments, in their order. */
  command(command: Command, blocks: readonly (() => void)[], before: readonly Command[]): void;
}

/** Nodes that mean nothing beyond what stands in them. */
const PLAIN: ReadonlySet<string> = new Set(
  (
    "program statement_list pipeline pipeline_chain pipeline_chain_tail empty_statement comment script_block script_block_body " +
    "statement_block if_statement else_clause elseif_clauses elseif_clause while_statement while_condition do_statement " +
    "for_statement for_initializer for_condition for_iterator foreach_statement try_statement catch_clauses catch_clause " +
    "finally_clause flow_control_statement logical_expression bitwise_expression comparison_expression additive_expression " +
    "multiplicative_expression format_expression range_expression array_literal_expression unary_expression " +
    "expression_with_unary_operator parenthesized_expression sub_expression array_expression comparison_operator format_operator " +
    "integer_literal decimal_integer_literal hexadecimal_integer_literal real_literal string_literal verbatim_string_characters " +
    "expandable_string_literal element_access hash_literal_expression hash_literal_body hash_entry key_expression simple_name " +
    "redirections redirection file_redirection_operator merging_redirection_operator redirected_file_name command_argument_sep " +
    "generic_token assignement_operator member_name"
  ).split(" "),
);
const LOOPS = /^(?:while|do|for|foreach)_statement$/;
const CHOICES = /^(?:if|try)_statement$/;
/** Types of values that are only made by looking at them. */
const TYPES =
  /^(?:int|int32|int64|long|uint32|double|float|decimal|single|bool|string|char|byte|array|hashtable|ordered|pscustomobject|psobject|void|datetime|timespan|version|guid|regex|math|switch|object|string\[\]|int\[\]|object\[\])$/;

/** Types whose properties only say what the machine is. */
const FACTS =
  /^\[(?:system\.)?(?:environment|io\.path|text\.encoding|datetimeoffset|globalization\.cultureinfo|runtime\.interopservices\.runtimeinformation)\]$/i;

/** Goes through the tree of a skeleton. Throws `Unreadable` where the grammar and our own reading differ. */
export function walkSkeleton(skeleton: Skeleton, parse: Parse, visitor: Visitor): void {
  const tree = parse(skeleton.text);
  if (!tree) throw new Unreadable("is not complete PowerShell", 0);
  const walk = new Walk(skeleton, visitor);
  walk.node(tree);
  if (walk.count !== skeleton.commands.length + skeleton.redirections.length)
    throw new Unreadable("can be read in several ways", 0);
}

class Walk {
  readonly #skeleton: Skeleton;
  readonly #visitor: Visitor;
  readonly #seen = new Set<string>();
  /** Commands before this one in its pipeline. */
  #before: readonly Command[] = [];
  /** True inside a table that says how columns are computed. */
  #isCalculated = false;

  constructor(skeleton: Skeleton, visitor: Visitor) {
    this.#skeleton = skeleton;
    this.#visitor = visitor;
  }

  get count(): number {
    return this.#seen.size;
  }

  #span({ start, end }: SyntaxNode): Span {
    const { origin } = this.#skeleton;
    const from = origin(start);
    return { start: from, end: Math.max(from, origin(Math.max(start, end - 1)) + 1) };
  }

  #text({ start, end }: SyntaxNode): string {
    return this.#skeleton.text.slice(start, end).trim();
  }

  #odd(node: SyntaxNode, text: string): void {
    this.#visitor.note("high", text, this.#span(node));
  }

  #all({ children }: SyntaxNode): void {
    for (const child of children) this.node(child);
  }

  readonly #kinds: ReadonlyMap<string, (node: SyntaxNode) => void> = new Map([
    ["command", (node) => this.#command(node)],
    ["pipeline", (node) => this.#chain(node)],
    ["pipeline_chain", (node) => this.#pipeline(node)],
    ["statement_list", (node) => this.#list(node)],
    ["assignment_expression", (node) => this.#assignment(node)],
    ["variable", (node) => this.#visitor.variable(this.#variableName(node), this.#span(node))],
    ["generic_token", (node) => this.#redirection(node)],
    ["member_access", (node) => this.#member(node)],
    ["invokation_expression", (node) => this.#invocation(node)],
    ["invokation_foreach_expression", (node) => this.#invocation(node)],
    ["cast_expression", (node) => this.#type(node)],
    ["type_literal", (node) => this.#type(node)],
    ["script_block_expression", (node) => this.#block(node)],
  ]);

  node(node: SyntaxNode): void {
    const { type } = node;
    const judge = this.#kinds.get(type);
    if (judge) judge(node);
    else if (LOOPS.test(type)) this.#loop(node);
    else if (CHOICES.test(type)) this.#choice(node);
    else if (/^(?:pre|post)_(?:in|de)crement_expression$/.test(type)) this.#step(node);
    else {
      if (!PLAIN.has(type)) this.#odd(node, "is too unusual to be judged");
      this.#all(node);
    }
  }

  #list({ children }: SyntaxNode): void {
    for (const child of children) {
      const { cwds } = this.#visitor;
      this.node(child);
      this.#perhaps(cwds);
    }
  }

  /** A change of folder that may have failed, or not have been reached. */
  #perhaps(before: Folders): void {
    const { cwds } = this.#visitor;
    if (before === cwds) return;
    this.#visitor.enter(before && cwds && [...new Set([...cwds, ...before])]);
  }

  /** `a && b || c`. */
  #chain(node: SyntaxNode): void {
    const isChoice = node.children.some(
      (child) => child.type === "pipeline_chain_tail" && this.#text(child) === "||",
    );
    for (const child of node.children) {
      const { cwds } = this.#visitor;
      this.node(child);
      if (isChoice) this.#perhaps(cwds);
    }
  }

  #pipeline({ children }: SyntaxNode): void {
    const before = this.#before;
    this.#before = [];
    for (const child of children) {
      this.node(child);
      const command = child.type === "command" ? this.#commandOf(child) : undefined;
      if (command) this.#before = [...this.#before, command];
    }
    this.#before = before;
  }

  #loop(node: SyntaxNode): void {
    const before = this.#visitor.cwds;
    this.#all(node);
    if (this.#visitor.cwds === before) return;
    this.#visitor.enter(undefined);
    this.#all(node);
  }

  #choice({ children }: SyntaxNode): void {
    for (const child of children) {
      const { cwds } = this.#visitor;
      this.node(child);
      this.#perhaps(cwds);
    }
  }

  #commandOf(node: SyntaxNode): Command {
    const name = node.children.find(({ type }) => type === "command_name");
    const id = /^c(\d+)$/.exec(name ? this.#text(name) : "")?.[1];
    const command = id === undefined ? undefined : this.#skeleton.commands[Number(id)];
    if (!command) throw new Unreadable("can be read in several ways", this.#skeleton.origin(node.start));
    return command;
  }

  #command(node: SyntaxNode): void {
    const command = this.#commandOf(node);
    this.#seen.add(`c${this.#skeleton.commands.indexOf(command)}`);
    const parts = node.children.filter(({ type }) => type !== "command_name");
    const elements = parts.flatMap(({ children }) => children);
    const isOdd =
      parts.some(({ type }) => type !== "command_elements") ||
      elements.some(({ type }) => type === "generic_token");
    if (isOdd) throw new Unreadable("can be read in several ways", command.start);
    const isBlock = ({ type }: SyntaxNode): boolean => type === "script_block_expression";
    for (const element of elements) if (!isBlock(element)) this.#element(element, command);
    const before = this.#before;
    const walks = elements.filter(isBlock).map((block) => (): void => {
      this.#before = [];
      this.#all(block);
      this.#before = before;
    });
    this.#visitor.command(command, walks, before);
  }

  #element(element: SyntaxNode, command: Command): void {
    const before = this.#isCalculated;
    this.#isCalculated = element.type === "hash_literal_expression" && this.#visitor.calculates(command);
    this.node(element);
    this.#isCalculated = before;
  }

  #redirection(node: SyntaxNode): void {
    const text = this.#text(node);
    const id = /^r(\d+)$/.exec(text)?.[1];
    const found = id === undefined ? undefined : this.#skeleton.redirections[Number(id)];
    if (!found) throw new Unreadable("can be read in several ways", this.#skeleton.origin(node.start));
    this.#seen.add(text);
    this.#visitor.redirection(found);
  }

  #assignment({ children }: SyntaxNode): void {
    const [target, , ...values] = children;
    for (const value of values) this.node(value);
    if (target) this.#target(target);
  }

  #target(node: SyntaxNode): void {
    const [only] = node.children;
    if (node.type === "left_assignment_expression" && only && node.children.length === 1) this.#target(only);
    else if (node.type === "variable") this.#visitor.setVariable(this.#variableName(node), this.#span(node));
    else if (node.type === "cast_expression" || node.type === "expression_with_unary_operator") {
      const [type, value] = node.type === "cast_expression" ? node.children : (only?.children ?? []);
      if (type) this.#type(type);
      if (value) this.#target(value);
    } else {
      this.#odd(node, "sets a part of something else");
      this.#all(node);
    }
  }

  #step(node: SyntaxNode): void {
    for (const child of node.children)
      if (child.type === "variable") this.#target(child);
      else this.#odd(child, "sets a part of something else");
  }

  #variableName(node: SyntaxNode): string {
    const text = this.#text(node);
    const braced = /^[$@]\{([\s\S]*)\}$/.exec(text)?.[1];
    return braced === undefined ? text.slice(1) : braced.replaceAll(/`([\s\S])/g, "$1");
  }

  #member(node: SyntaxNode): void {
    const [of, name] = node.children;
    if (of?.type === "type_literal") {
      if (!FACTS.test(this.#text(of))) this.#type(of);
      this.#visitor.note("medium", "a value of a type of .NET", this.#span(node), "reads");
    } else if (of) {
      this.node(of);
      if (this.#skeleton.text.slice(of.end, name?.start).includes("::"))
        this.#odd(node, "reaches into a type that is only known when it runs");
    }
    const [plain] = name?.children ?? [];
    if (name?.type !== "member_name" || plain?.type !== "simple_name" || name.children.length !== 1)
      this.#odd(node, "the name of a member is only known when it runs");
  }

  #invocation(node: SyntaxNode): void {
    this.#odd(node, "calls a method, which could do anything");
    for (const child of node.children) if (child.type !== "type_literal") this.#inner(child);
  }

  /** What stands in a call: its arguments are read, their kinds do not matter any more. */
  #inner(node: SyntaxNode): void {
    if (PLAIN.has(node.type) || !/argument|member/.test(node.type)) return this.node(node);
    for (const child of node.children) this.#inner(child);
  }

  #type(node: SyntaxNode): void {
    const literal =
      node.type === "type_literal" ? node : node.children.find(({ type }) => type === "type_literal");
    const name = literal ? this.#text(literal).slice(1, -1).trim().toLowerCase() : "";
    if (!TYPES.test(name.replace(/^system\./, "")))
      this.#odd(node, "uses a type that may do more than hold a value");
    for (const child of node.children) if (child !== literal && node !== literal) this.node(child);
  }

  #block(node: SyntaxNode): void {
    if (this.#isCalculated) {
      this.#isCalculated = false;
      this.#visitor.computing(this.#span(node), () => this.#all(node));
      this.#isCalculated = true;
      return;
    }
    this.#odd(node, "a block of code that something else may run");
    this.#visitor.block(() => this.#all(node));
  }
}
