import * as z from "zod";
import { Access, Verdict } from "../access.ts";
import { Detail, Question } from "../detail.ts";
import { Block } from "../message.ts";
import { Seen } from "../seen.ts";
import { Source } from "../untrusted.ts";

/** An error that a call brought into a file: its words and those of its line, because lines move. */
export const NewProblem = z.object({
  path: z.string(),
  message: z.string(),
  source: z.string(),
  lineText: z.string(),
});
export type NewProblem = z.infer<typeof NewProblem>;

/** What became of tool calls and of the questions they raised. */
export const calls = () =>
  [
    z.object({
      type: z.literal("permission.asked"),
      callId: z.string(),
      name: z.string(),
      title: z.string(),
      access: Access,
      because: z.string(),
      detail: Detail,
      hash: z.string(),
      /** Rules that "for this session / workspace" would add, in the rule grammar; empty when only once is possible. */
      suggestions: z.array(z.string()),
      /** Further sets of rules that would do instead, each wider than the one before. */
      wider: z.array(z.array(z.string())).optional(),
      /** What the person made of the call's input: the question is answered already. */
      input: z.unknown().optional(),
    }),
    z.object({
      type: z.literal("permission.decided"),
      callId: z.string(),
      verdict: Verdict,
      by: z.enum(["user", "rule", "nobody"]),
      because: z.string(),
      hash: z.string(),
      scope: z.enum(["once", "session", "workspace"]).optional(),
      feedback: z.string().optional(),
      /** The text the user accepted in place of the proposed one: a blob. */
      amended: z.string().optional(),
      /** Put off, because the person was away: the number of the question in their queue. */
      later: z.number().optional(),
      /** Allowed because the person had allowed that call, which was put off. */
      grant: z.string().optional(),
    }),
    /** What the person decided about a call that was put off. */
    z.object({
      type: z.literal("later.decided"),
      callId: z.string(),
      hash: z.string(),
      verdict: z.enum(["allow", "deny"]),
      feedback: z.string().optional(),
    }),
    z.object({
      type: z.literal("rules"),
      scope: z.enum(["session", "workspace"]),
      allow: z.array(z.string()),
      /** Of this session: what the user took back. */
      removed: z.array(z.string()).optional(),
    }),
    /** Written before the tool runs: a call with this and without `tool.finished` was interrupted and never runs again. */
    z.object({
      type: z.literal("tool.started"),
      callId: z.string(),
      name: z.string(),
      title: z.string(),
      accesses: z.array(Access),
      detail: Detail.optional(),
    }),
    z.object({
      type: z.literal("tool.finished"),
      callId: z.string(),
      isError: z.boolean(),
      content: z.array(Block),
      /** The call whose result was the same, to the letter: the model is told so as long as it has that before it. */
      sameAs: z.string().optional(),
      /** Where the text comes from; left out where it is our own. */
      source: Source.optional(),
      detail: Detail.optional(),
      seen: z.array(Seen).optional(),
      problems: z.array(NewProblem).optional(),
      /** What kind of error it is, where it is one of ours. */
      errorKind: z.string().optional(),
      /** `denied` and `interrupted` calls did not run (to the end); everything else did. */
      outcome: z.enum(["done", "failed", "denied", "interrupted"]),
    }),
  ] as const;

/** What the person was asked, and what they said. */
export const questions = () =>
  [
    z.object({
      type: z.literal("question.asked"),
      callId: z.string(),
      questions: z.array(Question),
      /** What it is about, where it is ours and no call of the model's asks; `tool.finished` of the same id ends it. */
      title: z.string().optional(),
    }),
    z.object({ type: z.literal("question.answered"), callId: z.string(), answers: z.array(z.string()) }),
  ] as const;
