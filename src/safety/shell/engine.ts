import { canonicalCommand } from "./canonical.ts";
import { readCommands } from "./reading.ts";
import { whatSends } from "./sends.ts";
import { shellRisk } from "./shell-risk.ts";

/** All that knows the grammar of shells, as one part that is loaded late. */
export const engine = { canonicalCommand, readCommands, shellRisk, whatSends };
export type Engine = typeof engine;
