import type { ContextStrategy } from "../core/context.ts";
import { cutOf, type Tail } from "./cut.ts";
import { type Facts, factLines, factsOf, quote, said } from "./facts.ts";
import { keptBlocks } from "./kept.ts";
import { type Size, windowOf } from "./window.ts";

const MAX_PROMPTS = 12;
const MAX_PROMPT_CHARS = 1_500;
const MAX_LAST_CHARS = 4_000;

/**
 * Begins anew with what is known without a summary: what the user said, plan and todo list, files, commands, errors. It asks
 * nobody, so it is there when no summary can be had, or when one more summary of summaries would lose more.
 */
export const freshStart = ({ size, tail }: { size: Size; tail: Tail }): ContextStrategy => ({
  name: "fresh",
  async makeRoom({ events, focus, boundary }) {
    const cut = cutOf(events, windowOf(events, size), tail);
    if (!cut) return undefined;
    const { keepFromSeq } = cut;
    const summary = extract(factsOf(events), focus, boundary);
    const kept = keptBlocks(events, keepFromSeq, boundary);
    const compacted = { type: "compacted" as const, strategy: "fresh", summary, keepFromSeq, kept };
    return { events: [{ ...compacted, ...(focus !== "" && { focus }) }] };
  },
});

/** What the log says of a conversation, without anybody's summary. `share`: of the usual length. */
export function extract(facts: Facts, focus: string, boundary: string, share = 1): string {
  const prompts = facts.prompts
    .slice(-MAX_PROMPTS)
    .map((event) => quote(said(event), MAX_PROMPT_CHARS * share));
  const parts = [
    "You begin afresh here. Of what came before there is only this, drawn from the records, without a summary.",
    focus !== "" && `The user wants this to be kept:\n${quote(focus, MAX_PROMPT_CHARS * share)}`,
    prompts.length > 0 && `What the user said, newest last:\n${prompts.join("\n\n")}`,
    factLines(facts, boundary, 12_000 * share),
    facts.lastWords !== "" && `Your last words:\n${quote(facts.lastWords, MAX_LAST_CHARS * share)}`,
    "Read files again before you rely on them, and look at the changes before you go on.",
  ];
  return parts.filter((part) => typeof part === "string" && part !== "").join("\n\n");
}
