import type { ContextStrategy } from "../core/context.ts";
import { summaryPrompt } from "../prompts/summary.ts";
import { askForText } from "./asked.ts";
import { cutOf, type Tail } from "./cut.ts";
import { factLines, factsOf } from "./facts.ts";
import { keptBlocks } from "./kept.ts";
import { type Size, windowOf } from "./window.ts";

/**
 * Replaces older turns by a handover that the model writes itself, with what the log knows behind it; the newest turns stay
 * verbatim, but for their thoughts, which are only valid behind the very bytes they followed.
 */
export const summarise = ({ size, tail }: { size: Size; tail: Tail }): ContextStrategy => ({
  name: "summarise",
  async makeRoom(view) {
    const { events, focus, boundary } = view;
    const cut = cutOf(events, windowOf(events, size), tail);
    if (!cut) return undefined;
    const { keepFromSeq, upToSeq } = cut;
    const { words, usage } = await askForText(view, { upToSeq, prompt: summaryPrompt(focus) });
    const facts = factLines(factsOf(events), boundary);
    const summary = facts === "" ? words : `${words}\n\n${facts}`;
    const kept = keptBlocks(events, keepFromSeq, boundary);
    const compacted = {
      type: "compacted" as const,
      strategy: "summarise",
      summary,
      keepFromSeq,
      kept,
      usage,
    };
    return { events: [{ ...compacted, ...(focus !== "" && { focus }) }] };
  },
});
