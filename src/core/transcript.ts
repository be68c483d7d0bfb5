import { type AgentEvent, type EventOf, type LiveEvent, MAIN, parentCallOf } from "./event.ts";
import { addUsage, isToolUse, NO_USAGE, plainText, thinkingText } from "./message.ts";
import { cut, tail, titleOf, visibleText } from "./row-text.ts";
import type { EditState, Row, Status, ToolRow, ToolState } from "./rows.ts";

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
};

type Home = { readonly list: Row[]; readonly parentKey: string | undefined };

/**
 * Folds events into rows. Total: unknown or out-of-order events change nothing, so an old view survives a newer log.
 * Rows are replaced, never mutated, so a view may compare them by identity; every step is O(1) in the log's length.
 */
export class Transcript {
  #rows: Row[] = [];
  #status: Status = EMPTY;
  /** Where a tool row lives: its list and index, so that an update does not search. */
  readonly #places = new Map<string, { home: Home; index: number }>();
  /** Open streaming rows, by agent and kind. */
  readonly #streams = new Map<string, { home: Home; index: number }>();
  readonly #editCalls = new Map<string, string>();

  /** Starts from rows that were folded elsewhere, e.g. the tail a host sent to its panel. */
  static from(rows: readonly Row[], status: Status): Transcript {
    const transcript = new Transcript();
    transcript.#rows = [...rows];
    transcript.#status = status;
    transcript.#index(transcript.#rows, undefined);
    return transcript;
  }

  get rows(): readonly Row[] {
    return this.#rows;
  }
  get status(): Status {
    return this.#status;
  }

  /** Puts rows that are older than all others in front of them. */
  prepend(older: readonly Row[]): void {
    this.#rows.unshift(...older);
    this.#places.clear();
    this.#streams.clear();
    this.#index(this.#rows, undefined);
  }

  #index(list: Row[], parentKey: string | undefined): void {
    for (const [index, row] of list.entries()) {
      const place = { home: { list, parentKey }, index };
      if (row.kind === "tool") {
        this.#places.set(row.key, place);
        for (const edit of row.edits) this.#editCalls.set(edit.editId, row.key);
        this.#index(row.children, row.key);
      } else if ((row.kind === "reply" || row.kind === "thinking") && row.isStreaming) {
        this.#streams.set(`${row.agentId}:${row.kind}`, place);
      }
    }
  }

  apply(event: AgentEvent): void {
    switch (event.type) {
      case "user":
        return this.#prompt(event);
      case "assistant":
        return this.#assistant(event);
      case "partial":
        return this.#partial(event);
      case "permission.asked":
      case "permission.decided":
      case "question.asked":
      case "question.answered":
        return this.#asking(event);
      case "tool.started":
      case "tool.finished":
        return this.#tool(event);
      case "edit":
      case "edit.failed":
      case "reviewed":
        return this.#edit(event);
      case "compacted":
        return this.#notice(event, "compacted", "Earlier conversation summarised.");
      case "notice":
        return this.#notice(event, event.kind, event.text);
      case "finished":
        return this.#finished(event);
      default:
        return this.#state(event);
    }
  }

  applyLive(live: LiveEvent): void {
    switch (live.type) {
      case "text":
      case "thinking":
        return this.#delta(live.type === "text" ? "reply" : "thinking", live.agentId, live.delta);
      case "call":
        return this.#writing(live);
      case "progress":
        return this.#update(live.callId, (row) => ({ ...row, output: tail(row.output + live.text) }));
      case "retry":
        if (live.agentId === MAIN) {
          const { atMs, attempt, maxAttempts, reason } = live;
          this.#status = { ...this.#status, retry: { atMs, attempt, maxAttempts, reason } };
        }
        return;
      case "discarded":
        return this.#discard(live.agentId);
      default:
        live satisfies never;
    }
  }

  #state(event: AgentEvent): void {
    const change = stateChange(event);
    if (change && (event.agentId === MAIN || event.type === "mode"))
      this.#status = { ...this.#status, ...change };
  }

  #home(agentId: string): Home {
    const parentKey = parentCallOf(agentId);
    const place = parentKey === undefined ? undefined : this.#places.get(parentKey);
    const parent = place?.home.list[place.index];
    if (parentKey === undefined || parent?.kind !== "tool") return { list: this.#rows, parentKey: undefined };
    return { list: parent.children, parentKey };
  }

  #add(row: Row): void {
    const home = this.#home(row.agentId);
    home.list.push(row);
    const place = { home, index: home.list.length - 1 };
    if (row.kind === "tool") this.#places.set(row.key, place);
    if ((row.kind === "reply" || row.kind === "thinking") && row.isStreaming)
      this.#streams.set(`${row.agentId}:${row.kind}`, place);
    this.#touch(home.parentKey);
  }

  /** A parent row is replaced when a row under it changes, so that identity tells the view what to draw again. */
  #touch(key: string | undefined): void {
    if (key !== undefined) this.#update(key, (row) => ({ ...row }));
  }

  #update(key: string, change: (row: ToolRow) => ToolRow): void {
    const place = this.#places.get(key);
    const row = place?.home.list[place.index];
    if (!place || row?.kind !== "tool") return;
    place.home.list[place.index] = change(row);
    this.#touch(place.home.parentKey);
  }

  #prompt(event: EventOf<"user">): void {
    const key = keyOf(event);
    const images = event.content.filter((block) => block.type === "image").length;
    if (event.agentId === MAIN && this.#status.title === "" && event.origin !== "task") {
      this.#status = { ...this.#status, title: titleOf(event.content) };
    }
    this.#add({
      kind: "prompt",
      key,
      agentId: event.agentId,
      text: cut(visibleText(event.content)),
      images,
      origin: event.origin ?? "user",
      seq: event.seq,
    });
  }

  #assistant(event: EventOf<"assistant">): void {
    const { agentId } = event;
    const thinking = thinkingText(event.content);
    const markdown = plainText(event.content);
    this.#settle(
      agentId,
      "thinking",
      thinking
        ? { kind: "thinking", key: `${keyOf(event)}:t`, agentId, text: cut(thinking), isStreaming: false }
        : undefined,
    );
    this.#settle(
      agentId,
      "reply",
      markdown.trim()
        ? { kind: "reply", key: keyOf(event), agentId, markdown, isStreaming: false, wasCut: false }
        : undefined,
    );
    for (const block of event.content) if (isToolUse(block)) this.#call(agentId, block.id, block.name);
    const total = addUsage(this.#status.total, event.usage);
    const { inputTokens, cacheReadTokens, cacheWriteTokens, outputTokens } = event.usage;
    const contextTokens =
      agentId === MAIN
        ? inputTokens + cacheReadTokens + cacheWriteTokens + outputTokens
        : this.#status.contextTokens;
    const { retry: _, ...rest } = this.#status;
    this.#status = { ...rest, total, contextTokens };
  }

  /** The durable row takes the place of the one that streamed. */
  #settle(agentId: string, kind: "reply" | "thinking", row: Row | undefined): void {
    const place = this.#streams.get(`${agentId}:${kind}`);
    this.#streams.delete(`${agentId}:${kind}`);
    if (!place) {
      if (row) this.#add(row);
      return;
    }
    const streamed = place.home.list[place.index];
    if (row && streamed) {
      // The key stays, so that the view keeps the element, its scroll place and its selection.
      place.home.list[place.index] = { ...row, key: streamed.key };
    } else if (streamed) {
      place.home.list[place.index] = {
        kind: "notice",
        key: streamed.key,
        agentId,
        notice: "empty",
        text: "",
      };
    }
    this.#touch(place.home.parentKey);
  }

  #partial(event: EventOf<"partial">): void {
    const { agentId } = event;
    const key = keyOf(event);
    this.#settle(
      agentId,
      "thinking",
      event.thinking
        ? { kind: "thinking", key: `${key}:t`, agentId, text: cut(event.thinking), isStreaming: false }
        : undefined,
    );
    this.#settle(
      agentId,
      "reply",
      event.text
        ? { kind: "reply", key, agentId, markdown: event.text, isStreaming: false, wasCut: true }
        : undefined,
    );
    this.#dropWriting(agentId);
  }

  #delta(kind: "reply" | "thinking", agentId: string, delta: string): void {
    const place = this.#streams.get(`${agentId}:${kind}`);
    const row = place?.home.list[place.index];
    if (!place || !row) {
      const key = `live:${agentId}:${kind}:${this.#places.size}:${this.#home(agentId).list.length}`;
      if (kind === "reply")
        this.#add({ kind, key, agentId, markdown: delta, isStreaming: true, wasCut: false });
      else this.#add({ kind, key, agentId, text: delta, isStreaming: true });
    } else {
      if (row.kind === "reply") place.home.list[place.index] = { ...row, markdown: row.markdown + delta };
      if (row.kind === "thinking") place.home.list[place.index] = { ...row, text: row.text + delta };
      this.#touch(place.home.parentKey);
    }
    if (this.#status.retry && agentId === MAIN) {
      const { retry: _, ...rest } = this.#status;
      this.#status = rest;
    }
  }

  #writing(live: Extract<LiveEvent, { type: "call" }>): void {
    this.#call(live.agentId, live.callId, live.name, "writing");
    this.#update(live.callId, (row) => ({ ...row, title: live.preview || live.name }));
  }

  #call(agentId: string, callId: string, name: string, state: ToolState = "waiting"): void {
    if (this.#places.has(callId)) {
      this.#update(callId, (row) => (row.state === "writing" ? { ...row, state } : row));
      return;
    }
    this.#add({
      kind: "tool",
      key: callId,
      agentId,
      name,
      title: name,
      state,
      output: "",
      startedAt: 0,
      endedAt: 0,
      edits: [],
      children: [],
    });
  }

  #discard(agentId: string): void {
    this.#settle(agentId, "thinking", undefined);
    this.#settle(agentId, "reply", undefined);
    this.#dropWriting(agentId);
  }

  /** A call that was still being written when its reply was cut never existed. */
  #dropWriting(agentId: string): void {
    for (const [key, place] of this.#places) {
      const row = place.home.list[place.index];
      if (row?.kind !== "tool" || row.agentId !== agentId || row.state !== "writing") continue;
      place.home.list[place.index] = { kind: "notice", key, agentId, notice: "empty", text: "" };
      this.#places.delete(key);
      this.#touch(place.home.parentKey);
    }
  }

  #asking(
    event: EventOf<"permission.asked" | "permission.decided" | "question.asked" | "question.answered">,
  ): void {
    const open = this.#status.openQuestions.filter((id) => id !== event.callId);
    const isOpen = event.type === "permission.asked" || event.type === "question.asked";
    this.#status = { ...this.#status, openQuestions: isOpen ? [...open, event.callId] : open };
    if (event.type === "permission.asked") {
      this.#call(event.agentId, event.callId, event.name);
      const { because, detail, hash, suggestions, title } = event;
      this.#update(event.callId, (row) => ({
        ...row,
        title,
        state: "asking",
        approval: { because, detail, hash, suggestions },
      }));
    } else if (event.type === "permission.decided") {
      this.#update(event.callId, ({ approval: _, ...row }) => ({
        ...row,
        state: event.verdict === "allow" ? "waiting" : "denied",
      }));
    } else if (event.type === "question.asked") {
      this.#update(event.callId, (row) => ({ ...row, state: "asking", questions: event.questions }));
    } else {
      this.#update(event.callId, (row) => ({ ...row, state: "running", answers: event.answers }));
    }
  }

  #tool(event: EventOf<"tool.started" | "tool.finished">): void {
    if (event.type === "tool.started") {
      this.#call(event.agentId, event.callId, event.name);
      this.#update(event.callId, (row) => ({
        ...row,
        title: event.title,
        state: "running",
        startedAt: event.at,
        detail: event.detail ?? row.detail,
        ...(event.detail?.kind === "command" && { command: event.detail.command }),
      }));
      return;
    }
    const open = this.#status.openQuestions;
    if (open.includes(event.callId)) {
      this.#status = { ...this.#status, openQuestions: open.filter((id) => id !== event.callId) };
    }
    if (event.detail?.kind === "todos" && event.agentId === MAIN)
      this.#status = { ...this.#status, todos: event.detail.todos };
    this.#update(event.callId, ({ approval: _, ...row }) => ({
      ...row,
      state: event.outcome,
      endedAt: event.at,
      output: cut(plainText(event.content)),
      detail: event.detail ?? row.detail,
    }));
  }

  #edit(event: EventOf<"edit" | "edit.failed" | "reviewed">): void {
    if (event.type === "edit") {
      const { editId, path, added, removed, callId } = event;
      const edit: EditState = { editId, path, state: "pending", added, removed };
      this.#editCalls.set(editId, callId);
      this.#update(callId, (row) => ({ ...row, edits: [...row.edits, edit] }));
      this.#status = { ...this.#status, pendingEdits: [...this.#status.pendingEdits, edit] };
      return;
    }
    const ids = event.type === "reviewed" ? event.editIds : [event.editId];
    const state = event.type === "reviewed" ? event.verdict : "failed";
    for (const id of ids) {
      const callId = this.#editCalls.get(id);
      if (callId === undefined) continue;
      this.#update(callId, (row) => ({
        ...row,
        edits: row.edits.map((edit) => (edit.editId === id ? { ...edit, state } : edit)),
      }));
    }
    this.#status = {
      ...this.#status,
      pendingEdits: this.#status.pendingEdits.filter((edit) => !ids.includes(edit.editId)),
    };
  }

  #notice(event: AgentEvent, notice: string, text: string): void {
    this.#add({ kind: "notice", key: keyOf(event), agentId: event.agentId, notice, text });
  }

  /** After a crash nobody says how a call ended; that its turn is over is said by what begins next. */
  #interruptOpen(agentId: string): void {
    for (const [callId, { home, index }] of this.#places) {
      const row = home.list[index];
      if (row?.kind !== "tool" || (row.state !== "running" && row.state !== "waiting")) continue;
      if (agentId === MAIN || row.agentId === agentId)
        this.#update(callId, (open) => ({ ...open, state: "interrupted", endedAt: open.startedAt }));
    }
  }

  #finished(event: EventOf<"finished">): void {
    this.#discard(event.agentId);
    this.#interruptOpen(event.agentId);
    if (event.agentId === MAIN) {
      const { retry: _, ...rest } = this.#status;
      this.#status = rest;
    }
    if (event.agentId !== MAIN && event.outcome === "done") return;
    this.#add({
      kind: "finished",
      key: keyOf(event),
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
const keyOf = (event: AgentEvent): string => `${event.agentId}:${event.seq}`;
