import { MAIN_PROMPT } from "../prompts/agents.ts";
import { type AgentProfile, ruleAbout } from "./profile.ts";

/** The agent a person talks to. Modes, rules and the floor decide what it may do. */
export const mainAgent: AgentProfile = {
  name: "main",
  description: "The agent the user talks to.",
  prompt: MAIN_PROMPT,
  tools: "all",
  rules: [ruleAbout("allow", "any", "main")],
  maxSteps: 1000,
};
