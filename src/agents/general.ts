import { GENERAL_PROMPT } from "../prompts/agents.ts";
import { type AgentProfile, ruleAbout } from "./profile.ts";

export const generalAgent: AgentProfile = {
  name: "general",
  aliases: ["general-purpose"],
  description: "Carries out one task of several steps, edits and commands included, and reports what it did.",
  prompt: GENERAL_PROMPT,
  // Neither Agent nor AskUserQuestion: workers do not multiply, and nobody is there to answer them.
  tools: [
    "Read",
    "Write",
    "Edit",
    "Delete",
    "Move",
    "NotebookEdit",
    "Glob",
    "Grep",
    "Bash",
    "TaskStop",
    "TodoWrite",
    "WebFetch",
    "Diagnostics",
  ],
  rules: [ruleAbout("allow", "any", "general")],
  maxSteps: 100,
};
