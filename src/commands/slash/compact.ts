import type { SlashCommand } from "../../protocol/slash.ts";
import { STOP_FIRST } from "./stop-first.ts";

export const compact: SlashCommand = {
  name: "compact",
  description: "Make room: summarise the conversation so far",
  argumentHint: "[what to keep]",
  async run(argument, desk) {
    if (desk.isRunning) return desk.say(STOP_FIRST);
    await desk.compact(argument.trim());
  },
};
