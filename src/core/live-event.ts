import * as z from "zod";

/** Shown while it happens, then superseded by a durable event. Never written to disk. */
export const LiveEvent = z.lazy(() =>
  z.discriminatedUnion("type", [
    z.object({ type: z.literal("text"), agentId: z.string(), delta: z.string() }),
    z.object({ type: z.literal("thinking"), agentId: z.string(), delta: z.string() }),
    /** A call whose arguments still stream. `preview` is what can already be said about it (a path, a command). */
    z.object({
      type: z.literal("call"),
      agentId: z.string(),
      callId: z.string(),
      name: z.string(),
      preview: z.string(),
      chars: z.number(),
      /** What arrived of its arguments since the last such event, as it was on the wire. */
      json: z.string().optional(),
    }),
    z.object({ type: z.literal("progress"), agentId: z.string(), callId: z.string(), text: z.string() }),
    /** The request failed and will be sent again at `atMs` (epoch milliseconds). */
    z.object({
      type: z.literal("retry"),
      agentId: z.string(),
      atMs: z.number(),
      attempt: z.number(),
      maxAttempts: z.number(),
      reason: z.string(),
      /** Of the error. */
      kind: z.string().optional(),
    }),
    /** The conversation so far is being summarised, so that the next request has room. */
    z.object({ type: z.literal("room"), agentId: z.string() }),
    /** The attempt that streamed so far is void; what it showed is taken back. */
    z.object({ type: z.literal("discarded"), agentId: z.string() }),
  ]),
);
export type LiveEvent = z.infer<typeof LiveEvent>;
