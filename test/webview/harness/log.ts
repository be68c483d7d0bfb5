import type { Detail, Question, Todo } from "../../../src/core/detail.ts";
import { type AgentEvent, type EventBody, MAIN } from "../../../src/core/event.ts";
import { text } from "../../../src/core/message.ts";
import { Transcript } from "../../../src/core/transcript.ts";
import type { HostToView, Surroundings } from "../../../src/protocol/view.ts";

export const ROOT = "/home/ada/shop";
/** A fixed moment, so that pictures do not change from day to day. */
export const START = Date.UTC(2026, 10, 20, 9, 0, 0);

export const SURROUNDINGS: Surroundings = {
  account: "key",
  isTrusted: true,
  hasFolder: true,
  platform: "linux",
  roots: [ROOT],
  canBypass: true,
  isAway: false,
  models: [
    {
      id: "claude-opus-5",
      name: "Claude Opus 5",
      contextTokens: 1_000_000,
      efforts: ["low", "medium", "high"],
    },
    {
      id: "claude-sonnet-5",
      name: "Claude Sonnet 5",
      contextTokens: 200_000,
      efforts: ["low", "medium", "high"],
    },
    { id: "claude-haiku-5", name: "Claude Haiku 5", contextTokens: 200_000, efforts: [] },
  ],
  slash: [
    { name: "context", description: "Show what fills the model's window" },
    { name: "cost", description: "Show money, tokens and the cache" },
    {
      name: "compact",
      description: "Make room: summarise the conversation so far",
      argumentHint: "[what to keep]",
    },
    { name: "clear", description: "Begin a new chat; this one stays in the history" },
    { name: "model", description: "Choose the model of the next turn", argumentHint: "[name]" },
    { name: "help", description: "Show the commands" },
  ],
  attachments: [],
  model: "",
  effort: "",
  price: { input: 3, output: 15, cacheRead: 0.3, cacheWrite: 3.75 },
};

/** Writes a log the way the engine does, and folds it the way the host does. */
export class Log {
  readonly transcript = new Transcript();
  readonly events: AgentEvent[] = [];
  #seq = 0;
  #at = START;
  #calls = 0;

  add(body: EventBody, agentId = MAIN): AgentEvent {
    const event: AgentEvent = { seq: this.#seq, at: this.#at, agentId, ...body };
    this.#seq += 1;
    this.#at += 40;
    this.transcript.apply(event);
    this.events.push(event);
    return event;
  }

  wait(ms: number): this {
    this.#at += ms;
    return this;
  }

  setUp(): this {
    this.add({ type: "prefix", model: "claude-sonnet-5", system: [], tools: [], effort: "high" });
    return this;
  }

  prompt(words: string): this {
    this.add({ type: "user", content: [text(words)] });
    return this;
  }

  reply(markdown: string, thinking = ""): this {
    this.add({
      type: "assistant",
      content: [...(thinking ? [{ type: "thinking", thinking }] : []), ...(markdown ? [text(markdown)] : [])],
      usage: { inputTokens: 1_840, outputTokens: 620, cacheReadTokens: 21_300, cacheWriteTokens: 2_400 },
      model: "claude-sonnet-5",
      stopReason: "end_turn",
      sawSeq: this.#seq - 1,
    });
    return this;
  }

  /** A call from its start to its end; returns its id. */
  call(name: string, title: string, output: string, options: CallOptions = {}): string {
    const callId = this.start(name, title, options.agentId);
    if (options.edit) this.edit(callId, options.edit, options.agentId);
    this.wait(options.ms ?? 30);
    const outcome = options.outcome ?? "done";
    this.add(
      {
        type: "tool.finished",
        callId,
        isError: outcome !== "done",
        content: output ? [text(output)] : [],
        outcome,
        ...(options.detail && { detail: options.detail }),
      },
      options.agentId,
    );
    return callId;
  }

  start(name: string, title: string, agentId = MAIN): string {
    this.#calls += 1;
    const callId = `call_${this.#calls}`;
    this.add({ type: "tool.started", callId, name, title, accesses: [] }, agentId);
    return callId;
  }

  edit(callId: string, edit: { path: string; added: number; removed: number }, agentId = MAIN): this {
    this.add(
      {
        type: "edit",
        editId: `edit_${callId}`,
        callId,
        path: `${ROOT}/${edit.path}`,
        before: "a",
        after: "b",
        added: edit.added,
        removed: edit.removed,
      },
      agentId,
    );
    return this;
  }

  askPermission(
    name: string,
    title: string,
    detail: Detail,
    suggestions: string[],
    { agentId = MAIN, wider }: { agentId?: string; wider?: string[][] } = {},
  ): string {
    this.#calls += 1;
    const callId = `call_${this.#calls}`;
    this.add(
      {
        type: "permission.asked",
        callId,
        name,
        title,
        access: { kind: "execute", target: title },
        because: "no rule allows it",
        detail,
        hash: `hash_${callId}`,
        suggestions,
        ...(wider && { wider }),
      },
      agentId,
    );
    return callId;
  }

  askQuestions(questions: Question[]): string {
    const callId = this.start("AskUserQuestion", "Ask");
    this.add({ type: "question.asked", callId, questions });
    return callId;
  }

  todos(todos: Todo[]): this {
    this.call("TodoWrite", "Update plan", "", { detail: { kind: "todos", todos } });
    return this;
  }

  finish(
    outcome: "done" | "cancelled" | "failed" | "step_limit",
    error?: { kind: string; message: string; hint: string },
  ): this {
    this.add({ type: "finished", outcome, ...(error && { error }) });
    return this;
  }

  snapshot(
    isRunning = false,
    surroundings: Partial<Surroundings> = {},
    more: { draft?: string; hasOlder?: boolean; sessionId?: string } = {},
  ): HostToView {
    return {
      type: "snapshot",
      protocol: 1,
      sessionId: more.sessionId ?? "session-1",
      rows: [...this.transcript.rows],
      hasOlder: more.hasOlder ?? false,
      status: this.transcript.status,
      isRunning,
      surroundings: { ...SURROUNDINGS, ...surroundings },
      draft: more.draft ?? "",
    };
  }
}

interface CallOptions {
  readonly outcome?: "done" | "failed" | "denied" | "interrupted";
  readonly detail?: Detail;
  readonly ms?: number;
  readonly agentId?: string;
  readonly edit?: { path: string; added: number; removed: number };
}
