import { AgentError } from "../core/errors.ts";
import type { ToolContext } from "../core/tool.ts";
import { codeIn } from "../safety/shell/code-in.ts";

/**
 * Rejects with `invalid_input` when a command hands code to an interpreter that cannot be parsed: half of a script that
 * runs until its mistake is worse than none. Files count when this agent has read or written them.
 */
export async function refuseBrokenCode(command: string, context: ToolContext): Promise<void> {
  const { host, cwd, paths, seen, signal } = context;
  const check = host.code;
  if (!check || !/^(?:ba|da|z)?sh$/.test(host.shell.name ?? "")) return;
  const pieces = codeIn(command, { cwd, home: "/~", resolve: paths.resolve });
  for (const piece of pieces) {
    if ("path" in piece.from && seen(piece.from.path) === undefined) continue;
    const problem = await check.problemIn(piece, signal);
    if (problem === undefined) continue;
    throw new AgentError(
      "invalid_input",
      `Not run: what ${piece.name} would run cannot be parsed. Correct it first.\n${problem}`,
    );
  }
}
