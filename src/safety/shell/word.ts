import type { DoubleQuotedChild, Word, WordPart } from "unbash";

/** Stands for what is only known when the text runs. */
export const UNKNOWN = "\0";

/** A word as a command would get it. One written word may be several (braces). */
export interface ShellWord {
  /** Without quotes; `~`, globs and braces that the shell would expand are resolved as far as that is possible. */
  readonly value: string;
  /** True when file names may take the place of `*`, `?` or `[` in it. */
  readonly isGlob: boolean;
  /** True when an expansion outside quotes may make several words of it, or none. */
  readonly isSplit: boolean;
  /** True when it was written as plain characters or quotes only: a command's name must be. */
  readonly isLiteral: boolean;
  /** Place in the text, UTF-16 code units. */
  readonly start: number;
  readonly end: number;
}

/** Values of variables that are known: HOME, PWD, the variable of a loop. */
export type Known = (name: string) => string | undefined;

interface Piece {
  readonly text: string;
  readonly isGlob?: boolean;
  readonly isSplit?: boolean;
  readonly isExpanded?: boolean;
}

const MAX_WORDS = 64;

/** What a written word becomes; several words for braces. Total. */
export function readWord(word: Word, known: Known): ShellWord[] {
  const { pos: start, end } = word;
  const tilde = TILDE.exec(word.text)?.[1];
  if (!word.parts) {
    return [
      { value: withTilde(word.value, tilde, known), ...PLAIN, isLiteral: tilde === undefined, start, end },
    ];
  }
  return combine(word.parts, known).map((piece) => ({
    value: withTilde(piece.text, tilde, known),
    isGlob: piece.isGlob ?? false,
    isSplit: piece.isSplit ?? false,
    isLiteral: tilde === undefined && !piece.isGlob && !piece.isExpanded,
    start,
    end,
  }));
}

/** All words that braces make of the parts of one; a single unknown one when they are too many. */
function combine(parts: readonly WordPart[], known: Known): readonly Piece[] {
  let words: Piece[] = [{ text: "" }];
  for (const part of parts) {
    const choices = piecesOf(part, known);
    if (words.length * choices.length > MAX_WORDS)
      return [{ text: UNKNOWN, isExpanded: true, isSplit: true }];
    words = words.flatMap((before) => choices.map((choice) => joined(before, choice)));
  }
  return words;
}

const joined = (a: Piece, b: Piece): Piece => ({
  text: a.text + b.text,
  isGlob: Boolean(a.isGlob || b.isGlob),
  isSplit: Boolean(a.isSplit || b.isSplit),
  isExpanded: Boolean(a.isExpanded || b.isExpanded),
});

const PLAIN = { isGlob: false, isSplit: false };

/** Bash also expands it behind what looks like an assignment: `of=~/x`. What stands before it is captured. */
const TILDE = /^((?:[A-Za-z_]\w*=)?)~/;

function withTilde(value: string, before: string | undefined, known: Known): string {
  if (before === undefined) return value;
  const [, user = "", rest = ""] = /^~([^/]*)(.*)$/s.exec(value.slice(before.length)) ?? [];
  return before + homeOf(user, known) + rest;
}

function homeOf(user: string, known: Known): string {
  if (user === "") return known("HOME") ?? UNKNOWN;
  if (user === "+") return known("PWD") ?? UNKNOWN;
  if (!/^[a-z_][\w-]*$/i.test(user)) return UNKNOWN;
  return user === "root" ? "/root" : `/home/${user}`;
}

/** The alternatives a part stands for: one, except for braces. */
function piecesOf(part: WordPart, known: Known): readonly Piece[] {
  switch (part.type) {
    case "BraceExpansion":
      return bracesOf(part.text);
    case "Glob":
      return [{ text: part.parts?.some(isDynamic) ? UNKNOWN : part.value, isGlob: true }];
    case "SingleQuoted":
    case "AnsiCQuoted":
      return [{ text: part.value }];
    case "DoubleQuoted":
    case "LocaleString":
      return [
        {
          text: part.parts.map((child) => quotedText(child, known)).join(""),
          isExpanded: part.parts.some(isDynamic),
        },
      ];
    default:
      return [outside(part, known)];
  }
}

const isDynamic = (part: WordPart): boolean =>
  part.type !== "Literal" && part.type !== "SingleQuoted" && part.type !== "AnsiCQuoted";

function outside(part: WordPart, known: Known): Piece {
  if (part.type === "Literal") return { text: part.value };
  const text = expanded(part, known);
  return { text, isExpanded: true, isSplit: /[\s*?[\0]/.test(text) && part.type !== "ProcessSubstitution" };
}

const quotedText = (part: DoubleQuotedChild, known: Known): string =>
  part.type === "Literal" ? part.value : expanded(part, known);

function expanded(part: WordPart, known: Known): string {
  if (part.type === "SimpleExpansion") return known(part.text.slice(1)) ?? UNKNOWN;
  if (part.type === "ParameterExpansion" && !part.operation && !part.index && part.prefix === undefined)
    return known(part.parameter) ?? UNKNOWN;
  if (part.type === "ArithmeticExpansion") return known("#number") ?? UNKNOWN;
  return part.type === "ProcessSubstitution" ? "/dev/fd/63" : UNKNOWN;
}

/** `{a,b}` as its alternatives when they are plain; a range stands for any text, like a glob. */
function bracesOf(text: string): readonly Piece[] {
  const inner = text.slice(1, -1);
  if (/^[\w-]+\.\.[\w-]+(?:\.\.-?\d+)?$/.test(inner)) return [{ text: "*", isGlob: true }];
  if (!/^[^{}$`'"\\*?[\]]*$/.test(inner)) return [{ text: UNKNOWN, isExpanded: true, isSplit: true }];
  return inner.split(",").map((choice) => ({ text: choice, isExpanded: true }));
}
