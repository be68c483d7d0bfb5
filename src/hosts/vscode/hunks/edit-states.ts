import type { EventOf } from "../../../core/event.ts";
import { HUNKS_A_PAGE } from "../../../protocol/pending.ts";
import type { HostToView, ViewToHost } from "../../../protocol/view.ts";
import { diffDetail } from "../../../review/diff.ts";
import { type HunkOutcome, outcomeOf } from "../../../review/edit-outcome.ts";
import type { EditRecord } from "../../../review/ledger.ts";
import type { Chat, PendingFile } from "../engine.ts";
import { changedMeanwhile, type HunkReview } from "./hunk-review.ts";
import type { Conversations } from "./pending-changes.ts";
import { isWhole } from "./whole-file.ts";

interface Parts {
  readonly chats: Conversations;
  readonly hunks: HunkReview;
  /** Undefined when the text is no longer stored. */
  readBlob(hash: string): Promise<string | undefined>;
  send(message: HostToView): void;
}
interface Found {
  readonly before: string;
  readonly after: string;
  readonly outcomes: readonly HunkOutcome[];
  /** The file, where something of it is still to decide. */
  readonly file: PendingFile | undefined;
}
type Asked<T extends ViewToHost["type"]> = Extract<ViewToHost, { type: T }>;
const MAX_STATES = 1000;

/** What became of each edit, hunk by hunk, wherever it was decided; and deciding about hunks of one edit. */
export class EditStates {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Tells the panel about an edit that somebody looks at; nothing when its texts are gone. */
  async tell({ editId, withLines }: Asked<"edit">): Promise<void> {
    const chat = await this.#parts.chats.ready();
    const edit = chat.ledger.edit(editId);
    // Where a file is has no lines: its state says it all.
    if (edit?.to !== undefined) return;
    const found = edit && (await this.#find(edit, chat));
    if (!found) return;
    const detail = withLines
      ? await diffDetail({
          path: edit.path,
          before: edit.before === "" ? undefined : found.before,
          after: edit.after === "" ? undefined : found.after,
        })
      : undefined;
    this.#parts.send({
      type: "edit",
      editId,
      hash: found.file?.currentHash ?? "",
      states: found.outcomes.slice(0, MAX_STATES).map(({ state }) => state),
      ...(detail && { hunks: detail.hunks.slice(0, HUNKS_A_PAGE) }),
      hiddenLines: detail?.hiddenLines ?? 0,
    });
  }

  /** Rejects with `stale`, and decides nothing, when the file is no longer as it was shown. */
  async decide({ editId, hash, verdict, hunks }: Asked<"decideEdit">): Promise<void> {
    const chat = await this.#parts.chats.ready();
    await this.#parts.hunks.pending.settled();
    const edit = chat.ledger.edit(editId);
    const found = edit && (await this.#find(edit, chat));
    if (found?.file?.currentHash !== hash) throw changedMeanwhile();
    const chosen = new Set(hunks.flatMap((at) => found.outcomes[at]?.pending ?? []));
    if (chosen.size === 0) throw changedMeanwhile();
    const { file } = found;
    await this.#parts.hunks.decide(
      verdict,
      file,
      file.hunks.filter((hunk) => chosen.has(hunk)),
    );
  }

  async #find(edit: EditRecord, chat: Chat): Promise<Found | undefined> {
    const [before, after] = await Promise.all([this.#blob(edit.before), this.#blob(edit.after)]);
    if (before === undefined || after === undefined) return undefined;
    if (edit.state === "pending") {
      const { pending } = this.#parts.hunks;
      await pending.settled();
      const now = pending.of(edit.path);
      if (now && isWhole(now)) {
        const outcomes = outcomeOf({ before, after }, { current: after, hunks: [] });
        return { before, after, file: undefined, outcomes: all("pending", outcomes) };
      }
      const current = now?.current ?? (await this.#parts.hunks.baseline(edit.path));
      const hunks = now?.hunks ?? [];
      return { before, after, file: now, outcomes: outcomeOf({ before, after }, { current, hunks }) };
    }
    const then = await this.#textWhenSettled(edit, chat);
    const outcomes = outcomeOf({ before, after }, { current: then ?? after, hunks: [] });
    if (then !== undefined) return { before, after, file: undefined, outcomes };
    const state = edit.state === "undone" ? "undone" : "kept";
    return { before, after, file: undefined, outcomes: all(state, outcomes) };
  }

  /** What the file held when the last of the edit was decided, if parts of it were decided before: else all of it is alike. */
  #textWhenSettled(
    { editId, path, seq }: EditRecord,
    { session }: Chat,
  ): Promise<string | undefined> | undefined {
    const { events } = session;
    const end = events.findLastIndex((event) => event.type === "reviewed" && event.editIds.includes(editId));
    const last = events[end];
    if (last?.type !== "reviewed") return undefined;
    const ofHunks = events
      .slice(0, end)
      .findLast(
        (event): event is EventOf<"hunks.reviewed"> =>
          event.type === "hunks.reviewed" && event.path === path && event.seq > seq,
      );
    return ofHunks && this.#blob(last.after ?? ofHunks.after);
  }

  async #blob(hash: string): Promise<string | undefined> {
    return hash === "" ? "" : this.#parts.readBlob(hash);
  }
}

const all = (state: HunkOutcome["state"], outcomes: readonly HunkOutcome[]): readonly HunkOutcome[] =>
  outcomes.map(() => ({ state, pending: [] }));
