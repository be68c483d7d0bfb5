import type { SlashCommand } from "../../protocol/slash.ts";

export const help: SlashCommand = {
  name: "help",
  description: "Show the commands",
  run: (_, desk) => desk.show("help"),
};
