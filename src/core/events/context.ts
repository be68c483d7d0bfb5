import * as z from "zod";
import { Block, Usage } from "../message.ts";
import { Seen, Told } from "../seen.ts";

/**
 * An instruction file as an agent got it. `scope` and `because` are words of the program that wrote them: where it comes from
 * (`managed`, `user`, `project`, `local`, `imported`), and why it counts, for people.
 */
export const InstructionCopy = z.object({
  path: z.string(),
  scope: z.string(),
  /** SHA-256 (hex) of the text the model got; "" for a file that no longer counts. */
  hash: z.string(),
  tokens: z.number(),
  because: z.string(),
});
export type InstructionCopy = z.infer<typeof InstructionCopy>;

/** What the model has before it, besides what was said: what stays of it, what is added, and whether a cache helped. */
export const context = () =>
  [
    /**
     * Begins an epoch: what came before `keepFromSeq` is no longer sent, but for what this event holds. Another one with the
     * same `keepFromSeq` and the strategy `edited` puts other words in the place of the summary.
     */
    z.object({
      type: z.literal("compacted"),
      summary: z.string(),
      keepFromSeq: z.number(),
      strategy: z.string(),
      /** What stays word for word though it came earlier: the first message, what is pinned, plan, todo list, mode, … */
      kept: z.array(Block).optional(),
      /** The provider's own signed summary: replayed first and as it is; thoughts of what is kept stay valid behind it. */
      signed: Block.optional(),
      /** Estimates of what a request is made of, in tokens. */
      tokensBefore: z.number().optional(),
      tokensAfter: z.number().optional(),
      /** Of the request that wrote the summary. */
      usage: Usage.optional(),
      /** What somebody wanted to be kept, in their words. */
      focus: z.string().optional(),
    }),
    /** Begins an epoch: from now on a note stands in place of what these calls brought. By hand, its strategy is `user`. */
    z.object({
      type: z.literal("cleared"),
      callIds: z.array(z.string()),
      strategy: z.string(),
      /** As in `compacted`. */
      tokensBefore: z.number().optional(),
      tokensAfter: z.number().optional(),
    }),
    /** A message (by its `seq`) or a result (by its call) that is never cleared and never summarised, or no longer so. */
    z.object({ type: z.literal("pinned"), target: z.union([z.number(), z.string()]), isPinned: z.boolean() }),
    /** A word of ours to the model beside the newest user turn: a mode change, an edit the user undid, … */
    z.object({
      type: z.literal("reminder"),
      text: z.string(),
      /** Files whose whole change since the agent saw them is in the text. */
      seen: z.array(Seen).optional(),
      told: z.array(Told).optional(),
      /** The habit of ours that says it, and what about: so that it is said once. */
      habit: z.object({ id: z.string(), about: z.array(z.string()) }).optional(),
      /** The agent goes on because of it, though nobody has said anything. */
      wantsReply: z.boolean().optional(),
    }),
    /**
     * Instruction files the agent got: with its prefix (`start`), or with the `reminder` before it. `cause` is `start`,
     * `changed`, `touched`, `compacted`, `again`, or one of a newer Plumb; `left` is what was found and does not count, and why.
     */
    z.object({
      type: z.literal("instructions"),
      cause: z.string(),
      files: z.array(InstructionCopy),
      left: z.array(z.object({ path: z.string(), because: z.string() })).optional(),
    }),
    /**
     * A request found less in the provider's cache than the one before it had left there. `cause` is a `CacheBreakCause`,
     * or one of a newer Plumb; `place` is where it differs (`tools.Bash`, `system.1`, `messages.12.content.0`, a setting).
     */
    z.object({
      type: z.literal("cache.broken"),
      cause: z.string(),
      place: z.string(),
      /** Tokens that had to be processed anew, as the provider counted them. */
      lostTokens: z.number(),
      /** Somebody wanted what caused it: a compaction, another model. */
      isIntended: z.boolean().optional(),
    }),
  ] as const;
