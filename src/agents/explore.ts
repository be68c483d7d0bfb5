import { EXPLORE_PROMPT } from "../prompts/agents.ts";
import { type AgentProfile, ruleAbout } from "./profile.ts";

export const exploreAgent: AgentProfile = {
  name: "explore",
  description:
    "Finds things out in the workspace and reports; cannot change anything. For wide searches whose answer matters and not the way to it.",
  prompt: EXPLORE_PROMPT,
  ignoresInstructions: true,
  tools: ["Read", "Glob", "Grep", "Diagnostics"],
  rules: [
    ruleAbout("allow", "read", "explore"),
    ...(["write", "execute", "network", "unknown"] as const).map((kind) =>
      ruleAbout("deny", kind, "explore"),
    ),
  ],
  maxSteps: 40,
};
