import type { Detail } from "../../../core/detail.ts";
import type { AgentEvent, EventOf } from "../../../core/event.ts";
import type { Chat, OpenProposal } from "../engine.ts";
import type { ProposalName } from "./proposal-files.ts";

/** Hunks that are left out in the card of a proposal, as long as it shows the text `of`. */
export interface LeftOut extends ProposalName {
  readonly of: string;
  readonly left: readonly number[];
}

/** What an answer says of the text that a card shows: which one it is, and which of its hunks are wanted. */
export function chosenIn(
  shown: Extract<Detail, { kind: "diff" }>,
  choice: LeftOut | undefined,
): { of: string; hunks?: number[] } {
  const of = shown.afterHash;
  if (choice?.of !== of || choice.left.length === 0) return { of };
  const hunks = shown.hunks.map((_, index) => index).filter((index) => !choice.left.includes(index));
  return { of, hunks };
}

/** What opens, answers or ends a card. */
export type CardEvent = EventOf<"permission.asked" | "permission.decided" | "tool.finished">;
export const isAboutCards = (event: AgentEvent): event is CardEvent =>
  event.type === "permission.asked" || event.type === "permission.decided" || event.type === "tool.finished";

/** The change that a card asks about, while it can be answered: not when another window works on it. */
export async function findOpen(
  chat: Chat,
  { callId, hash }: ProposalName,
): Promise<OpenProposal | undefined> {
  const found = chat.readOnlyBecause === undefined ? await chat.proposals.find(callId) : undefined;
  return found?.hash === hash ? found : undefined;
}
