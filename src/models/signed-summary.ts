import { type Block, type Message, text } from "../core/message.ts";
import type { ModelRequest } from "../core/model.ts";
import { stringAt } from "./fields.ts";

/** Has to come with a request for a signed summary, and with every later one that holds it. */
export const COMPACT_BETA = "compact-2026-09-04";

const SIGNING = /^claude-(?:(?:fable|mythos)-5|opus-(?:4-[6-9]|5)|sonnet-(?:4-6|5))(?:-|$)/;

/** Whether the vendor's own endpoint writes signed summaries with this model. */
export const canSign = (model: string): boolean => SIGNING.test(model);

const isSummary = (block: Block | undefined): boolean => block?.type === "compaction";

/** Where nobody can read a signed summary, its text takes its place, as something the user was told. */
export function withPlainSummary(messages: readonly Message[]): readonly Message[] {
  const [first, next, ...rest] = messages;
  const [block] = first?.content ?? [];
  if (!first || !block || !isSummary(block)) return messages;
  const told = text(`Summary of the conversation so far:\n${stringAt(block, "content") ?? ""}`);
  const others = first.content.slice(1);
  const after: Message[] = others.length > 0 ? [{ role: "assistant", content: others }] : [];
  if (others.length > 0 || next?.role !== "user")
    return [{ role: "user", content: [told] }, ...after, ...messages.slice(1)];
  // Results come before what is said: but the call they would answer is not sent, so there are none.
  return [{ role: "user", content: [told, ...next.content] }, ...rest];
}

/** What a request to the vendor's own endpoint cannot do without besides its body. */
export const betaHeaders = ({ model, compaction, messages }: ModelRequest): Record<string, string> =>
  canSign(model) && (compaction || isSummary(messages[0]?.content[0]))
    ? { "anthropic-beta": COMPACT_BETA }
    : {};
