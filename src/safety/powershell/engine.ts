import { isCmdlet } from "./cmdlet.ts";
import { type GrammarFiles, loadGrammar, type Parse } from "./grammar.ts";
import { programName, readPowershell, sendsFrom } from "./reading.ts";
import { powershellRisk } from "./risk.ts";

/** All that knows PowerShell, as one part that is loaded late. */
export const engine = { isCmdlet, loadGrammar, powershellRisk, programName, readPowershell, sendsFrom };
export type Engine = typeof engine;
export type { GrammarFiles, Parse };
