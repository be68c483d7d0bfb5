import { AgentError } from "../core/errors.ts";
import { COMMAND_NAMES } from "./command-names.ts";
import { isNear } from "./near.ts";

/** A mistyped command would be sent as a task, and cost. Throws `invalid_input` for a single word that is nearly one. */
export function refuseNearCommand(word: string): void {
  const near = COMMAND_NAMES.find((name) => isNear(word, name) || beginsAlike(word, name));
  if (near === undefined) return;
  throw new AgentError(
    "invalid_input",
    `There is no command ${word}. For plumb ${near}, write that; for a task of this word, plumb -p ${word}.`,
  );
}

const beginsAlike = (word: string, name: string): boolean =>
  word.length >= 3 && (name.startsWith(word) || word.startsWith(name));
