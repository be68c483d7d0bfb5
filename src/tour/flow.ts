import type { CallResult, TourState } from "./conversation.ts";

export interface TourCall {
  readonly name: string;
  readonly input: unknown;
}
/** One reply of the script: words, then calls. Without calls it is the last one. */
export interface TourReply {
  readonly text: string;
  readonly calls: readonly TourCall[];
}

/**
 * A scripted answer, written as if it ran: it yields what to say and do, is handed what came of it, and returns
 * its last words. Nothing is remembered between requests; the flow is played again over the results so far.
 */
export type Flow = Generator<TourReply, string, readonly CallResult[]>;

/** The reply that comes after these results. */
export function replay(flow: Flow, rounds: TourState["rounds"]): TourReply {
  let step = flow.next();
  for (const results of rounds) {
    if (step.done) break;
    step = flow.next(results);
  }
  return step.done ? { text: step.value, calls: [] } : step.value;
}

/** The result at a place; a call that has none counts as failed. */
export const resultAt = (results: readonly CallResult[], index: number): CallResult =>
  results[index] ?? { text: "", isError: true };

/** Why a call did not run, as the user or the rules put it; undefined when it ran. */
export function refusalOf({ text, isError }: CallResult): string | undefined {
  if (!isError) return undefined;
  const said = /declined and said: ([^\n]*)/.exec(text)?.[1];
  if (said !== undefined) return `You declined and said “${said.trim()}”.`;
  return /declined|not allowed|permission/i.test(text) ? "You did not allow it." : undefined;
}

export const joinPath = (folder: string, ...names: readonly string[]): string => {
  const separator = folder.includes("\\") && !folder.includes("/") ? "\\" : "/";
  return [folder.replace(/[\\/]+$/, ""), ...names].join(separator);
};

type Status = "pending" | "in_progress" | "completed";

/** The to-do list with the first `done` items completed and the next one in progress. */
export function todos(
  items: readonly (readonly [content: string, activeForm: string])[],
  done: number,
): TourCall {
  const status = (index: number): Status =>
    index < done ? "completed" : index === done ? "in_progress" : "pending";
  return {
    name: "TodoWrite",
    input: {
      todos: items.map(([content, activeForm], index) => ({ content, status: status(index), activeForm })),
    },
  };
}
