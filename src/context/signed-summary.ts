import type { ContextStrategy } from "../core/context.ts";
import { AgentError } from "../core/errors.ts";
import { summaryPrompt } from "../prompts/summary.ts";
import { whyNot } from "./asked.ts";
import { cutOf, type Tail } from "./cut.ts";
import { keptBlocks } from "./kept.ts";
import { type Size, windowOf } from "./window.ts";

/**
 * The provider's own summary, where it writes one: a signed block that is replayed first. It covers an earlier request, and
 * what followed that request stays as it was, thoughts included: the signature vouches for what they followed.
 */
export const signedSummary = ({ size, tail }: { size: Size; tail: Tail }): ContextStrategy => ({
  name: "signed",
  async makeRoom(view) {
    const { events, focus, boundary } = view;
    if (!(await view.canSign())) return undefined;
    const window = windowOf(events, size);
    // A call that waits for its person may not be part of what is summarised, nor stand open behind it.
    if (window.openCalls.length > 0) return undefined;
    // What stays must follow what is summarised at once, so both end at the same request: the newest that is cached.
    const cut = cutOf(events, window, { ...tail, replies: 1 });
    if (!cut) return undefined;
    const { keepFromSeq, upToSeq } = cut;
    const answer = await view.ask({ upToSeq, prompt: summaryPrompt(focus), isSigned: true });
    const signed = answer.content.find(({ type }) => type === "compaction");
    if (!signed || answer.stopReason !== "compaction") throw new AgentError("failed", whyNot(answer));
    const summary = typeof signed["content"] === "string" ? signed["content"] : "";
    const kept = keptBlocks(events, keepFromSeq, boundary);
    const compacted = { type: "compacted" as const, strategy: "signed", summary, keepFromSeq, kept, signed };
    return { events: [{ ...compacted, usage: answer.usage, ...(focus !== "" && { focus }) }] };
  },
});
