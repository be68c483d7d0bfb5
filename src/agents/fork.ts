import { FORK_PROMPT } from "../prompts/agents.ts";
import { generalAgent } from "./general.ts";
import { type AgentProfile, ruleAbout } from "./profile.ts";

export const forkAgent: AgentProfile = {
  name: "fork",
  description:
    "Carries out one task with all of the conversation before it. Cheap, because that is cached already; for tasks that would have to be told most of it.",
  prompt: FORK_PROMPT,
  forks: true,
  tools: generalAgent.tools,
  rules: [ruleAbout("allow", "any", "fork")],
  maxSteps: 100,
};
