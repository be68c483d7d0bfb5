import type { SlashCommand } from "../../protocol/slash.ts";

export const cost: SlashCommand = {
  name: "cost",
  description: "Show money, tokens and the cache",
  run: (_, desk) => desk.show("cost"),
};
