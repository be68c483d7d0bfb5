import { NO_USAGE } from "../message.ts";
import { RowStore } from "../row-store.ts";
import type { Row, Status } from "../rows.ts";

const EMPTY: Status = {
  title: "",
  mode: "ask",
  modeWasSet: false,
  model: "",
  effort: "",
  todos: [],
  queue: [],
  total: NO_USAGE,
  contextTokens: 0,
  pendingEdits: [],
  openQuestions: [],
  later: [],
};

/** What has come of a log so far: what a transcript shows, and which call each edit is of. */
export class Folded {
  readonly store: RowStore;
  readonly editCalls = new Map<string, string>();
  #status: Status;

  constructor(rows: readonly Row[] = [], status: Status = EMPTY) {
    this.store = new RowStore(rows);
    this.#status = status;
    this.#indexEdits();
  }

  get status(): Status {
    return this.#status;
  }

  tell(change: Partial<Status>): void {
    this.#status = { ...this.#status, ...change };
  }

  /** It is no longer said that something is so. */
  untell(what: "retry" | "isMakingRoom"): void {
    const { [what]: _, ...rest } = this.#status;
    this.#status = rest;
  }

  prepend(older: readonly Row[]): void {
    this.store.prepend(older);
    this.#indexEdits();
  }

  #indexEdits(): void {
    for (const row of this.store.tools()) {
      for (const edit of row.edits) this.editCalls.set(edit.editId, row.key);
    }
  }
}

/** Rows of what was said are named after the event that said it. */
export const rowKey = ({ agentId, seq }: { readonly agentId: string; readonly seq: number }): string =>
  `${agentId}:${seq}`;
