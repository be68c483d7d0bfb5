import { AgentError } from "../core/errors.ts";
import { OTHER_TOOL_NAMES, plain } from "../core/habits/other-names.ts";
import { builtinTools } from "../tools/index.ts";
import { isNear } from "./near.ts";

/** Tools that rules know and we do not have: those who write them mean them. */
const ELSEWHERE = new Set([
  "LS",
  "LSP",
  "MultiEdit",
  "NotebookRead",
  "PowerShell",
  "WebSearch",
  "Task",
  "Skill",
  "ToolSearch",
]);

/**
 * A rule about `bash` or `Bsh` would be about nothing: what was meant to forbid would forbid nothing. Throws `invalid_input` for a
 * name that is nearly one of ours; others may be those of other programs.
 */
export function refuseMistyped(flag: string, rules: readonly string[]): void {
  for (const rule of rules) {
    const name = /^[^(\s]*/.exec(rule)?.[0] ?? "";
    if (ELSEWHERE.has(name) || name.startsWith("mcp__")) continue;
    const names = builtinTools.map(({ spec }) => spec.name);
    if (names.includes(name)) continue;
    const called = plain(name);
    const meant = names.find((one) => isNear(called, plain(one))) ?? OTHER_TOOL_NAMES.get(called);
    if (meant !== undefined)
      throw new AgentError("invalid_input", `${flag}: there is no tool ${name}. Did you mean ${meant}?`);
  }
}
