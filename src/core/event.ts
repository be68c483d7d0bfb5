import * as z from "zod";
import { bookkeeping, money } from "./events/bookkeeping.ts";
import { calls, questions } from "./events/calls.ts";
import { context } from "./events/context.ts";
import { edits } from "./events/edits.ts";
import { talk } from "./events/talk.ts";

/**
 * What happened, in order. Written once, never edited: disk, UI and model context are all read from it.
 * The schema is built when something is first checked against it: a program that only writes a log never needs it, and building it
 * would be a tenth of its start.
 */
export const EventBody = z.lazy(() =>
  z.discriminatedUnion("type", [
    ...talk(),
    ...calls(),
    ...questions(),
    ...edits(),
    ...money(),
    ...context(),
    ...bookkeeping(),
  ]),
);
export type EventBody = z.infer<typeof EventBody>;

/** `at` is epoch milliseconds. `seq` increases within a session, without gaps unless a record was lost. */
export type AgentEvent = { readonly seq: number; readonly at: number; readonly agentId: string } & EventBody;
export const AgentEvent: z.ZodType<AgentEvent> = z.lazy(() =>
  z.intersection(z.object({ seq: z.number(), at: z.number(), agentId: z.string() }), EventBody),
);

export type EventOf<T extends EventBody["type"]> = Extract<AgentEvent, { type: T }>;
export type Outcome = EventOf<"finished">["outcome"];
export const MAIN = "main";

/** The call an agent works for: a sub-agent is named after its parent and that call. Undefined for the main agent. */
export const parentCallOf = (agentId: string): string | undefined =>
  agentId === MAIN ? undefined : agentId.slice(agentId.lastIndexOf("/") + 1);
