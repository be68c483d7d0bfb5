import type { SlashCommand } from "../../protocol/slash.ts";
import { STOP_FIRST } from "./stop-first.ts";

export const clear: SlashCommand = {
  name: "clear",
  description: "Begin a new chat; this one stays in the history",
  async run(_, desk) {
    if (desk.isRunning) return desk.say(STOP_FIRST);
    await desk.clear();
  },
};
