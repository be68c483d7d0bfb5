import type { SlashCommand } from "../../protocol/slash.ts";

export const instructions: SlashCommand = {
  name: "instructions",
  description: "Show which instruction files are loaded",
  run: (_, desk) => desk.show("instructions"),
};
