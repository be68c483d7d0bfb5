import type { Call, Context, Handler } from "./context.ts";
import { type Effect, Findings, type Span } from "./findings.ts";
import { isTemporary, judgePlace, type PathUse, resolveFrom, type ShellPlace } from "./paths.ts";
import { HANDLERS } from "./registry.ts";
import { type ShellWord, UNKNOWN } from "./word.ts";

export type Folders = readonly string[] | undefined;

/** More folders than this are as good as unknown. */
const MAX_FOLDERS = 4;
const MAX_DEPTH = 12;
/** Loops in loops are gone through again and again, but not for ever. */
const MAX_STEPS = 3_000;

export interface JudgeOptions {
  readonly place: ShellPlace;
  readonly hosts: ReadonlySet<string>;
  /** Judges a text that a command runs, in the same folder. */
  readonly nested: (text: string, judge: Judge) => void;
}

/** What is known while a text is gone through: where it is, what it has written, what was found. */
export class Judge implements Context {
  readonly place: ShellPlace;
  readonly hosts: ReadonlySet<string>;
  readonly #nested: JudgeOptions["nested"];
  readonly findings: Findings;
  cwds: Folders;
  /** Variables whose value is known: those of loops. */
  readonly variables = new Map<string, string>();
  /** Files this text makes: running one of them runs what nobody has seen. */
  readonly #written = new Set<string>();
  /** Where findings in text inside of text belong. */
  #span: Span | undefined;
  #depth = 0;
  #steps = 0;

  constructor(text: string, { place, hosts, nested }: JudgeOptions) {
    this.findings = new Findings(text);
    this.place = place;
    this.hosts = hosts;
    this.#nested = nested;
    this.cwds = [place.cwd];
  }

  readonly known = (name: string): string | undefined => {
    const value = this.variables.get(name);
    if (value !== undefined) return value;
    if (name === "HOME") return this.place.home;
    return name === "PWD" && this.cwds?.length === 1 ? this.cwds[0] : undefined;
  };

  /** True once more was gone through than an answer is worth; that itself is high. */
  isSpent(at: Span): boolean {
    this.#steps += 1;
    if (this.#steps > MAX_STEPS) this.note("high", "too complicated to be judged", at);
    return this.#steps > MAX_STEPS;
  }

  note(risk: "medium" | "high", text: string, at: Span, effect: Effect = "changes"): void {
    this.findings.add(risk, text, this.#span ?? at, effect);
  }

  path(word: ShellWord, use: PathUse): void {
    const { value } = word;
    if (value === "") return;
    const resolved = resolveFrom(this.cwds, value, this.place.home);
    for (const path of resolved ?? [undefined]) this.#place(path, word, use);
    if (!word.isSplit || value.includes(UNKNOWN)) return;
    const isReading = use === "read" || use === "list";
    const text = "may be several words when it runs";
    this.note(isReading ? "medium" : "high", text, word, isReading ? "reads" : "changes");
  }

  #place(path: string | undefined, word: ShellWord, use: PathUse): void {
    const { risk, text, effect } = judgePlace(path, word.value, use, this.place);
    if (risk !== "low") this.note(risk, text, word, effect);
    if (path === undefined) return;
    if (use === "write") this.#written.add(path);
    if (use === "run" && (this.#written.has(path) || isTemporary(path)))
      this.note("high", "runs a file that was only just written", word);
  }

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

  inside(folder: ShellWord, judge: () => void): void {
    this.apart(() => {
      this.enter(
        resolveFrom(this.cwds, folder.value, this.place.home)?.filter((path) => !path.includes(UNKNOWN)),
      );
      if (this.cwds?.length === 0) this.cwds = undefined;
      judge();
    });
  }

  /** Findings of text whose own positions mean nothing outside of it are put at `span`. */
  at(span: Span, judge: () => void): void {
    const before = this.#span;
    this.#span ??= { start: span.start, end: span.end };
    judge();
    this.#span = before;
  }

  script(word: ShellWord): void {
    if (word.value.includes(UNKNOWN) || word.isGlob || word.isSplit) {
      this.note("high", "runs text that is only known when it runs", word);
      return;
    }
    this.at(word, () => this.apart(() => this.#deeper(word, () => this.#nested(word.value, this))));
  }

  run(words: readonly ShellWord[], hasInput = false): void {
    const [word, ...args] = words;
    if (!word) return;
    if (!word.isLiteral) {
      this.note("high", "the name of the program is only known when it runs", word);
      return;
    }
    this.#deeper(word, () => this.#call(word, args, hasInput));
  }

  #deeper(at: Span, judge: () => void): void {
    this.#depth += 1;
    if (this.#depth > MAX_DEPTH) this.note("high", "too deeply nested to be judged", at);
    else judge();
    this.#depth -= 1;
  }

  #call(word: ShellWord, args: readonly ShellWord[], hasInput: boolean): void {
    const { value } = word;
    const slash = value.lastIndexOf("/");
    const name = slash < 0 ? value : value.slice(slash + 1);
    const handler = HANDLERS.get(name);
    if (slash >= 0) this.#programAt(word, name, handler);
    const isLocal =
      slash >= 0 && /(?:^|\/)(?:node_modules\/\.bin|\.?venv\/bin|vendor\/bin)\/[^/]+$/.test(value);
    if (slash >= 0 && !isLocal && !SYSTEM_FOLDERS.test(value)) return;
    if (handler) this.#handle(handler, { name, word, args, hasInput });
    else if (!isLocal) this.note("high", `${name} is not a program whose effects are known`, word);
  }

  #handle(handler: Handler, call: Call): void {
    const [only] = call.args;
    if (call.args.length === 1 && only && /^--(?:version|help)$/.test(only.value)) return;
    handler(call, this);
  }

  /** A program that is named by its path is code: the project's own, or somebody else's. */
  #programAt(word: ShellWord, name: string, handler: Handler | undefined): void {
    if (SYSTEM_FOLDERS.test(word.value)) return;
    this.path(word, "run");
    const isTool = /(?:^|\/)(?:node_modules\/\.bin|\.?venv\/bin|vendor\/bin)\//.test(word.value);
    if (handler && !isTool && !/^(?:gradlew|mvnw)$/.test(name))
      this.note("high", `calls itself ${name}, but is another program`, word);
  }
}

const SYSTEM_FOLDERS = /^\/(?:usr\/(?:local\/)?)?s?bin\/[^/]+$/;
