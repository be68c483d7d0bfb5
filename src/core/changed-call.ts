import { type Block, text } from "./message.ts";
import type { PermissionAnswer } from "./ports.ts";

/** Thrown where a call is decided about: the person allowed another input in its place. No failure of the call. */
export class ChangedCall extends Error {
  override readonly name = "ChangedCall";
  readonly input: unknown;
  /** What they said besides; it counts for the changed call as far as that would still ask. */
  readonly answer: PermissionAnswer;

  constructor({ input, ...answer }: PermissionAnswer) {
    super("The user changed the call.");
    this.input = input;
    this.answer = answer;
  }
}

/** The model reads its own call in the conversation, so it is told what ran in its place. */
export const changedNote = (input: unknown): Block =>
  text(
    `The user changed the input of this call, and what follows is the result of: ${JSON.stringify(input)}`,
  );
