import type { SlashCommand } from "../../protocol/slash.ts";

export const context: SlashCommand = {
  name: "context",
  description: "Show what fills the model's window",
  run: (_, desk) => desk.show("window"),
};
