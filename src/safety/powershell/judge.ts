import type { Effect, Span } from "../shell/findings.ts";
import { Judge } from "../shell/judge.ts";
import { isSecretPath, type PathUse, resolveFrom, type ShellPlace } from "../shell/paths.ts";
import { isCredential } from "../shell/variables.ts";
import { type ShellWord, UNKNOWN } from "../shell/word.ts";
import { knownVariable, placeOf, toPlain, toWindows } from "./places.ts";
import type { Element } from "./skeleton.ts";
import { toWord } from "./words.ts";

const SCOPED = /^(?:global|script|local|private|using|variable):/;
/** Settings of a text that only change what it shows and when it stops. */
const PREFERENCES =
  /^(?:error|warning|verbose|information|progress|debug)(?:action)?preference$|^lastexitcode$|^outputencoding$/;
/** More names than this are not compared with those of secrets. */
const MAX_TEXTS = 2_000;
/** What PowerShell itself goes by. */
const STEERING =
  /^(?:ps|exec|host$|input$|args$|myinvocation|matches|this$|profile$|home$|pwd$|error$|ofs$|outputencoding)|preference/;

/** The judge of bash's commands, for paths as Windows spells them and with PowerShell's variables. */
export class PowershellJudge extends Judge {
  /** True when something is read of which it does not show where it is. */
  #isReadBlindly = false;

  constructor(text: string, place: ShellPlace, hosts: ReadonlySet<string>) {
    super(text, {
      place,
      hosts,
      nested: (_inner, judge) => judge.note("high", "runs text of another shell", everything),
    });
    const everything = { start: 0, end: text.length };
  }

  readonly variableValue = (name: string): string | undefined =>
    knownVariable(
      name,
      toWindows(this.place.home),
      this.cwds?.length === 1 ? toWindows(this.cwds[0] ?? "") : undefined,
    );

  #withHome(value: string): string {
    return value.replace(/^~(?=$|[\\/])/, toWindows(this.place.home));
  }

  wordOf(element: Element): ShellWord {
    return toWord(element, this.variableValue);
  }

  /** A variable is read. */
  override variable(name: string, at: Span): void {
    const folded = name.toLowerCase().replace(SCOPED, "");
    if (folded.startsWith("env:")) {
      const inner = folded.slice("env:".length).toUpperCase();
      if (isCredential(inner)) this.note("high", `$env:${inner} may hold a credential`, at, "reads");
      else this.note("medium", `$env:${inner} says what the environment holds`, at, "reads");
    } else if (folded.includes(":")) this.note("high", `\${${name}} is no plain variable`, at);
    else if (/^(?:executioncontext|psboundparameters)$/.test(folded))
      this.note("high", `$${name} reaches into PowerShell itself`, at);
  }

  setVariable(name: string, at: Span): void {
    const folded = name.toLowerCase().replace(SCOPED, "");
    if (folded === "null") return;
    if (folded.startsWith("env:")) this.note("high", "sets a variable for all programs that run later", at);
    else if (folded.includes(":")) this.note("high", `\${${name}} is no plain variable`, at);
    else if (STEERING.test(folded) && !PREFERENCES.test(folded))
      this.note("high", "sets a variable that PowerShell goes by", at);
    else this.note("medium", "sets a variable", at);
  }

  override path(word: ShellWord, use: PathUse): void {
    if (word.value === "") return;
    if (word.value.startsWith(UNKNOWN)) {
      if (use === "read") this.#isReadBlindly = true;
      return super.path(word, use);
    }
    const { path, problem } = placeOf(this.#withHome(word.value));
    if (path === undefined) return this.#refuse(problem, word, use);
    if (use === "read" && (path.includes(UNKNOWN) || this.cwds === undefined)) this.#isReadBlindly = true;
    super.path({ ...word, value: path, isSplit: false }, use);
    if (use === "read" || use === "write") this.#wide(path, word, use);
  }

  /** PowerShell's patterns also find files whose names begin with a dot. */
  #wide(path: string, word: ShellWord, use: "read" | "write"): void {
    const name = path.slice(path.lastIndexOf("/") + 1);
    if (!/^[*?]/.test(name)) return;
    const dotted = name.replace(/^[*?]+\.?/, ".");
    if (use === "read" && isSecretPath(dotted))
      this.note("high", "may find a file of secrets", word, "reads");
    if (!/^[*?.]+$/.test(name)) return;
    if (use === "read") this.note("medium", "reads every file there", word, "reads");
    else this.note("high", "changes every file there", word);
  }

  #refuse(problem: string | undefined, word: ShellWord, use: PathUse): void {
    const isReading = use === "read" || use === "list";
    this.note("high", problem ?? "cannot be judged", word, isReading ? "reads" : "changes");
    // Looking at a place on the network sends something there.
    if (isReading && /^[\\/]{2}|::[\\/]{2}|:\/\//.test(word.value))
      this.note("high", "reaches over the network", word);
  }

  /** Judges a block of code. Where it goes to is where all that follows is: only programs have a folder of their own. */
  block(judge: () => void): void {
    const before = this.cwds;
    judge();
    if (this.cwds === before) return;
    // It may run any number of times.
    this.enter(undefined);
    judge();
  }

  /** Judges code that is there to compute something: changing anything in it is odd. */
  computing(at: Span, judge: () => void): void {
    const { findings } = this;
    const before = findings.readOnly;
    findings.readOnly = true;
    this.block(judge);
    if (!findings.readOnly) this.note("high", "changes something where a value is computed", at);
    findings.readOnly &&= before;
  }

  /** Something is read that comes out of a pipe or an expression. */
  readBlindly(at: Span, effect: Effect = "reads"): void {
    this.#isReadBlindly = true;
    this.note("medium", "reads what is only known when it runs", at, effect);
  }

  /** Whoever names a secret and reads what is not spelled out may read that secret. */
  conclude(texts: Iterable<string>, at: Span): void {
    if (!this.#isReadBlindly) return;
    let count = 0;
    for (const text of texts) {
      count += 1;
      if (count > MAX_TEXTS) return this.note("high", "too complicated to be judged", at);
      const { path = text } = placeOf(text);
      const isNamed = /[\\/.]|^id_/.test(text) && text.length < 512;
      if (isNamed && isSecretPath(path))
        this.note("high", "may read a file that may hold secrets", at, "reads");
    }
  }

  override inside(folder: ShellWord, judge: () => void): void {
    super.inside({ ...folder, value: placeOf(folder.value).path ?? UNKNOWN }, judge);
  }

  /** The folders the text is in from here on; a place that cannot be told is nowhere. */
  goTo(word: ShellWord | undefined): void {
    const path = word && !word.isGlob ? placeOf(this.#withHome(word.value)).path : undefined;
    const target =
      path === undefined || path.includes(UNKNOWN) || path === "-" || path === "+" ? undefined : path;
    this.enter(target === undefined ? undefined : resolveFrom(this.cwds, target, this.place.home));
  }

  /** A word for a program: what looks like a path of Windows is one of the other house. */
  nativeWord(word: ShellWord): ShellWord {
    const { value } = word;
    if (/^(?:[A-Za-z]:[\\/]|[\\/]{2})/.test(value))
      return { ...word, value: placeOf(value).path ?? UNKNOWN, isGlob: false };
    return { ...word, value: value.replaceAll("\\", "/"), isGlob: false };
  }
}

/** The place as the judge takes it: slashes and lower case. */
export const plainPlace = ({ cwd, home, roots }: ShellPlace): ShellPlace => {
  const plain = (path: string): string => toPlain(path).replace(/(?<=.)\/$/, "");
  return { cwd: plain(cwd), home: plain(home), roots: roots.map(plain) };
};
