import type { Span } from "../shell/findings.ts";
import type { CommandReading, ReadCommand, ReadingPlace } from "../shell/reading.ts";
import type { Redirected } from "../shell/scope.ts";
import { type ShellWord, UNKNOWN } from "../shell/word.ts";
import { canonicalName } from "./aliases.ts";
import { calculates } from "./commands.ts";
import type { Parse } from "./grammar.ts";
import { PowershellJudge, plainPlace } from "./judge.ts";
import { asParameter } from "./parameters.ts";
import { readable } from "./risk.ts";
import type { Command, Element, Redirection } from "./skeleton.ts";
import { SkeletonReader } from "./skeleton-reader.ts";
import { type Visitor, walkSkeleton } from "./walk.ts";

const UNREADABLE: CommandReading = { commands: [], isReadable: false, isOdd: true, hasVariable: true };

/** What they run is not what stands there as a command: text, a file, another shell, an object's own code. */
const OPAQUE =
  /^(?:invoke-(?:expression|command|item|history|cimmethod|wmimethod)|start-(?:process|job|threadjob)|new-(?:object|module)|import-module|add-type|powershell|pwsh|cmd|bash|sh|wsl|ssh|mshta|rundll32|wscript|cscript|regsvr32|msiexec|forfiles|schtasks)$/;
/** After these a name may mean something else. */
const RENAMES =
  /^(?:(?:set|new|import|remove)-(?:alias|variable)|(?:set|new|clear|remove|rename|copy|move)-item(?:property)?|update-typedata|update-formatdata)$/;

class Reader extends PowershellJudge implements Visitor {
  readonly #text: string;
  readonly #resolve: ReadingPlace["resolve"];
  readonly commands: ReadCommand[] = [];
  hasVariable = false;

  constructor(text: string, { cwd, home, resolve }: ReadingPlace) {
    super(text, plainPlace({ cwd, home, roots: [] }), new Set());
    this.#text = text;
    this.#resolve = resolve;
    this.enter([cwd]);
  }

  override variable(name: string): void {
    if (this.variableValue(name) === undefined && !/^(?:_|psitem)$/i.test(name)) this.hasVariable = true;
  }

  override setVariable(name: string, at: Span): void {
    this.hasVariable = true;
    super.setVariable(name, at);
  }

  calculates(command: Command): boolean {
    return calculates(command, this);
  }

  override computing(_at: Span, judge: () => void): void {
    this.block(judge);
  }

  redirection(redirection: Redirection): void {
    const redirects = this.#redirected(redirection);
    if (redirects.length > 0) this.#push([], [], redirects);
  }

  #redirected({ operator, target }: Redirection): Redirected[] {
    if (operator.includes("&")) return [];
    const [only] = target.parts;
    if (target.parts.length === 1 && only?.kind === "variable" && /^null$/i.test(only.name)) return [];
    return [{ operator, words: [this.#wordOf(target)] }];
  }

  #wordOf(element: Element): ShellWord {
    for (const part of element.parts) if (part.kind === "variable") this.variable(part.name);
    return this.wordOf(element);
  }

  #push(words: readonly ShellWord[], texts: readonly string[], redirects: readonly Redirected[]): void {
    const { cwds } = this;
    this.commands.push({ words, texts, assignments: [], redirects, cwds });
  }

  command(command: Command, blocks: readonly (() => void)[]): void {
    if (this.isSpent(command)) return;
    for (const walk of blocks) this.block(walk);
    const redirects = command.redirections.flatMap((redirection) => this.#redirected(redirection));
    const { name } = command;
    if (!name || name.kind === "block")
      return redirects.length > 0 ? this.#push([], [], redirects) : undefined;
    const written = this.#wordOf(name);
    const program = written.isLiteral ? programName(written.value) : written.value;
    if (command.operator === "." || OPAQUE.test(program)) this.hasVariable = true;
    // The name of a member may be a method, and a table may give any parameter.
    const given = command.elements.filter(({ kind }) => kind !== "block");
    if (program === "foreach-object" && given.length > 0) this.hasVariable = true;
    if (given.some(({ start }) => /^@\w/.test(this.#text.slice(start, start + 2)))) this.hasVariable = true;
    const words = [
      { ...written, value: program, isGlob: false },
      ...given.flatMap((element) => this.#argument(element)),
    ];
    const texts = [program, ...command.elements.map(({ start, end }) => this.#text.slice(start, end))];
    this.#renames(program, words);
    this.#push(words, texts, redirects);
    this.#move(program, command, words);
  }

  /** `-Path:x` is a name and a value. */
  #argument(element: Element): ShellWord[] {
    const written = asParameter(element);
    if (!written?.rest) return [this.#wordOf(element)];
    const word = this.#wordOf(element);
    const rest = this.#wordOf(written.rest);
    return [{ ...word, value: word.value.slice(0, word.value.indexOf(":")), isLiteral: true }, rest];
  }

  #renames(program: string, words: readonly ShellWord[]): void {
    const isAboutNames = words.some(({ value }) => /^(?:alias|function|env|variable):/i.test(value));
    if ((RENAMES.test(program) && isAboutNames) || /alias$|typedata$|^(?:set|new)-variable$/.test(program))
      this.note("high", "changes what names mean", words[0] ?? { start: 0, end: 0 });
  }

  #move(program: string, { elements }: Command, words: readonly ShellWord[]): void {
    if (!/^(?:set|push|pop)-location$/.test(program)) return;
    const operands = words
      .slice(1)
      .filter(({ value }) => !/^-(?:l?path|literalpath|lp|pspath|passthru)$/i.test(value));
    const [target] = operands;
    const isHome = program === "set-location" && elements.length === 0;
    const isKnown =
      isHome || (program !== "pop-location" && operands.length === 1 && target?.isGlob === false);
    const path = isHome ? this.place.home : (target?.value ?? UNKNOWN);
    if (program === "push-location" && elements.length === 0) return;
    if (!isKnown || path.includes(UNKNOWN) || /^[-+]$|^[\w.\\]{2,}:/.test(path)) this.enter(undefined);
    else
      this.enter(this.cwds?.map((cwd) => this.#resolve(cwd, path.replace(/^~(?=$|[\\/])/, this.place.home))));
  }
}

/** A program as rules name it: aliases resolved, without what Windows adds to the names of programs. */
export function programName(written: string): string {
  const name = canonicalName(written);
  return (/[\\/]/.test(name) ? name.replaceAll("\\", "/") : name).replace(/\.(?:exe|cmd|bat|com)$/, "");
}

/** Reads what a text runs, for rules. Total: never throws. */
export function readPowershell(text: string, place: ReadingPlace, parse: Parse): CommandReading {
  try {
    const skeleton = new SkeletonReader(readable(text)).read();
    const reader = new Reader(text, place);
    if (skeleton.text.trim() !== "") walkSkeleton(skeleton, parse, reader);
    const isOdd = reader.findings.risk === "high";
    return { commands: reader.commands, isReadable: true, isOdd, hasVariable: reader.hasVariable };
  } catch {
    return UNREADABLE;
  }
}

/** What of a text sends something away, in words; undefined when it is sure that nothing does. */
export function sendsFrom(
  { commands, isReadable, isOdd }: CommandReading,
  isLocal: (name: string) => boolean,
): string | undefined {
  if (!isReadable || isOdd) return "what could not be judged";
  return commands.map(({ words: [name] }) => name?.value ?? "").find((name) => name !== "" && !isLocal(name));
}
