import { AgentError } from "../core/errors.ts";
import { plain } from "../core/habits/other-names.ts";
import { builtinTools } from "../tools/index.ts";
import { isNear } from "./near.ts";

/**
 * A rule about `bash` or `Bsh` would be about nothing: what was meant to forbid would forbid nothing. Throws `invalid_input` for a
 * name that is nearly one of ours; others may be those of other programs.
 */
export function refuseMistyped(flag: string, rules: readonly string[]): void {
  for (const rule of rules) {
    const name = /^[^(\s]*/.exec(rule)?.[0] ?? "";
    const names = builtinTools.map(({ spec }) => spec.name);
    if (name.startsWith("mcp__") || names.includes(name)) continue;
    const meant = names.find((one) => isNear(plain(name), plain(one)));
    if (meant !== undefined)
      throw new AgentError("invalid_input", `${flag}: there is no tool ${name}. Did you mean ${meant}?`);
  }
}
