import type { AgentEvent } from "./event.ts";
import type { InstructionCopy } from "./events/context.ts";

/** An instruction file that counts for an agent. */
export interface LoadedInstruction extends InstructionCopy {
  /** Where its newest copy stands in the log. */
  readonly seq: number;
  /** How many copies of it the agent has got. */
  readonly copies: number;
}
export interface LeftInstruction {
  readonly path: string;
  /** Why it does not count, for people. */
  readonly because: string;
}

/** Which instruction files an agent has got, from where, why, and how large they are: a fold over the log. */
export class Instructions {
  readonly #agentId: string;
  readonly #files = new Map<string, LoadedInstruction>();
  #left: readonly LeftInstruction[] = [];

  constructor(agentId: string) {
    this.#agentId = agentId;
  }

  static of(log: readonly AgentEvent[], agentId: string): Instructions {
    const instructions = new Instructions(agentId);
    for (const event of log) instructions.apply(event);
    return instructions;
  }

  apply(event: AgentEvent): void {
    if (event.type !== "instructions" || event.agentId !== this.#agentId) return;
    for (const file of event.files) {
      const copies = (this.#files.get(file.path)?.copies ?? 0) + 1;
      if (file.hash === "") this.#files.delete(file.path);
      else this.#files.set(file.path, { ...file, seq: event.seq, copies });
    }
    this.#left = event.left ?? this.#left;
  }

  /** In the order in which the agent first got them. */
  get files(): readonly LoadedInstruction[] {
    return [...this.#files.values()];
  }

  get left(): readonly LeftInstruction[] {
    return this.#left;
  }

  /** Of one copy of each. */
  get tokens(): number {
    return this.files.reduce((sum, { tokens }) => sum + tokens, 0);
  }
}
