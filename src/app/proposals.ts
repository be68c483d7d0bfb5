import type { Detail } from "../core/detail.ts";
import type { EventOf } from "../core/event.ts";
import type { Host } from "../core/ports.ts";
import type { Session } from "../core/session.ts";
import type { TextChange } from "../core/tool.ts";
import type { DiffDetail } from "../review/diff.ts";
import { planDetail } from "../tools/exit-plan-mode.ts";

/** A change of a file, or a plan, that waits for a person to accept it. */
export interface OpenProposal extends TextChange {
  readonly callId: string;
  /** Of its card. */
  readonly hash: string;
  /** A plan: a document, but no file. */
  readonly isPlan?: true;
}

type Card = EventOf<"permission.asked">;
type PlanDetail = Extract<Detail, { kind: "plan" }>;

/** The texts behind the cards that are open, read from the log: after a restart they are the same. */
export class Proposals {
  readonly #host: Pick<Host, "blobs">;
  readonly #session: Session;

  constructor(parts: { host: Pick<Host, "blobs">; session: Session }) {
    this.#host = parts.host;
    this.#session = parts.session;
  }

  /** Undefined when no such card is open, when it is about something else, or when its texts are gone. */
  async find(callId: string): Promise<OpenProposal | undefined> {
    const card = this.#openCard(callId);
    if (card?.detail.kind === "plan") return this.#plan(card, card.detail);
    if (card?.detail.kind !== "diff" || card.detail.op === "delete") return undefined;
    const { path, op, beforeHash, afterHash } = card.detail;
    const before = op === "create" ? undefined : await this.#host.blobs.get(beforeHash);
    const after = await this.#host.blobs.get(afterHash);
    if (after === undefined || (before === undefined && op !== "create")) return undefined;
    return { callId, hash: card.hash, path, before, after };
  }

  /** Whether a card that is open is about a plan. */
  isPlan(callId: string): boolean {
    return this.#openCard(callId)?.detail.kind === "plan";
  }

  async #plan({ callId, hash }: Card, { path, afterHash }: PlanDetail): Promise<OpenProposal | undefined> {
    const after = await this.#host.blobs.get(afterHash);
    return after === undefined ? undefined : { callId, hash, path, before: undefined, after, isPlan: true };
  }

  #openCard(callId: string): Card | undefined {
    const { events } = this.#session;
    for (let at = events.length - 1; at >= 0; at -= 1) {
      const event = events[at];
      if (!event || !("callId" in event) || event.callId !== callId) continue;
      return event.type === "permission.asked" ? event : undefined;
    }
    return undefined;
  }

  /** What the card shows once a person has made `amended` of the proposal. */
  async detailOf({ path, before, isPlan }: OpenProposal, amended: string): Promise<DiffDetail | PlanDetail> {
    if (isPlan) return planDetail(path, amended);
    const { diffDetail } = await import("../review/diff.ts");
    return diffDetail({ path, before, after: amended });
  }
}
