import type { ShellLanguage } from "../powershell/late.ts";
import { Findings } from "./findings.ts";
import { type Parsed, parseShell } from "./parse.ts";
import { isDescriptor } from "./redirects.ts";
import { type Assigned, type Folders, type Redirected, Scope, type SimpleCommand } from "./scope.ts";
import { Walk } from "./walk.ts";
import type { ShellWord } from "./word.ts";
import { UNKNOWN } from "./word.ts";

/** One simple command of a text, wherever it stands: in a list, a loop, a function, a substitution. */
export interface ReadCommand {
  /** Name and arguments without quotes; empty for an assignment or a redirection alone. */
  readonly words: readonly ShellWord[];
  /** The same as it is written, one blank between words. */
  readonly texts: readonly string[];
  readonly assignments: readonly Assigned[];
  /** Files that are read and written, without the null device. */
  readonly redirects: readonly Redirected[];
  /** Folders it may run in; undefined when that is only known when it runs. */
  readonly cwds: Folders;
}

export interface CommandReading {
  readonly commands: readonly ReadCommand[];
  /** False for what does not parse, hides characters or is too much: nothing can be said about it then. */
  readonly isReadable: boolean;
  /** True when it does more than run its commands one by one: functions, code in variables. */
  readonly isOdd: boolean;
  /** True when a variable is expanded whose value is not known. */
  readonly hasVariable: boolean;
}

export interface ReadingPlace {
  readonly cwd: string;
  readonly home: string;
  /** What runs it; by default what Plumb uses where such a folder is. */
  readonly shell?: ShellLanguage | undefined;
  readonly resolve: (base: string, path: string) => string;
}

const UNREADABLE: CommandReading = { commands: [], isReadable: false, isOdd: true, hasVariable: true };

class Reader extends Scope {
  readonly #resolve: ReadingPlace["resolve"];
  readonly #home: string;
  readonly commands: ReadCommand[] = [];
  readonly findings = new Findings("");
  hasVariable = false;
  #assignments: Assigned[] = [];
  #redirects: Redirected[] = [];

  constructor({ cwd, home, resolve }: ReadingPlace) {
    super(cwd, home);
    this.#resolve = resolve;
    this.#home = home;
  }

  note(risk: "medium" | "high", text: string): void {
    this.findings.add(risk, text, { start: 0, end: 0 }, "changes");
  }

  variable(): void {
    this.hasVariable = true;
  }

  assign(assigned: Assigned): void {
    this.#assignments.push(assigned);
  }

  redirect(redirected: Redirected): void {
    const isNull = redirected.words.length === 1 && redirected.words[0]?.value === "/dev/null";
    if (!isNull && !isDescriptor(redirected)) this.#redirects.push(redirected);
  }

  look(): void {
    // A test of a file names it, but neither reads nor writes it.
  }

  simple({ name, args, texts }: SimpleCommand): void {
    const words = [...name, ...args];
    const { cwds } = this;
    this.commands.push({ words, texts, assignments: this.#assignments, redirects: this.#redirects, cwds });
    this.#assignments = [];
    this.#redirects = [];
    this.#move(words.filter(({ value }) => !/^(?:builtin|command|--)$/.test(value)));
  }

  #move([name, ...args]: readonly ShellWord[]): void {
    if (!name || !/^(?:cd|pushd|popd)$/.test(name.value)) return;
    const operands = args.filter(({ value }) => !/^-[LPe]+$|^--$/.test(value));
    const target = name.value === "cd" && operands.length === 0 ? this.#home : operands[0]?.value;
    const isKnown = target !== undefined && target !== "-" && name.value !== "popd" && operands.length < 2;
    if (!isKnown || target.includes(UNKNOWN) || operands[0]?.isGlob) this.enter(undefined);
    else this.enter(this.cwds?.map((cwd) => this.#resolve(cwd, target)));
  }
}

/** Reads what a text runs, for rules. Total: never throws. */
export function readCommands(text: string, place: ReadingPlace): CommandReading {
  const parsed: Parsed = parseShell(text);
  if (!("script" in parsed)) return UNREADABLE;
  try {
    const reader = new Reader(place);
    new Walk(reader).script(parsed.script);
    const isOdd = reader.findings.risk === "high";
    return { commands: reader.commands, isReadable: true, isOdd, hasVariable: reader.hasVariable };
  } catch {
    return UNREADABLE;
  }
}
