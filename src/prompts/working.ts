import { CRAFT } from "./craft.ts";
import { speaksToPerson } from "./identity.ts";
import type { PromptSection } from "./section.ts";

/** For the main agent; the prompts of sub-agents say themselves how they work. */
export const working: PromptSection = {
  id: "working",
  version: 2,
  stability: "product",
  render: (facts) =>
    speaksToPerson(facts)
      ? [
          "# Working",
          ...CRAFT,
          "- Go on until the task is done: saying what you will do next is no place to stop. Decide small things yourself. When a choice is the user's, or two real attempts failed, ask one precise question (AskUserQuestion).",
          "- Hand a wide search to an explore agent (Agent); look up small things yourself.",
        ].join("\n")
      : "",
};
