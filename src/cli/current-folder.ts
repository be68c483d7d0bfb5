import { realpathSync } from "node:fs";
import { AgentError } from "../core/errors.ts";

/** The folder the program was started in, canonical. Throws `not_found` when it is gone. */
export function currentFolder(): string {
  try {
    return realpathSync(process.cwd());
  } catch (thrown) {
    throw new AgentError(
      "not_found",
      "The current folder does not exist any longer. Change to another one.",
      { cause: thrown },
    );
  }
}
