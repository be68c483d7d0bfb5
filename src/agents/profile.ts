import type { Access, Rule, Verdict } from "../core/access.ts";
import type { Mode } from "../core/mode.ts";

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
  /** Tool names; names that do not exist are ignored. `mcp__server` and `mcp__server__*` stand for all that begin so. */
  readonly tools: "all" | readonly string[];
  /** Of those the ones it does not get, in the same way. */
  readonly without?: readonly string[];
  /** The kinds of agents it may start. Default: all. */
  readonly starts?: readonly string[];
  /** Default: what its parent thinks with. */
  readonly model?: string;
  readonly effort?: string;
  /** A mode it works in where that is stricter than the mode of the conversation. */
  readonly mode?: Mode;
  readonly rules: readonly Rule[];
  readonly maxSteps: number;
}

/** Whether an agent of this profile is offered a tool. */
export const isOffered = ({ tools, without = [] }: AgentProfile, tool: string): boolean =>
  (tools === "all" || tools.some((name) => covers(name, tool))) &&
  !without.some((name) => covers(name, tool));

const covers = (name: string, tool: string): boolean =>
  name === tool ||
  (name.startsWith("mcp__") && tool.startsWith(name.endsWith("*") ? name.slice(0, -1) : `${name}__`));

/** A rule of a profile about everything of one kind. */
export const ruleAbout = (verdict: Verdict, kind: Access["kind"] | "any", profile: string): Rule => ({
  verdict,
  kind,
  matches: () => true,
  source: `agent ${profile}`,
});
