import { compactionRow, editSummary } from "./compaction-row.ts";
import { type AgentEvent, type EventOf, MAIN } from "./event.ts";
import type { LiveEvent } from "./live-event.ts";
import { addUsage, isToolUse, NO_USAGE, plainText, thinkingText } from "./message.ts";
import { RowStore } from "./row-store.ts";
import { cut, tail, titleOf, visibleText } from "./row-text.ts";
import type { EditState, Row, Status, ToolState } from "./rows.ts";

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

/**
 * Folds events into rows. Total: unknown or out-of-order events change nothing, so an old view survives a newer log.
 */
export class Transcript {
  #store = new RowStore();
  #status: Status = EMPTY;
  readonly #editCalls = new Map<string, string>();

  /** Starts from rows that were folded elsewhere, e.g. the tail a host sent to its panel. */
  static from(rows: readonly Row[], status: Status): Transcript {
    const transcript = new Transcript();
    transcript.#store = new RowStore(rows);
    transcript.#status = status;
    transcript.#indexEdits();
    return transcript;
  }

  get rows(): readonly Row[] {
    return this.#store.rows;
  }
  get status(): Status {
    return this.#status;
  }

  /** Puts rows that are older than all others in front of them. */
  prepend(older: readonly Row[]): void {
    this.#store.prepend(older);
    this.#indexEdits();
  }

  #indexEdits(): void {
    for (const row of this.#store.tools()) {
      for (const edit of row.edits) this.#editCalls.set(edit.editId, row.key);
    }
  }

  apply(event: AgentEvent): void {
    if (this.#status.isMakingRoom && event.agentId === MAIN) this.#endRoom();
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
      case "reverted":
        return this.#reverted(event);
      case "rewound":
        return this.#notice(event, "rewound", rewoundText(event));
      case "rewound.back":
        return this.#notice(event, "info", "The rewind was undone.");
      case "moved":
        return this.#moved(event);
      case "compacted":
      case "cleared":
        return this.#compaction(event);
      case "notice":
        return this.#notice(event, event.kind, event.text);
      case "finished":
        return this.#finished(event);
      case "later.decided":
        return this.#laterDecided(event);
      case "classified":
        this.#status = { ...this.#status, total: addUsage(this.#status.total, event.usage) };
        return;
      default:
        return this.#state(event);
    }
  }

  applyLive(live: LiveEvent): void {
    if (this.#status.isMakingRoom && live.agentId === MAIN) this.#endRoom();
    switch (live.type) {
      case "room":
        if (live.agentId === MAIN) this.#status = { ...this.#status, isMakingRoom: true };
        return;
      case "text":
      case "thinking":
        return this.#delta(live.type === "text" ? "reply" : "thinking", live.agentId, live.delta);
      case "call":
        return this.#writing(live);
      case "progress":
        return this.#store.update(live.callId, (row) => ({ ...row, output: tail(row.output + live.text) }));
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

  #prompt(event: EventOf<"user">): void {
    const key = keyOf(event);
    const images = event.content.filter((block) => block.type === "image").length;
    if (event.agentId === MAIN && this.#status.title === "" && event.origin !== "task") {
      this.#status = { ...this.#status, title: titleOf(event.content) };
    }
    this.#store.add({
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
    this.#store.settle(
      agentId,
      "thinking",
      thinking
        ? { kind: "thinking", key: `${keyOf(event)}:t`, agentId, text: cut(thinking), isStreaming: false }
        : undefined,
    );
    this.#store.settle(
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

  #partial(event: EventOf<"partial">): void {
    const { agentId } = event;
    const key = keyOf(event);
    this.#store.settle(
      agentId,
      "thinking",
      event.thinking
        ? { kind: "thinking", key: `${key}:t`, agentId, text: cut(event.thinking), isStreaming: false }
        : undefined,
    );
    this.#store.settle(
      agentId,
      "reply",
      event.text
        ? { kind: "reply", key, agentId, markdown: event.text, isStreaming: false, wasCut: true }
        : undefined,
    );
    this.#dropWriting(agentId);
  }

  #delta(kind: "reply" | "thinking", agentId: string, delta: string): void {
    const row = this.#store.streaming(agentId, kind);
    if ("newKey" in row) {
      const key = row.newKey;
      this.#store.add(
        kind === "reply"
          ? { kind, key, agentId, markdown: delta, isStreaming: true, wasCut: false }
          : { kind, key, agentId, text: delta, isStreaming: true },
      );
    } else if (row.kind === "reply") {
      this.#store.stream({ ...row, markdown: row.markdown + delta });
    } else if (row.kind === "thinking") {
      this.#store.stream({ ...row, text: row.text + delta });
    }
    if (this.#status.retry && agentId === MAIN) {
      const { retry: _, ...rest } = this.#status;
      this.#status = rest;
    }
  }

  #writing(live: Extract<LiveEvent, { type: "call" }>): void {
    this.#call(live.agentId, live.callId, live.name, "writing");
    this.#store.update(live.callId, (row) => ({ ...row, title: live.preview || live.name }));
  }

  #call(agentId: string, callId: string, name: string, state: ToolState = "waiting"): void {
    if (this.#store.tool(callId)) {
      this.#store.update(callId, (row) => (row.state === "writing" ? { ...row, state } : row));
      return;
    }
    this.#store.add({
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
    this.#store.settle(agentId, "thinking", undefined);
    this.#store.settle(agentId, "reply", undefined);
    this.#dropWriting(agentId);
  }

  /** A call that was still being written when its reply was cut never existed. */
  #dropWriting(agentId: string): void {
    for (const { key, agentId: owner, state } of this.#store.tools()) {
      if (owner === agentId && state === "writing") this.#store.remove(key);
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
      const { because, detail, hash, suggestions, wider, title } = event;
      this.#store.update(event.callId, (row) => ({
        ...row,
        name: event.name,
        title,
        state: "asking",
        approval: { because, detail, hash, suggestions, ...(wider && { wider }) },
      }));
    } else if (event.type === "permission.decided") {
      if (event.later !== undefined) return this.#putOff(event.callId, event.later);
      const { verdict, by, because, scope } = event;
      this.#store.update(event.callId, ({ approval, ...row }) => ({
        ...row,
        // What was rejected can still be read.
        ...(approval?.detail.kind === "plan" && { detail: approval.detail }),
        // While it runs it can be asked about more, and goes on whatever the answer is.
        ...(row.startedAt > 0
          ? { state: "running" }
          : {
              state: verdict === "allow" ? "waiting" : "denied",
              decided: { verdict, by, because, ...(scope && { scope }) },
            }),
      }));
    } else if (event.type === "question.asked") {
      // A question of ours: no call of the model's has a row for it.
      if (event.title !== undefined) this.#call(event.agentId, event.callId, "AskUserQuestion");
      this.#store.update(event.callId, (row) => ({
        ...row,
        ...(event.title !== undefined && { title: event.title }),
        state: "asking",
        questions: event.questions,
      }));
    } else {
      this.#store.update(event.callId, (row) => ({ ...row, state: "running", answers: event.answers }));
    }
  }

  #putOff(callId: string, number: number): void {
    const row = this.#store.tool(callId);
    if (!row?.approval) return;
    const { name, title, approval } = row;
    this.#status = {
      ...this.#status,
      later: [...this.#status.later, { callId, number, name, title, approval }],
    };
    this.#store.update(callId, ({ approval: _, ...rest }) => ({ ...rest, state: "later" }));
  }

  #laterDecided({ callId, verdict }: EventOf<"later.decided">): void {
    this.#status = { ...this.#status, later: this.#status.later.filter((card) => card.callId !== callId) };
    const because = verdict === "allow" ? "allowed later, for the next such call" : "denied later";
    this.#store.update(callId, (row) => ({ ...row, decided: { verdict, by: "user", because } }));
  }

  #tool(event: EventOf<"tool.started" | "tool.finished">): void {
    if (event.type === "tool.started") {
      this.#call(event.agentId, event.callId, event.name);
      this.#store.update(event.callId, (row) => ({
        ...row,
        name: event.name,
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
    this.#store.update(event.callId, ({ approval: _, ...row }) => ({
      ...row,
      state: row.state === "later" ? "later" : event.outcome,
      endedAt: event.at,
      output: cut(plainText(event.content)),
      detail: event.detail ?? row.detail,
    }));
  }

  #edit(event: EventOf<"edit" | "edit.failed" | "reviewed">): void {
    if (event.type === "edit") {
      const { editId, path, added, removed, callId, by, from } = event;
      if (from !== undefined) this.#moved({ from, to: path });
      const whose = by === undefined || by === "agent" ? {} : { by };
      const moved = from === undefined ? {} : { from };
      const edit: EditState = { editId, path, state: "pending", added, removed, ...whose, ...moved };
      this.#editCalls.set(editId, callId);
      this.#store.update(callId, (row) => ({ ...row, edits: [...row.edits, edit] }));
      this.#status = { ...this.#status, pendingEdits: [...this.#status.pendingEdits, edit] };
      return;
    }
    const ids = event.type === "reviewed" ? event.editIds : [event.editId];
    const state = event.type === "reviewed" ? event.verdict : "failed";
    for (const id of ids) {
      const callId = this.#editCalls.get(id);
      if (callId === undefined) continue;
      this.#store.update(callId, (row) => ({
        ...row,
        edits: row.edits.map((edit) => (edit.editId === id ? { ...edit, state } : edit)),
      }));
    }
    this.#status = {
      ...this.#status,
      pendingEdits: this.#status.pendingEdits.filter((edit) => !ids.includes(edit.editId)),
    };
  }

  /** Edits wait again, or count as kept again. */
  #reverted({ now }: EventOf<"reverted">): void {
    const open = new Map(this.#status.pendingEdits.map((edit) => [edit.editId, edit]));
    for (const [ids, state] of [[now.pending, "pending"] as const, [now.kept, "kept"] as const]) {
      for (const id of ids) {
        this.#store.update(this.#editCalls.get(id) ?? "", (row) => {
          const edits = row.edits.map((edit) => (edit.editId === id ? { ...edit, state } : edit));
          const found = edits.find((edit) => edit.editId === id);
          if (found && state === "pending") open.set(id, found);
          return { ...row, edits };
        });
      }
    }
    this.#status = { ...this.#status, pendingEdits: [...open.values()] };
  }

  #moved({ from, to }: Pick<EventOf<"moved">, "from" | "to">): void {
    const follow = (edit: EditState): EditState => (edit.path === from ? { ...edit, path: to } : edit);
    for (const { key, edits } of this.#store.tools()) {
      if (edits.some(({ path }) => path === from))
        this.#store.update(key, (row) => ({ ...row, edits: row.edits.map(follow) }));
    }
    this.#status = { ...this.#status, pendingEdits: this.#status.pendingEdits.map(follow) };
  }

  /** Whatever comes next says that it is over. */
  #endRoom(): void {
    const { isMakingRoom: _, ...rest } = this.#status;
    this.#status = rest;
  }

  #compaction(event: EventOf<"compacted" | "cleared">): void {
    if (event.agentId === MAIN && event.tokensAfter !== undefined)
      this.#status = { ...this.#status, contextTokens: event.tokensAfter };
    const isEdit = event.type === "compacted" && event.strategy === "edited";
    if (isEdit && this.#store.replaceLast(event.agentId, (row) => editSummary(row, event))) return;
    this.#store.add(compactionRow(event));
  }

  #notice(event: AgentEvent, notice: string, text: string): void {
    this.#store.add({ kind: "notice", key: keyOf(event), agentId: event.agentId, notice, text });
  }

  /** After a crash nobody says how a call ended; that its turn is over is said by what begins next. */
  #interruptOpen(agentId: string): void {
    for (const { key, agentId: owner, state } of this.#store.tools()) {
      if ((state !== "running" && state !== "waiting") || (agentId !== MAIN && owner !== agentId)) continue;
      this.#store.update(key, (row) => ({ ...row, state: "interrupted", endedAt: row.startedAt }));
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
    this.#store.add({
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
const rewoundText = ({ session, text, files }: EventOf<"rewound">): string => {
  if (session !== undefined)
    return `You went back to before “${text}”. The conversation goes on in another one.`;
  const what = files === 1 ? "1 file is" : `${files} files are`;
  return `${what} as before ${text === "" ? "this conversation" : `“${text}”`}, apart from your own changes.`;
};
const keyOf = (event: AgentEvent): string => `${event.agentId}:${event.seq}`;
