import * as z from "zod";
import { PART_GROUPS } from "../core/part-groups.ts";

/** What one part of the window is, and what can be done about it. */
export const ReportedPart = z.object({
  id: z.string(),
  group: z.enum(PART_GROUPS),
  label: z.string(),
  tokens: z.number(),
  /** What the next request is smaller by without it. */
  dropTokens: z.number(),
  canDrop: z.boolean(),
  canPin: z.boolean(),
  isPinned: z.boolean(),
  callIds: z.array(z.string()).readonly(),
  seq: z.number().optional(),
});
export type ReportedPart = z.infer<typeof ReportedPart>;

/** Money and tokens of one model, for one purpose. US dollars; undefined where its price is unknown. */
export const ModelSpending = z.object({
  model: z.string(),
  purpose: z.enum(["main", "agents", "summaries", "classifier"]),
  requests: z.number(),
  inputTokens: z.number(),
  outputTokens: z.number(),
  cacheReadTokens: z.number(),
  cacheWriteTokens: z.number(),
  dollars: z.number().optional(),
});
export type ModelSpending = z.infer<typeof ModelSpending>;

/** A limit of the user's in US dollars, and how much of it is gone. */
export const LimitState = z.object({
  scope: z.enum(["run", "session", "day"]),
  dollars: z.number(),
  spent: z.number(),
});
export type LimitState = z.infer<typeof LimitState>;

/** Everything the tray shows of the open conversation. Built when somebody looks, and at the end of each step while they do. */
export const ContextReport = z.object({
  model: z.string(),
  modelName: z.string(),
  /** Tokens that fit into the model's window; 0 where unknown. */
  limit: z.number(),
  /** Of the next request, without its reply. */
  tokens: z.number(),
  /** Of these, counted by the provider; the rest is estimated. */
  countedTokens: z.number(),
  parts: z.array(ReportedPart).readonly(),
  /** Parts that are not in the list because there are too many: how many, and their tokens. */
  hidden: z.object({ parts: z.number(), tokens: z.number() }).optional(),
  /** US dollars for the next request with a short reply, and when nothing of it is in the cache any more. */
  forecast: z.object({ dollars: z.number(), missDollars: z.number() }).optional(),
  cache: z.object({
    /** Of all input, 0 to 1. */
    hitRate: z.number(),
    savedDollars: z.number().optional(),
    breaks: z.number(),
    lostTokens: z.number(),
    lastBreak: z
      .object({
        at: z.number(),
        cause: z.string(),
        place: z.string(),
        lostTokens: z.number(),
        isIntended: z.boolean(),
      })
      .optional(),
  }),
  spending: z.array(ModelSpending),
  limits: z.array(LimitState).optional(),
  instructions: z.object({
    files: z.array(
      z.object({
        path: z.string(),
        scope: z.string(),
        tokens: z.number(),
        because: z.string(),
        copies: z.number(),
      }),
    ),
    left: z.array(z.object({ path: z.string(), because: z.string() })),
  }),
});
export type ContextReport = z.infer<typeof ContextReport>;
