import type { Environment } from "./agent.ts";
import { followed } from "./followed.ts";

const callsIn = followed(
  () => ({ started: new Set<string>(), finished: new Set<string>() }),
  ({ started, finished }, event) => {
    if (event.type === "tool.started") started.add(event.callId);
    if (event.type === "tool.finished") finished.add(event.callId);
  },
);
/** Whether a call has begun; one that has never begins again by itself. */
export const wasStarted = (callId: string, { session }: Pick<Environment, "session">): boolean =>
  callsIn(session.events).started.has(callId);
/** Whether a call has its result. */
export const isFinished = (callId: string, { session }: Pick<Environment, "session">): boolean =>
  callsIn(session.events).finished.has(callId);
