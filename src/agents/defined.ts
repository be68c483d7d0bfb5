import type { Mode } from "../core/mode.ts";
import { SUB_AGENT_NOTE } from "../prompts/agents.ts";
import { generalAgent } from "./general.ts";
import { type AgentProfile, ruleAbout } from "./profile.ts";

/** An agent as somebody described it, its names understood. */
export interface AgentDefinition {
  readonly name: string;
  readonly description: string;
  readonly prompt: string;
  /** Undefined: all. */
  readonly tools: readonly string[] | undefined;
  /** Tools were named, be they there or not: without any of them it cannot do its work. */
  readonly needsTools: boolean;
  readonly without: readonly string[];
  readonly starts: readonly string[] | undefined;
  readonly model: string | undefined;
  readonly effort: string | undefined;
  readonly mode: Mode | undefined;
  readonly maxSteps: number | undefined;
  readonly ignoresInstructions: boolean;
}

/** Tools of whom a person talks to: workers do not multiply, and nobody is there to answer them. */
export const MAIN_ONLY: readonly string[] = ["Agent", "AskUserQuestion", "ExitPlanMode"];

const EVERY_MCP = "mcp__*";

/** The agent that was described, as another one starts it. */
export const subAgentFrom = (given: AgentDefinition): AgentProfile => ({
  ...profileOf(given),
  prompt: `${given.prompt.trim()}\n\n${SUB_AGENT_NOTE}`,
  tools: (given.tools ?? [...generalAgent.tools, EVERY_MCP]).filter((name) => !MAIN_ONLY.includes(name)),
  maxSteps: given.maxSteps ?? generalAgent.maxSteps,
});

/** The agent that was described, as the one a person talks to. */
export const mainFrom = (given: AgentDefinition): AgentProfile => ({
  ...profileOf(given),
  prompt: given.prompt.trim(),
  tools: given.tools ?? "all",
  maxSteps: given.maxSteps ?? Number.POSITIVE_INFINITY,
});

const profileOf = (given: AgentDefinition) => ({
  name: given.name,
  description: given.description,
  without: given.without,
  // What it may do is up to the rules and the mode of the conversation; it adds none.
  rules: [ruleAbout("allow", "any", given.name)],
  ...(given.ignoresInstructions && { ignoresInstructions: true as const }),
  ...(given.starts && { starts: given.starts }),
  ...(given.model !== undefined && { model: given.model }),
  ...(given.effort !== undefined && { effort: given.effort }),
  ...(given.mode && { mode: given.mode }),
});
