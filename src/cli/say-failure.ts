import { CommanderError } from "commander";
import { toAgentError } from "../core/errors.ts";
import { errorLine } from "../hosts/node/terminal-output.ts";
import { EXIT_CODE } from "./exit-code.ts";
import { printStartFailure } from "./json-output.ts";

/**
 * Says what went wrong before there was a conversation, or beside it, and what can be done: on standard error, and as the result
 * where a program waits for one. `args` are those of the command line, which may not have been understood. Resolves to the exit code.
 */
export async function sayFailure(thrown: unknown, args: readonly string[]): Promise<number> {
  if (thrown instanceof CommanderError) {
    // What was asked for, help or the version, has been printed; so has what is wrong.
    const words = thrown.message.replace(/^error: /, "");
    if (thrown.exitCode !== 0 && wantsResult(args)) await printStartFailure("invalid_input", words);
    return thrown.exitCode;
  }
  const { kind, message, hint } = toAgentError(thrown);
  if (wantsResult(args)) await printStartFailure(kind, message);
  process.stderr.write(`${errorLine({ kind, message, hint })}\n`);
  return EXIT_CODE.failed;
}

const wantsResult = (args: readonly string[]): boolean =>
  args.some((word, at) => {
    const value = word === "--output-format" ? args[at + 1] : /^--output-format=(.*)$/.exec(word)?.[1];
    return value === "json" || value === "stream-json";
  });
