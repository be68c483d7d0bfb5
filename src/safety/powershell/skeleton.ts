import { DASHES } from "./characters.ts";

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

/** Whether a word begins with one of the dashes that make a parameter of it. */
export const hasDash = ({ isBare, parts }: Element): boolean => {
  const [first] = parts;
  return isBare && first?.kind === "text" && !first.isQuoted && DASHES.includes(first.text[0] ?? " ");
};
