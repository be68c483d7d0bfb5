import type { ArithmeticExpression, ParameterExpansionPart, Script, WordPart } from "unbash";
import type { Effect, Span } from "./findings.ts";

interface Visitor {
  readonly judge: {
    note(risk: "medium" | "high", text: string, at: Span, effect?: Effect): void;
    variable(name: string, at: Span): void;
    readonly known: (name: string) => string | undefined;
  };
  readonly substitution: (script: Script, at: { pos: number; end: number }) => void;
}

/** Sees everything the shell expands in a word: what it runs, and what of the environment it shows. */
export function expansionsIn(parts: readonly WordPart[], visitor: Visitor): void {
  for (const part of parts) expansion(part, visitor);
}

function expansion(part: WordPart, visitor: Visitor): void {
  switch (part.type) {
    case "DoubleQuoted":
    case "LocaleString":
      return expansionsIn(part.parts, visitor);
    case "SimpleExpansion":
      return variable(part.text.slice(1), part, visitor);
    case "ParameterExpansion":
      return parameter(part, visitor);
    case "CommandExpansion":
    case "ProcessSubstitution":
      if (part.script) visitor.substitution(part.script, part);
      return;
    case "ArithmeticExpansion":
      if (part.expression) arithmeticIn(part.expression, visitor);
      return;
    case "Glob":
    case "ExtendedGlob":
    case "BraceExpansion":
      if (part.parts) expansionsIn(part.parts, visitor);
      return;
    default:
      return;
  }
}

const span = ({ pos, end }: { pos: number; end: number }): Span => ({ start: pos, end });

function variable(name: string, at: { pos: number; end: number }, { judge }: Visitor): void {
  if (judge.known(name) === undefined) judge.variable(name, span(at));
}

function parameter(part: ParameterExpansionPart, visitor: Visitor): void {
  const { judge } = visitor;
  variable(part.parameter, part, visitor);
  if (part.prefix === "!")
    judge.note("high", "the name of a variable is only known when it runs", span(part));
  if (part.index && !/^(?:[@*]|\d+)$/.test(part.index.text))
    judge.note("high", "an index is evaluated as code", span(part));
  const { operation } = part;
  if (!operation) return;
  if (operation.type === "Transform")
    judge.note("high", "an expansion that evaluates what a variable holds", span(part));
  if (
    operation.type === "Slice" &&
    ![operation.offset, operation.length].every((word) => word === undefined || /^\s*-?\d+$/.test(word.text))
  )
    judge.note("high", "a position is evaluated as code", span(part));
  if (operation.type === "Default" && /=$/.test(operation.operator))
    judge.note("medium", "sets a variable", span(part));
  for (const word of wordsOf(operation)) if (word.parts) expansionsIn(word.parts, visitor);
}

function wordsOf(
  operation: NonNullable<ParameterExpansionPart["operation"]>,
): readonly { parts?: readonly WordPart[] | undefined }[] {
  switch (operation.type) {
    case "Default":
    case "Remove":
      return [operation.operand];
    case "Replace":
      return [operation.pattern, operation.replacement];
    case "CaseModification":
      return operation.operand ? [operation.operand] : [];
    default:
      return [];
  }
}

/** Programs whose output is a number, and so cannot be an expression that runs something. */
const COUNTERS =
  /^\s*(?:[^;&`$()\n]*\|\s*)?(?:wc(?:\s+-[clmw])?(?:\s*<?\s*[^\s;&|`$()]+)?|nproc|date \+%[sYmdHMSj]|expr [\d\s+*-]+)\s*$/;

/** Sees what arithmetic runs and evaluates: names are evaluated again as expressions, and an index runs commands. */
export function arithmeticIn(expression: ArithmeticExpression, visitor: Visitor): void {
  const { judge } = visitor;
  switch (expression.type) {
    case "ArithmeticBinary":
      if (/^(?:[-+*/%&|^]|<<|>>)?=$/.test(expression.operator))
        judge.note("medium", "sets a variable", span(expression));
      arithmeticIn(expression.left, visitor);
      return arithmeticIn(expression.right, visitor);
    case "ArithmeticUnary":
      if (/^(?:\+\+|--)$/.test(expression.operator))
        judge.note("medium", "sets a variable", span(expression));
      return arithmeticIn(expression.operand, visitor);
    case "ArithmeticTernary":
      for (const part of [expression.test, expression.consequent, expression.alternate])
        arithmeticIn(part, visitor);
      return;
    case "ArithmeticGroup":
      return arithmeticIn(expression.expression, visitor);
    case "ArithmeticCommandExpansion":
      return evaluated(expression.text, expression.script, expression, visitor);
    case "ArithmeticWord":
      return arithmeticWord(expression, visitor);
  }
}

function arithmeticWord(
  expression: Extract<ArithmeticExpression, { type: "ArithmeticWord" }>,
  visitor: Visitor,
): void {
  const { value, parts } = expression;
  if (parts) {
    for (const part of parts) {
      if (part.type === "CommandExpansion") evaluated(part.text, part.script, part, visitor);
      else expansion(part, visitor);
    }
    if (parts.every(({ type }) => type === "CommandExpansion") && !value.includes("[")) return;
  }
  if (value.includes("[")) visitor.judge.note("high", "an index is evaluated as code", span(expression));
  else if (!/^\d[\w#]*$/.test(value) && visitor.judge.known(value.replace(/^\$\{?|\}$/g, "")) === undefined)
    visitor.judge.note("medium", "evaluates a variable", span(expression), "reads");
}

function evaluated(
  text: string,
  script: Script | undefined,
  at: { pos: number; end: number },
  visitor: Visitor,
): void {
  if (script) visitor.substitution(script, at);
  const inner = text.replace(/^\$\(|\)$|^`|`$/g, "");
  if (!COUNTERS.test(inner))
    visitor.judge.note("high", "what a command prints is evaluated as code", span(at));
}
