import { type GrammarFiles, loadGrammar, type Parse } from "./grammar.ts";
import { powershellRisk } from "./risk.ts";

/** All that knows PowerShell, as one part that is loaded late. */
export const engine = { loadGrammar, powershellRisk };
export type Engine = typeof engine;
export type { GrammarFiles, Parse };
