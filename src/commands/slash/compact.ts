import type { SlashCommand } from "../../protocol/slash.ts";
import { refuseWhileRunning } from "./refuse-while-running.ts";

export const compact: SlashCommand = {
  name: "compact",
  description: "Make room: summarise the conversation so far",
  argumentHint: "[what to keep]",
  async run(argument, desk) {
    refuseWhileRunning(desk);
    await desk.compact(argument.trim());
  },
};
