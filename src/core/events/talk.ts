import * as z from "zod";
import { Block, Usage } from "../message.ts";

export const ToolSpec = z.object({
  name: z.string(),
  description: z.string(),
  input_schema: z.record(z.string(), z.unknown()),
  /** No part of the prompt before a result refers to it by a `tool_reference`. */
  defer_loading: z.boolean().optional(),
});
export type ToolSpec = z.infer<typeof ToolSpec>;

/** The hunk that a message is about. `removed` and `added` are (the beginning of) its lines, so that it is found again. */
export const HunkMark = z.object({
  /** Messages about one hunk, and their answers, are one thread. */
  thread: z.string(),
  path: z.string(),
  /** One-based, at the time. */
  line: z.number(),
  removed: z.string(),
  added: z.string(),
});
export type HunkMark = z.infer<typeof HunkMark>;

export const QueueItem = z.object({ id: z.string(), content: z.array(Block) });
export type QueueItem = z.infer<typeof QueueItem>;

/** What was said, and under which frozen prefix. */
export const talk = () =>
  [
    z.object({
      type: z.literal("session"),
      version: z.string(),
      cwd: z.string(),
      roots: z.array(z.string()),
      /** Drawn for this conversation: what results bring stands between marks with it. */
      boundary: z.string().optional(),
      /** It begins with that session's events before `seq`; `rewind` names the rewind that made it. */
      forkedFrom: z
        .object({ sessionId: z.string(), seq: z.number(), rewind: z.string().optional() })
        .optional(),
    }),
    /** Begins an epoch of its agent: model, system and tools as they are sent, byte for byte, until the next one. */
    z.object({
      type: z.literal("prefix"),
      model: z.string(),
      system: z.array(z.string()),
      tools: z.array(ToolSpec),
      effort: z.string().optional(),
      /** Whom a person talks to, when that is not the main agent: a session that goes on stays with them. */
      profile: z.string().optional(),
      /** The model that this one stands in for, until the turn ends. */
      insteadOf: z.string().optional(),
    }),
    z.object({
      type: z.literal("user"),
      content: z.array(Block),
      /** Who speaks: a person, or a finished background task (data, not authority). */
      origin: z.enum(["user", "task"]).optional(),
      about: HunkMark.optional(),
    }),
    /** Everything that waits to be sent after this turn; replaces what waited before. */
    z.object({ type: z.literal("queue"), items: z.array(QueueItem) }),
    /** `sawSeq` is the newest event the model had seen: what the user typed meanwhile is still unanswered. */
    z.object({
      type: z.literal("assistant"),
      content: z.array(Block),
      usage: Usage,
      model: z.string(),
      stopReason: z.string(),
      sawSeq: z.number(),
      durationMs: z.number().optional(),
      /** The provider's name for it. */
      messageId: z.string().optional(),
    }),
    /** What a reply had said when it was stopped or cut. It is not part of the conversation, only quoted in it. */
    z.object({
      type: z.literal("partial"),
      text: z.string(),
      thinking: z.string(),
      reason: z.enum(["cancelled", "failed"]),
    }),
  ] as const;
