import { AgentError } from "../core/errors.ts";
import { type EventBody, type EventOf, MAIN } from "../core/event.ts";
import type { Block } from "../core/message.ts";
import type { Mode } from "../core/mode.ts";
import type { Storage } from "../core/ports.ts";
import { titleOf } from "../core/row-text.ts";
import { modeReminder } from "../prompts/index.ts";
import type { Decisions } from "./decisions.ts";
import type { ReviewReport } from "./review.ts";
import type { Parts } from "./review-stand.ts";
import type { RewindFile } from "./rewind-plan.ts";
import type { TakenBack } from "./take-back.ts";

/** A message that can be gone back to, or forked from. */
export interface Checkpoint {
  readonly seq: number;
  /** Its first words. */
  readonly title: string;
  readonly content: readonly Block[];
  /** Epoch milliseconds. */
  readonly at: number;
}
/** Before the whole conversation: what everything that was done in it is after. */
export const BEGINNING = -1;

export interface RewindPreview {
  readonly seq: number;
  /** Of the message; "" for the beginning. */
  readonly title: string;
  readonly files: readonly RewindFile[];
  /** Messages that go with the conversation, this one included. */
  readonly messages: number;
}
export interface RewindChoice {
  /** Of the message to go back to before, or `BEGINNING`. */
  readonly seq: number;
  readonly what: "conversation" | "files" | "both";
  /** What happens to lines that the user changed as well. */
  readonly clashes: "leave" | "take";
}
export interface Rewound {
  readonly rewind: string;
  /** Where the conversation goes on; undefined when only the files went back. */
  readonly sessionId: string | undefined;
  readonly files: number;
  readonly conflicts: ReviewReport["conflicts"];
  readonly content: readonly Block[];
}

interface CheckpointParts extends Parts {
  readonly storage: Storage;
  readonly decisions: Decisions;
  readonly now: () => number;
  readonly mode: () => Mode;
  readonly title: () => string;
  /** Throws `locked` when nothing may be written, or while a turn runs. */
  readonly refuseBusy: () => void;
}

/**
 * Going back to before a message, and on from there in a conversation of its own. The log is never cut: what came
 * after stays in it, and everything here can be undone.
 */
export class Checkpoints {
  readonly #parts: CheckpointParts;

  constructor(parts: CheckpointParts) {
    this.#parts = parts;
  }

  /** The messages a person has sent, oldest first. */
  list(): readonly Checkpoint[] {
    return this.#parts.session.events.flatMap((event) =>
      event.type === "user" && event.agentId === MAIN && event.origin !== "task"
        ? [{ seq: event.seq, title: titleOf(event.content), content: event.content, at: event.at }]
        : [],
    );
  }

  /** What going back would do. Changes nothing. Rejects with `not_found` when there is no such message. */
  async preview(seq: number): Promise<RewindPreview> {
    const title = this.#find(seq)?.title ?? "";
    const files = await this.#parts.decisions.planRewind(seq);
    return { seq, title, files, messages: this.list().filter((message) => message.seq >= seq).length };
  }

  /** Rejects with `locked` while a turn runs, and with `not_found`. Files that cannot be changed are reported. */
  async rewind({ seq, what, clashes }: RewindChoice): Promise<Rewound> {
    const { session, decisions, refuseBusy } = this.#parts;
    refuseBusy();
    const message = this.#find(seq);
    const rewind = crypto.randomUUID();
    const { done, conflicts } =
      what === "conversation"
        ? { done: [], conflicts: [] }
        : await decisions.rewindFiles({ rewind, afterSeq: seq, clashes });
    const files = new Set(done.map((id) => this.#parts.ledger.edit(id)?.path)).size;
    const sessionId = what === "files" || !message ? undefined : await this.#write(seq, rewind);
    const text = message?.title ?? "";
    if (sessionId !== undefined || files > 0)
      session.append(MAIN, {
        ...{ type: "rewound", rewind, toSeq: seq, text, files },
        ...(sessionId !== undefined && { session: sessionId }),
      });
    return { rewind, sessionId, files, conflicts, content: message?.content ?? [] };
  }

  /** The newest rewind of this conversation that was not undone. */
  get lastRewind(): EventOf<"rewound"> | undefined {
    const undone = new Set<string>();
    for (const event of this.#parts.session.events.toReversed()) {
      if (event.type === "rewound.back") undone.add(event.rewind);
      if (event.type === "rewound" && !undone.has(event.rewind)) return event;
    }
    return undefined;
  }

  /** Does again what a rewind took out of the files; the newest when none is named. Undefined when there is none. */
  async undoRewind(rewind = this.lastRewind?.rewind): Promise<TakenBack | undefined> {
    const { session, decisions, refuseBusy } = this.#parts;
    if (rewind === undefined) return undefined;
    refuseBusy();
    const report = await decisions.takeBack(rewind);
    session.append(MAIN, { type: "rewound.back", rewind });
    return report ?? { what: "rewound", files: [], done: [], conflicts: [] };
  }

  /** Takes the last decision about edits back: a keep, an undo, or a rewind of files. Undefined when there is none. */
  async takeBack(): Promise<TakenBack | undefined> {
    const { session, decisions } = this.#parts;
    const last = this.lastRewind;
    const seq = session.lastSeq;
    const report = await decisions.takeBack();
    const isOfRewind =
      last !== undefined &&
      session.events.some(
        (event) => event.seq > seq && event.type === "reverted" && event.decision === last.rewind,
      );
    if (isOfRewind) session.append(MAIN, { type: "rewound.back", rewind: last.rewind });
    return report;
  }

  /** A new conversation that begins like this one, up to a message (which is not part of it) or with all of it. */
  async fork(seq?: number, as?: string): Promise<{ sessionId: string; content: readonly Block[] }> {
    const message = seq === undefined ? undefined : this.#find(seq);
    return { sessionId: await this.#write(seq, undefined, as), content: message?.content ?? [] };
  }

  #find(seq: number): Checkpoint | undefined {
    const found = this.list().find((message) => message.seq === seq);
    if (!found && seq !== BEGINNING)
      throw new AgentError("not_found", "This message is not part of the conversation.");
    return found;
  }

  async #write(
    seq: number | undefined,
    rewind: string | undefined,
    sessionId: string = crypto.randomUUID(),
  ): Promise<string> {
    const { session, storage, now } = this.#parts;
    const beforeSeq = seq ?? session.lastSeq + 1;
    const then = await this.#then(beforeSeq, rewind !== undefined);
    const [content, { forkLog }] = await Promise.all([storage.readLog(session.id), import("./fork-log.ts")]);
    const file = await storage.openLog(sessionId);
    try {
      file.append(forkLog(content, { sessionId: session.id, beforeSeq, rewind, then, at: now() }));
      await file.flush();
    } finally {
      await file.close();
    }
    return sessionId;
  }

  async #then(beforeSeq: number, isRewind: boolean): Promise<EventBody[]> {
    const { session, mode, title } = this.#parts;
    const past = session.events.filter(({ seq }) => seq < beforeSeq);
    const known = past.findLast((event) => event.type === "mode");
    const now = mode();
    const hasOtherMode = (known?.type === "mode" ? known.mode : undefined) !== now;
    const { forkedReviews } = await import("./forked-reviews.ts");
    return [
      ...(await forkedReviews(beforeSeq, this.#parts)),
      { type: "title", title: title() },
      ...(hasOtherMode
        ? ([
            { type: "mode", mode: now },
            { type: "reminder", text: modeReminder(now) },
          ] as const)
        : []),
      isRewind
        ? {
            type: "notice",
            kind: "rewound",
            text: "You went back to here. What came after it is in the history.",
          }
        : { type: "notice", kind: "forked", text: `Forked from “${title()}”, which is in the history.` },
    ];
  }
}
