import { forEachChild, type ParsedScript, parse, type SyntaxNode } from "unbash";

/** Longer texts are nobody's command. */
export const MAX_CHARS = 32_768;
/** Deeper or larger trees cost more than an answer is worth. */
const MAX_NODES = 20_000;

/** Why a text cannot be judged, and where. `readOnly` is never true of such a text. */
export interface Unreadable {
  readonly problem: string;
  readonly at: number;
}

export type Parsed = { readonly script: ParsedScript } | Unreadable;

const unreadable = (problem: string, at = 0): Unreadable => ({ problem, at });

/**
 * Characters that hide what runs: invisible and bidirectional ones, controls other than newline and tab, blanks and
 * line ends that a shell takes for part of a word.
 */
export const HIDDEN =
  /[\p{Default_Ignorable_Code_Point}\p{Bidi_Control}\p{Zl}\p{Zp}\p{Co}\p{Cs}]|(?![\n\t])\p{Cc}|(?! )\p{Zs}/u;

/** Parses shell text, with every substitution in it. Total: never throws. */
export function parseShell(text: string): Parsed {
  if (text.length > MAX_CHARS) return unreadable("too long to be judged");
  const hidden = HIDDEN.exec(text);
  if (hidden) return unreadable("contains characters that cannot be seen", hidden.index);
  try {
    const script = parse(text);
    return check(script, text) ?? { script };
  } catch {
    return unreadable("the shell parser failed");
  }
}

/** A tree is only used when all of it is sound: errors of nested scripts stand in those. */
function check(script: ParsedScript, text: string): Unreadable | undefined {
  let count = 0;
  const pending: SyntaxNode[] = [script];
  for (let node = pending.pop(); node; node = pending.pop()) {
    count += 1;
    if (count > MAX_NODES) return unreadable("too complicated to be judged");
    if (hasOldArithmetic(node)) return unreadable("$[ ] evaluates text as code", node.pos);
    const problem = problemOf(node) ?? strayParenthesis(node, text);
    if (problem) return problem;
    forEachChild(node, (child) => pending.push(child));
  }
  return undefined;
}

/** Also without its end: bash goes on reading until there is one. */
const OLD_ARITHMETIC = /(?:^|[^\\])(?:\\\\)*\$\[/;
const hasOldArithmetic = (node: SyntaxNode): boolean => {
  if (node.type === "Word") return !node.parts && OLD_ARITHMETIC.test(node.text);
  if (node.type === "HereDoc")
    return !node.delimiter?.quoted && !node.body.parts && OLD_ARITHMETIC.test(node.body.text);
  return node.type === "Literal" && OLD_ARITHMETIC.test(node.text);
};

/** The parser passes over one behind a command's name when no function follows; bash refuses the whole text. */
function strayParenthesis(node: SyntaxNode, text: string): Unreadable | undefined {
  if (node.type !== "Command" || !node.name) return undefined;
  const opening = /[ \t]*\(/y;
  opening.lastIndex = node.name.end;
  return opening.test(text) ? unreadable("is not complete bash: unexpected '('", node.name.end) : undefined;
}

function problemOf(node: SyntaxNode): Unreadable | undefined {
  switch (node.type) {
    case "Script": {
      const error = "errors" in node ? node.errors?.[0] : undefined;
      return error && unreadable(`is not complete bash: ${error.message}`, error.pos);
    }
    case "HereDoc":
      return node.closing ? undefined : unreadable("a here-document does not end", node.pos);
    case "CommandExpansion":
    case "ProcessSubstitution":
      return node.script && /[)`}]$/.test(node.text)
        ? undefined
        : unreadable("a substitution cannot be read", node.pos);
    case "ExtendedGlob":
      return unreadable("extended globs mean different things to different shells", node.pos);
    case "ArithmeticExpansion":
      return arithmeticProblem(node.text, node.pos, node.expression !== undefined);
    case "ParameterExpansion":
      return node.operation?.type === "Unknown"
        ? unreadable("an expansion cannot be read", node.pos)
        : undefined;
    default:
      return undefined;
  }
}

function arithmeticProblem(text: string, at: number, isRead: boolean): Unreadable | undefined {
  if (text.startsWith("$[")) return unreadable("$[ ] evaluates text as code", at);
  return isRead || text === "$(())" ? undefined : unreadable("an arithmetic expression cannot be read", at);
}
