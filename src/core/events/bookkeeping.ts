import * as z from "zod";
import { Usage } from "../message.ts";
import { Mode } from "../mode.ts";

/** Choices of the user, and the course of a turn. */
export const bookkeeping = () =>
  [
    z.object({ type: z.literal("mode"), mode: Mode }),
    z.object({ type: z.literal("title"), title: z.string() }),
    /** Who can be asked from here on; written when a turn begins with it or runs. `place` is a `Place`, or one of a newer Plumb. */
    z.object({
      type: z.literal("presence"),
      place: z.string(),
      /** They will come back: what needs them waits. */
      isAway: z.boolean().optional(),
      because: z.string().optional(),
    }),
    z.object({
      type: z.literal("agent.started"),
      name: z.string(),
      description: z.string(),
      parentCallId: z.string(),
      /** It has before it what `from` had, up to the reply `seq` that started it. */
      fork: z.object({ from: z.string(), seq: z.number() }).optional(),
    }),
    /** A small model judged a command that the rules of Auto leave open; `reason` is its own. Where it had no answer there is none. */
    z.object({
      type: z.literal("classified"),
      command: z.string(),
      cwd: z.string(),
      isHarmless: z.boolean(),
      reason: z.string(),
      model: z.string(),
      usage: Usage,
    }),
    z.object({ type: z.literal("notice"), kind: z.string(), text: z.string() }),
    z.object({
      type: z.literal("finished"),
      outcome: z.enum(["done", "cancelled", "failed", "step_limit"]),
      error: z.object({ kind: z.string(), message: z.string(), hint: z.string() }).optional(),
    }),
    /** A record of a newer Plumb, or one that does not parse: kept on disk, ignored here. */
    z.object({ type: z.literal("unknown"), was: z.string() }),
  ] as const;

/** Money that is in no reply, and leave to spend it. */
export const money = () =>
  [
    /** What a request cost whose reply is not in the log: it was stopped, or failed half-way. Estimated. */
    z.object({ type: z.literal("spent"), model: z.string(), usage: Usage, because: z.string() }),
    /** The person lets it cost more than a limit of theirs: up to so many US dollars. `day` (2026-01-31) is the one they mean. */
    z.object({
      type: z.literal("budget.raised"),
      scope: z.enum(["run", "session", "day"]),
      dollars: z.number(),
      day: z.string().optional(),
    }),
  ] as const;
