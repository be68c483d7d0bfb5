import type {
  ContextView,
  Occasion,
  Room,
  RoomEvent,
  SideAnswer,
  SideQuestion,
} from "../../src/core/context.ts";
import { boundaryOf, toRequest } from "../../src/core/conversation.ts";
import type { AgentEvent, EventBody, EventOf } from "../../src/core/event.ts";
import { type Block, NO_USAGE, text } from "../../src/core/message.ts";
import type { ModelRequest } from "../../src/core/model.ts";
import { toBody } from "../../src/models/anthropic-request.ts";
import { MODELS, profileOf } from "./fake-api/models.ts";
import { COMPACT_BETA, parseCreate } from "./fake-api/schema.ts";
import type { Binding } from "./fake-api/thinking.ts";
import { countTokens, type Unit } from "./fake-api/units.ts";
import { validate } from "./fake-api/validate.ts";

/** A part of a reply as a test writes it; thoughts are signed by the server. */
export type Said =
  | { readonly think: string }
  | { readonly say: string }
  | { readonly call: string; readonly name?: string; readonly input?: Record<string, unknown> };

const spec = (name: string) => ({
  name,
  description: name,
  input_schema: { type: "object", properties: {} },
});
const TOOLS = [
  ...["Bash", "Edit", "ExitPlanMode", "Read", "TodoWrite", "ToolSearch", "Write"].map(spec),
  ...["Move", "SearchTranscript"].map((name) => ({ ...spec(name), defer_loading: true })),
];
export const MODEL = "claude-opus-5-5";

/** Throws the strict server's own words when it would refuse the request. What comes back signs what is said next. */
export function accept(request: ModelRequest): { units: Unit[]; binding: Binding } {
  const body = JSON.parse(JSON.stringify(toBody(request, "first-party")));
  const profile = profileOf(MODELS, request.model);
  if (!profile) throw new Error(`There is no model ${request.model}.`);
  return validate(parseCreate(body, "2026-10-21", new Set(), new Set([COMPACT_BETA])), profile);
}

/** A conversation that is written as the loop writes it, with the strict server behind it, but without HTTP or a clock. */
export class Conversation {
  readonly log: AgentEvent[] = [];
  /** Lengths of the log at which a request was sent. */
  readonly sent: number[] = [];
  /** What is answered to a request for a summary, by turns. */
  answers: (SideAnswer | Error)[] = [];
  readonly questions: { question: SideQuestion; request: ModelRequest }[] = [];
  canSign = false;
  readonly #model: string;

  constructor(model = MODEL) {
    this.#model = model;
    this.append({ type: "session", version: "0", cwd: "/w", roots: ["/w"], boundary: "ab12cd34" });
    this.append({ type: "prefix", model, system: ["You are Plumb."], tools: TOOLS });
  }

  append(body: EventBody, agentId = "main"): AgentEvent {
    const event: AgentEvent = { seq: this.log.length, at: this.log.length, agentId, ...body };
    this.log.push(event);
    return event;
  }

  user(words: string, extra: Partial<EventOf<"user">> = {}): AgentEvent {
    return this.append({ ...extra, type: "user", content: [text(words)] });
  }

  request(length = this.log.length): ModelRequest {
    return toRequest(this.log.slice(0, length), "main", 1_000);
  }

  /** Sends what is there and appends the reply. `meanwhile` happens while it streams. */
  reply(parts: readonly Said[], meanwhile: () => void = () => undefined): AgentEvent {
    const sawSeq = this.log.length - 1;
    this.sent.push(this.log.length);
    const { binding, units } = accept(this.request());
    const content = parts.map((part) => toBlock(part, binding, this.#model));
    meanwhile();
    const stopReason = parts.some((part) => "call" in part) ? "tool_use" : "end_turn";
    const usage = { ...NO_USAGE, inputTokens: countTokens(units) };
    return this.append({ type: "assistant", content, usage, model: this.#model, stopReason, sawSeq });
  }

  result(callId: string, words: string, extra: Partial<EventOf<"tool.finished">> = {}): AgentEvent {
    const content = [text(words)];
    return this.append({ isError: false, outcome: "done", content, ...extra, type: "tool.finished", callId });
  }

  /** A whole file, read. */
  read(callId: string, path: string, words: string, hash = `hash of ${words.length}`): void {
    const lineCount = words.split("\n").length;
    this.reply([{ say: `I look at ${path}.` }, { call: callId, name: "Read", input: { file_path: path } }]);
    this.result(callId, words, {
      seen: [{ path, hash, isPartial: false, lines: [[1, lineCount]], lineCount }],
    });
  }

  view(occasion: Occasion = "step", focus = ""): ContextView {
    const log = [...this.log];
    return {
      ...{ agentId: "main", model: this.#model, occasion, focus, maxOutputTokens: 1_000, now: log.length },
      events: log.filter(({ agentId }) => agentId === "main"),
      boundary: boundaryOf(log),
      canSign: async () => this.canSign,
      request: (more = []) =>
        toRequest([...log, ...more.map((body, i) => stamp(body, log.length + i))], "main", 1_000),
      ask: async (question) => this.#answer(question, log),
    };
  }

  /** Does what a strategy wants. */
  make(room: Room | undefined): void {
    for (const event of room?.events ?? []) this.append(event);
  }

  #answer(question: SideQuestion, log: readonly AgentEvent[]): SideAnswer {
    const { upToSeq, prompt, isSigned } = question;
    const seen = log.filter(({ seq, type }) => seq <= upToSeq || type === "cleared" || type === "compacted");
    const plain = toRequest(seen, "main", 1_000);
    const request: ModelRequest = isSigned
      ? { ...plain, compaction: { instructions: prompt } }
      : { ...plain, messages: [...plain.messages, { role: "user", content: [text(prompt)] }] };
    this.questions.push({ question, request });
    const { binding } = accept(request);
    const given = this.answers.shift();
    if (given instanceof Error) throw given;
    if (given) return given;
    const words = "They want it fixed; it is half done.";
    const content = isSigned
      ? [{ type: "compaction", content: words, signature: binding.signSummary(words) }]
      : [text(words)];
    return {
      content,
      usage: { ...NO_USAGE, outputTokens: 7 },
      stopReason: isSigned ? "compaction" : "end_turn",
    };
  }
}

const stamp = (body: RoomEvent, seq: number): AgentEvent => ({ seq, at: seq, agentId: "main", ...body });

function toBlock(part: Said, binding: Binding, model: string): Block {
  if ("think" in part)
    return { type: "thinking", thinking: part.think, signature: binding.sign(model, part.think) };
  const block: Block =
    "say" in part
      ? text(part.say)
      : { type: "tool_use", id: part.call, name: part.name ?? "Bash", input: part.input ?? {} };
  binding.add("assistant", block, JSON.stringify(block));
  return block;
}

/** All that a request holds, as one text. */
export const wholeText = (request: ModelRequest): string => JSON.stringify(request.messages);
export const size = (block: Block): number => Math.ceil(JSON.stringify(block).length / 3);
export const never: AbortSignal = new AbortController().signal;
