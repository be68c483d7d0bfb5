import type { Verdict } from "../core/access.ts";

/** A rule as people write it, e.g. `{ verdict: "allow", text: "Bash(npm test)", source: "user settings" }`. */
export interface WrittenRule {
  readonly verdict: Verdict;
  readonly text: string;
  /** Where it stands, for people. */
  readonly source: string;
  readonly file?: RuleFilePlace;
  /** What its paths are relative to, when that is not the conversation's folder. */
  readonly anchors?: { readonly cwd?: string; readonly roots: readonly string[] };
  /** No rule, but something that may forbid anything: until it is corrected, everything asks. */
  readonly isBroken?: true;
}

export interface RuleFilePlace {
  /** Absolute. */
  readonly path: string;
  /** One-based. */
  readonly line: number;
}
