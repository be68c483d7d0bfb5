import type { Effect, Span } from "./findings.ts";
import type { PathUse, ShellPlace } from "./paths.ts";
import type { ShellWord } from "./word.ts";

/** One command as it is called: its name without quotes and folder, and what follows. */
export interface Call {
  readonly name: string;
  readonly word: ShellWord;
  readonly args: readonly ShellWord[];
  /** True when something is fed to it: by a pipe, a redirection or a here-document. */
  readonly hasInput: boolean;
}

/** What the judge of a command may ask and say. */
export interface Context {
  readonly place: ShellPlace;
  /** Hosts that may be read from without doubt, lower-case. */
  readonly hosts: ReadonlySet<string>;
  /** Folders the text may be in at this point; undefined when that is only known when it runs. */
  readonly cwds: readonly string[] | undefined;
  note(risk: "medium" | "high", text: string, at: Span, effect?: Effect): void;
  /** Judges a word as a path. */
  path(word: ShellWord, use: PathUse): void;
  /** Judges words as a command of their own: what a wrapper runs. */
  run(words: readonly ShellWord[], hasInput?: boolean): void;
  /** Judges a word's value as shell text: `sh -c`. */
  script(word: ShellWord): void;
  /** A variable holds something else from here on. */
  forget(name: string): void;
  enter(folders: readonly string[] | undefined): void;
  /** Judges words in another folder. */
  inside(folder: ShellWord, judge: () => void): void;
}

/** Judges one call. Saying nothing means: it only reads, and only in the workspace. */
export type Handler = (call: Call, context: Context) => void;
