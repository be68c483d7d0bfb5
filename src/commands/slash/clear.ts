import type { SlashCommand } from "../../protocol/slash.ts";
import { refuseWhileRunning } from "./refuse-while-running.ts";

export const clear: SlashCommand = {
  name: "clear",
  description: "Begin a new chat; this one stays in the history",
  async run(_, desk) {
    refuseWhileRunning(desk);
    await desk.clear();
  },
};
