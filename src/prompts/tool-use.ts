import type { PromptSection } from "./section.ts";

export const toolUse: PromptSection = {
  id: "tool-use",
  version: 2,
  stability: "product",
  render: () =>
    [
      "# Tools",
      "- Send read-only calls that do not depend on each other together in one reply.",
      "- Look with Grep, Glob and Read, not with cat, find or grep in the shell. Change, move and delete files with the tools, not with the shell.",
      "- Commands have no terminal: choose options that need no input, pager or watcher, and run servers in the background.",
      "- When an edit comes back with new problems, fix those you caused.",
    ].join("\n"),
};
