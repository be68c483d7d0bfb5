import * as z from "zod";
import { Verdict } from "../core/access.ts";
import { Mode } from "../core/mode.ts";

const text = z.string().max(20_000);

export const PageWarning = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("early-star"), program: z.string() }),
  z.strictObject({ kind: z.literal("runner"), program: z.string() }),
  z.strictObject({ kind: z.literal("allows-nothing"), program: z.string() }),
  z.strictObject({ kind: z.literal("everything") }),
  z.strictObject({ kind: z.literal("unreachable"), by: z.string() }),
]);
export type PageWarning = z.infer<typeof PageWarning>;

/** A rule as the page shows it. `id` says which one, in every list that has it. */
export const PageRule = z.strictObject({
  id: z.string(),
  verdict: Verdict,
  text: z.string(),
  source: z.string(),
  /** There is a file, and clicking opens it where the rule stands. */
  hasFile: z.boolean(),
  state: z.enum(["in force", "unknown", "broken"]),
  canChange: z.boolean(),
  warnings: z.array(PageWarning),
  uses: z.number(),
  /** Epoch milliseconds; left out when it never decided. */
  lastAt: z.number().optional(),
});
export type PageRule = z.infer<typeof PageRule>;

/** What a file of the repository would loosen. */
export const PageWaiting = z.strictObject({
  path: z.string(),
  label: z.string(),
  added: z.array(z.string()),
  removed: z.array(z.string()),
});
export type PageWaiting = z.infer<typeof PageWaiting>;

/** Where a new rule can be written. */
export const PageTarget = z.strictObject({ id: z.string(), label: z.string(), verdicts: z.array(Verdict) });
export type PageTarget = z.infer<typeof PageTarget>;

export const TRIED_KINDS = ["command", "read", "write", "host", "tool"] as const;
export const TriedKind = z.enum(TRIED_KINDS);
export type TriedKind = z.infer<typeof TriedKind>;

export const TriedPart = z.strictObject({
  text: z.string(),
  risk: z.enum(["low", "medium", "high"]),
  reasons: z.array(z.string()),
});

export const Tried = z.strictObject({
  verdict: Verdict,
  because: z.string(),
  /** What it touches, as the rules are asked: canonical paths, a host, the command. */
  targets: z.array(z.string()),
  /** Every rule that matches, in the order in which they count. */
  matching: z.array(z.strictObject({ verdict: Verdict, source: z.string() })),
  parts: z.array(TriedPart),
});
export type Tried = z.infer<typeof Tried>;

export const HostToPage = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("rules"),
    rules: z.array(PageRule),
    waiting: z.array(PageWaiting),
    problems: z.array(z.string()),
    targets: z.array(PageTarget),
    modes: z.array(Mode),
    mode: Mode,
    isTrusted: z.boolean(),
  }),
  z.strictObject({ type: z.literal("tried"), requestId: z.number(), tried: Tried }),
  /** What was asked for was not done, and why. */
  z.strictObject({ type: z.literal("failed"), message: z.string() }),
]);
export type HostToPage = z.infer<typeof HostToPage>;

export const PageToHost = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("ready") }),
  z.strictObject({ type: z.literal("problem"), message: z.string().max(10_000) }),
  z.strictObject({ type: z.literal("openRule"), id: text }),
  z.strictObject({ type: z.literal("openWaiting"), path: text }),
  z.strictObject({ type: z.literal("change"), id: text, to: text.optional() }),
  z.strictObject({ type: z.literal("add"), target: text, verdict: Verdict, text }),
  z.strictObject({ type: z.literal("approve"), path: text, shown: z.array(text).max(1000) }),
  z.strictObject({ type: z.literal("try"), requestId: z.number(), kind: TriedKind, text, mode: Mode }),
  z.strictObject({ type: z.literal("export") }),
]);
export type PageToHost = z.infer<typeof PageToHost>;
