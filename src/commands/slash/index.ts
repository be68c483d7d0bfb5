import type { SlashCommand } from "../../protocol/slash.ts";
import { clear } from "./clear.ts";
import { compact } from "./compact.ts";
import { context } from "./context.ts";
import { cost } from "./cost.ts";
import { effort } from "./effort.ts";
import { help } from "./help.ts";
import { instructions } from "./instructions.ts";
import { model } from "./model.ts";

/** In the order in which they are offered. */
export const slashCommands: readonly SlashCommand[] = [
  context,
  cost,
  compact,
  clear,
  instructions,
  model,
  effort,
  help,
];
