import type { Verdict } from "../../../core/access.ts";
import type { Mode } from "../../../core/mode.ts";
import type { PageWarning, Tried, TriedKind } from "../../../protocol/permissions-page.ts";
import type { RuleFile } from "../../../safety/rule-files/places.ts";

/** What the application layer offers to the page of rules. */
export interface RuleDesk {
  list(): Promise<readonly DeskRule[]>;
  /** What would be decided now. Nothing is run. */
  explain(question: { kind: TriedKind; text: string; mode: Mode }): Promise<DeskExplanation>;
  /** Settings files that a rule can be written to. */
  readonly files: readonly RuleFile[];
  /** Rejects with `stale` or `invalid_input`. */
  change(rule: DeskRule, to: string | undefined): Promise<void>;
  /** Throws `invalid_input` for what is not understood as a rule. */
  check(rule: { verdict: Verdict; text: string }): void;
  write(file: RuleFile, change: { verdict: Verdict; from?: string; to?: string }): Promise<void>;
  decisions(session?: string): AsyncIterable<object>;
}

export interface DeskRule {
  readonly verdict: Verdict;
  readonly text: string;
  readonly source: string;
  readonly file?: { readonly path: string; readonly line: number };
  readonly state: "in force" | "waiting" | "unknown" | "broken";
  readonly warnings: readonly PageWarning[];
  readonly use?: { readonly count: number; readonly lastAt: number };
}

export interface DeskExplanation {
  readonly verdict: Verdict;
  readonly because: string;
  readonly targets: readonly string[];
  readonly matching: readonly Readonly<Tried["matching"][number]>[];
  readonly parts: readonly {
    readonly text: string;
    readonly risk: "low" | "medium" | "high";
    readonly reasons: readonly string[];
  }[];
}
