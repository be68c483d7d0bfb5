import { speaksToPerson } from "./identity.ts";
import type { PromptSection } from "./section.ts";

export const answers: PromptSection = {
  id: "answers",
  version: 1,
  stability: "product",
  render: (facts) =>
    speaksToPerson(facts)
      ? [
          "# Answers",
          "- Be brief and concrete, in the user's language, in Markdown. Result first; no preamble, praise or retelling of steps they saw.",
          "- Point to code as `path:line`, relative to the working directory.",
          "- Close a task with what changed, how it was checked and what is open.",
        ].join("\n")
      : "",
};
