import type { Call, Context, Handler } from "./context.ts";
import { type Effect, Findings, type Span } from "./findings.ts";
import { isTemporary, judgePlace, type PathUse, resolveFrom, type ShellPlace } from "./paths.ts";
import { judgeRedirection } from "./redirects.ts";
import { HANDLERS } from "./registry.ts";
import { type Assigned, type Redirected, Scope, type SimpleCommand } from "./scope.ts";
import { isCredential, isHarmlessAssignment, isPublic, isSteering, isTuning } from "./variables.ts";
import { type ShellWord, UNKNOWN } from "./word.ts";

export interface JudgeOptions {
  readonly place: ShellPlace;
  readonly hosts: ReadonlySet<string>;
  /** Judges a text that a command runs, in the same folder. */
  readonly nested: (text: string, judge: Judge) => void;
}

/** Collects what a text could do: what it has written, what was found. */
export class Judge extends Scope implements Context {
  readonly place: ShellPlace;
  readonly hosts: ReadonlySet<string>;
  readonly findings: Findings;
  readonly #nested: JudgeOptions["nested"];
  /** Files this text makes: running one of them runs what nobody has seen. */
  readonly #written = new Set<string>();

  constructor(text: string, { place, hosts, nested }: JudgeOptions) {
    super(place.cwd, place.home);
    this.findings = new Findings(text);
    this.place = place;
    this.hosts = hosts;
    this.#nested = nested;
  }

  note(risk: "medium" | "high", text: string, at: Span, effect: Effect = "changes"): void {
    this.findings.add(risk, text, this.placeOf(at), effect);
  }

  variable(name: string, at: Span): void {
    if (isPublic(name)) return;
    if (isCredential(name)) this.note("high", `${name} may hold a credential`, at, "reads");
    else this.note("medium", `what ${name} holds is only known when it runs`, at, "reads");
  }

  assign({ name, isPrefix, start, end }: Assigned): void {
    const at = { start, end };
    if (isHarmlessAssignment(name)) return;
    const isQuiet =
      isTuning(name) || (!isPrefix && !isSteering(name)) || /^npm_config_(?:loglevel|color)$/.test(name);
    if (isQuiet) this.note("medium", "sets a variable for what runs", at);
    else this.note("high", "sets a variable that may decide what runs", at);
  }

  redirect(redirected: Redirected): void {
    judgeRedirection(redirected, this);
  }

  look(word: ShellWord): void {
    this.path(word, "list");
  }

  simple({ name, args, isFed }: SimpleCommand): void {
    const [first, second] = name;
    if (first && second) this.note("high", "the name of the program is only known when it runs", first);
    else if (first) this.run([first, ...args], isFed);
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

  inside(folder: ShellWord, judge: () => void): void {
    this.apart(() => {
      this.enter(
        resolveFrom(this.cwds, folder.value, this.place.home)?.filter((path) => !path.includes(UNKNOWN)),
      );
      if (this.cwds?.length === 0) this.cwds = undefined;
      judge();
    });
  }

  script(word: ShellWord): void {
    if (word.value.includes(UNKNOWN) || word.isGlob || word.isSplit) {
      this.note("high", "runs text that is only known when it runs", word);
      return;
    }
    this.at(word, () => this.apart(() => this.deeper(word, () => this.#nested(word.value, this))));
  }

  run(words: readonly ShellWord[], hasInput = false): void {
    const [word, ...args] = words;
    if (!word) return;
    if (!word.isLiteral) {
      this.note("high", "the name of the program is only known when it runs", word);
      return;
    }
    this.deeper(word, () => this.#call(word, args, hasInput));
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
