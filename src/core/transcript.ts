import { compactionRow, editSummary } from "./compaction-row.ts";
import { type AgentEvent, type EventOf, MAIN } from "./event.ts";
import type { LiveEvent } from "./live-event.ts";
import { addUsage } from "./message.ts";
import { tail } from "./row-text.ts";
import type { Row, Status } from "./rows.ts";
import { addWriting, foldCall, interruptOpen } from "./transcript/calls.ts";
import { foldEdit, foldReverted, moveEdits } from "./transcript/edits.ts";
import { Folded, rowKey } from "./transcript/folded.ts";
import { decideLater, foldQuestion } from "./transcript/questions.ts";
import { addDelta, addPartial, addPrompt, addReply, discard } from "./transcript/replies.ts";

/**
 * Folds events into rows. Total: unknown or out-of-order events change nothing, so an old view survives a newer log.
 */
export class Transcript {
  #folded = new Folded();

  /** Starts from rows that were folded elsewhere, e.g. the tail a host sent to its panel. */
  static from(rows: readonly Row[], status: Status): Transcript {
    const transcript = new Transcript();
    transcript.#folded = new Folded(rows, status);
    return transcript;
  }

  get rows(): readonly Row[] {
    return this.#folded.store.rows;
  }
  get status(): Status {
    return this.#folded.status;
  }

  /** Puts rows that are older than all others in front of them. */
  prepend(older: readonly Row[]): void {
    this.#folded.prepend(older);
  }

  apply(event: AgentEvent): void {
    // Whatever comes next says that it is over.
    if (this.status.isMakingRoom && event.agentId === MAIN) this.#folded.untell("isMakingRoom");
    switch (event.type) {
      case "user":
        return addPrompt(this.#folded, event);
      case "assistant":
        return addReply(this.#folded, event);
      case "partial":
        return addPartial(this.#folded, event);
      case "permission.asked":
      case "permission.decided":
      case "question.asked":
      case "question.answered":
        return foldQuestion(this.#folded, event);
      case "tool.started":
      case "tool.finished":
        return foldCall(this.#folded, event);
      case "edit":
      case "edit.failed":
      case "reviewed":
        return foldEdit(this.#folded, event);
      case "reverted":
        return foldReverted(this.#folded, event);
      case "rewound":
        return this.#notice(event, "rewound", rewoundText(event));
      case "rewound.back":
        return this.#notice(event, "info", "The rewind was undone.");
      case "moved":
        return moveEdits(this.#folded, event);
      case "compacted":
      case "cleared":
        return this.#compaction(event);
      case "notice":
        return this.#notice(event, event.kind, event.text);
      case "finished":
        return this.#finished(event);
      case "later.decided":
        return decideLater(this.#folded, event);
      case "classified":
        this.#folded.tell({ total: addUsage(this.status.total, event.usage) });
        return;
      default:
        return this.#state(event);
    }
  }

  applyLive(live: LiveEvent): void {
    if (this.status.isMakingRoom && live.agentId === MAIN) this.#folded.untell("isMakingRoom");
    switch (live.type) {
      case "room":
        if (live.agentId === MAIN) this.#folded.tell({ isMakingRoom: true });
        return;
      case "text":
      case "thinking":
        return addDelta(this.#folded, live.type === "text" ? "reply" : "thinking", live.agentId, live.delta);
      case "call":
        return addWriting(this.#folded, live);
      case "progress":
        return this.#folded.store.update(live.callId, (row) => ({
          ...row,
          output: tail(row.output + live.text),
        }));
      case "retry":
        if (live.agentId === MAIN) {
          const { atMs, attempt, maxAttempts, reason } = live;
          this.#folded.tell({ retry: { atMs, attempt, maxAttempts, reason } });
        }
        return;
      case "discarded":
        return discard(this.#folded, live.agentId);
      default:
        live satisfies never;
    }
  }

  #state(event: AgentEvent): void {
    const change = stateChange(event);
    if (change && (event.agentId === MAIN || event.type === "mode")) this.#folded.tell(change);
  }

  #compaction(event: EventOf<"compacted" | "cleared">): void {
    if (event.agentId === MAIN && event.tokensAfter !== undefined)
      this.#folded.tell({ contextTokens: event.tokensAfter });
    const isEdit = event.type === "compacted" && event.strategy === "edited";
    if (isEdit && this.#folded.store.replaceLast(event.agentId, (row) => editSummary(row, event))) return;
    this.#folded.store.add(compactionRow(event));
  }

  #notice(event: AgentEvent, notice: string, text: string): void {
    this.#folded.store.add({ kind: "notice", key: rowKey(event), agentId: event.agentId, notice, text });
  }

  #finished(event: EventOf<"finished">): void {
    discard(this.#folded, event.agentId);
    interruptOpen(this.#folded, event.agentId);
    if (event.agentId === MAIN) this.#folded.untell("retry");
    if (event.agentId !== MAIN && event.outcome === "done") return;
    this.#folded.store.add({
      kind: "finished",
      key: rowKey(event),
      agentId: event.agentId,
      outcome: event.outcome,
      error: event.error,
    });
  }
}

function stateChange(event: AgentEvent): Partial<Status> | undefined {
  switch (event.type) {
    case "prefix":
      return { model: event.model, effort: event.effort ?? "" };
    case "queue":
      return { queue: event.items };
    case "mode":
      return { mode: event.mode, modeWasSet: true };
    case "title":
      return { title: event.title };
    default:
      return undefined;
  }
}
const rewoundText = ({ session, text, files }: EventOf<"rewound">): string => {
  if (session !== undefined)
    return `You went back to before “${text}”. The conversation goes on in another one.`;
  const what = files === 1 ? "1 file is" : `${files} files are`;
  return `${what} as before ${text === "" ? "this conversation" : `“${text}”`}, apart from your own changes.`;
};
