import { MAIN_PROMPT } from "./agents.ts";
import type { Facts, PromptSection } from "./section.ts";

/** True when a person reads the replies, and not another agent. */
export const speaksToPerson = ({ agentPrompt, isForPerson }: Facts): boolean =>
  isForPerson ?? (agentPrompt === undefined || agentPrompt === MAIN_PROMPT);

export const identity: PromptSection = {
  id: "identity",
  version: 2,
  stability: "product",
  render: ({ agentPrompt }) => agentPrompt ?? MAIN_PROMPT,
};
