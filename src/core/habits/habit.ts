import type { AgentEvent, EventOf } from "../event.ts";

/** A call with its result, and what it touched. */
export interface Result {
  readonly name: string;
  /** As the model sent it. */
  readonly input: unknown;
  /** The file it is about, if it is about one; not resolved. */
  readonly file: string | undefined;
  /** The command it runs. */
  readonly command: string | undefined;
  readonly text: string;
  readonly finished: EventOf<"tool.finished">;
}

/** The course of a turn as habits see it: since a person's last word, of one agent, in order. */
export type Happening =
  | { readonly type: "reply"; readonly event: EventOf<"assistant"> }
  | { readonly type: "result"; readonly result: Result }
  | { readonly type: "edit"; readonly event: EventOf<"edit" | "edit.failed"> }
  | { readonly type: "reminded"; readonly about: readonly string[] }
  /** It was stopped because it was stuck, and somebody lets it go on. */
  | { readonly type: "unstuck" };

/** What is so now and stands in no log. */
export interface Situation {
  /** Requests that are left, the next one included. */
  readonly stepsLeft: number;
  readonly maxSteps: number;
  readonly canRun: boolean;
  readonly isPlanning: boolean;
  readonly checksBeforeFinishing: boolean;
}

export interface Advice {
  /** For the model: short, ours, without anything that files or tools have said. */
  readonly text: string;
  /** What it is about; whoever has state finds it again as `reminded`. */
  readonly about: readonly string[];
  /** The person is told as well. */
  readonly notice?: string;
}
/** The turn cannot go on like this. `message` is for people. */
export interface Stop {
  readonly message: string;
}

/** The state of a habit: a fold over what happened, so that a conversation that is resumed has it as well. */
export interface Habit {
  take(happening: Happening): void;
  /** Before each request. */
  beforeAsking?(situation: Situation): Advice | Stop | undefined;
  /** When the agent has nothing left to do. Advice makes it go on. */
  beforeFinishing?(situation: Situation): Advice | undefined;
}

/** One line in the list of habits. */
export interface HabitKind {
  readonly id: string;
  begin(): Habit;
}

export const isStop = (one: Advice | Stop): one is Stop => "message" in one;

/** True where an agent itself changed the text of a file. */
export const isOwnEdit = (event: AgentEvent): event is EventOf<"edit"> =>
  event.type === "edit" && (event.by === undefined || event.by === "agent");
