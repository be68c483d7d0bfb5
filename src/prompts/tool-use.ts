import type { PromptSection } from "./section.ts";

export const toolUse: PromptSection = {
  id: "tool-use",
  version: 3,
  stability: "product",
  render: () =>
    [
      "# Tools",
      "- Send independent read-only calls together in one reply.",
      "- Look with Grep, Glob and Read, and change, move and delete files with the tools, not in the shell.",
      "- Commands have no terminal: choose options without input, pager or watcher; run servers in the background.",
      "- When an edit comes back with new problems, fix those you caused.",
    ].join("\n"),
};
