import type { Effect, Span } from "./findings.ts";
import type { ShellWord } from "./word.ts";

/** Folders a text may be in; undefined when that is only known when it runs. */
export type Folders = readonly string[] | undefined;

/** More folders than this are as good as unknown. */
const MAX_FOLDERS = 4;
/** Loops in loops are gone through again and again, but not for ever. */
const MAX_STEPS = 2_000;
const MAX_DEPTH = 12;

export interface Assigned extends Span {
  readonly name: string;
  /** As it is written. */
  readonly text: string;
  /** True before a command: then it is for that command only. */
  readonly isPrefix: boolean;
}

export interface Redirected {
  readonly operator: string;
  /** Where to; several for braces, which is an error when it runs. */
  readonly words: readonly ShellWord[];
}

export interface SimpleCommand extends Span {
  /** Name and arguments; empty for an assignment or a redirection alone. Several names for braces. */
  readonly name: readonly ShellWord[];
  readonly args: readonly ShellWord[];
  /** The words as they are written, without redirections and assignments. */
  readonly texts: readonly string[];
  /** True when something is fed to it. */
  readonly isFed: boolean;
}

/** What is known at each point of a text, and who hears of what is found there. */
export abstract class Scope {
  cwds: Folders;
  /** Variables whose value is known: those of loops. */
  readonly variables = new Map<string, string>();
  readonly #home: string;
  /** Where findings in text inside of text belong. */
  #span: Span | undefined;
  #steps = 0;
  #depth = 0;

  constructor(cwd: string, home: string) {
    this.cwds = [cwd];
    this.#home = home;
  }

  readonly known = (name: string): string | undefined => {
    const value = this.variables.get(name);
    if (value !== undefined) return value;
    if (name === "HOME") return this.#home;
    return name === "PWD" && this.cwds?.length === 1 ? this.cwds[0] : undefined;
  };

  abstract note(risk: "medium" | "high", text: string, at: Span, effect?: Effect): void;
  /** A variable is expanded whose value is not known. */
  abstract variable(name: string, at: Span): void;
  abstract assign(assigned: Assigned): void;
  abstract redirect(redirected: Redirected): void;
  /** Comes after its assignments and redirections. */
  abstract simple(command: SimpleCommand): void;
  /** A word that is looked up as a path without being given to a command. */
  abstract look(word: ShellWord): void;

  /** True once more was gone through than an answer is worth; that itself is high. */
  isSpent(at: Span): boolean {
    this.#steps += 1;
    if (this.#steps > MAX_STEPS) this.note("high", "too complicated to be judged", at);
    return this.#steps > MAX_STEPS;
  }

  protected placeOf(at: Span): Span {
    return this.#span ?? at;
  }

  protected deeper(at: Span, judge: () => void): void {
    this.#depth += 1;
    if (this.#depth > MAX_DEPTH) this.note("high", "too deeply nested to be judged", at);
    else judge();
    this.#depth -= 1;
  }

  /** A variable holds something else from here on. */
  forget(name: string): void {
    this.variables.delete(name);
  }

  enter(folders: Folders): void {
    this.cwds = folders && folders.length <= MAX_FOLDERS ? folders : undefined;
  }

  /** Judges in a copy of the present state: what happens in a subshell stays there. */
  apart(judge: () => void): void {
    const { cwds } = this;
    const variables = [...this.variables];
    judge();
    this.cwds = cwds;
    this.variables.clear();
    for (const [name, value] of variables) this.variables.set(name, value);
  }

  /** Findings of text whose own positions mean nothing outside of it are put at `span`. */
  at(span: Span, judge: () => void): void {
    const before = this.#span;
    this.#span ??= { start: span.start, end: span.end };
    judge();
    this.#span = before;
  }
}
