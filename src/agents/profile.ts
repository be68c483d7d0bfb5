import type { Access, Rule, Verdict } from "../core/access.ts";

/** A kind of agent: who it is, what it may use and do, and how long. Its rules only ever narrow those of its parent. */
export interface AgentProfile {
  readonly name: string;
  /** Further names it answers to. */
  readonly aliases?: readonly string[];
  /** For the model that chooses among them: when to use it. */
  readonly description: string;
  readonly prompt: string;
  /** It begins with all its parent has before it, under its parent's system prompt; `prompt` is what it is told about that. */
  readonly forks?: true;
  /** It only reports what is there: how the project wants things done is nothing it needs to know. */
  readonly ignoresInstructions?: true;
  /** Tool names; names that do not exist are ignored. */
  readonly tools: "all" | readonly string[];
  readonly rules: readonly Rule[];
  readonly maxSteps: number;
}

/** A rule of a profile about everything of one kind. */
export const ruleAbout = (verdict: Verdict, kind: Access["kind"] | "any", profile: string): Rule => ({
  verdict,
  kind,
  matches: () => true,
  source: `agent ${profile}`,
});
