import type { EventOf } from "../core/event.ts";
import type { Content, Said } from "./content.ts";
import { GEN_AI, PLUMB } from "./gen-ai.ts";
import { finishWord, idWord, modelWord } from "./safe-words.ts";
import type { Attributes } from "./signals.ts";

/** An agent of the session: the span of what it does now, and what has come together for it. */
export class AgentSpan {
  name: string;
  model = "";
  effort: string | undefined;
  /** Undefined while it has nothing to do. */
  span: string | undefined;
  begunAt = 0;
  /** Requests of this span, whatever became of them. */
  requests = 0;
  /** Replies of this span. */
  steps = 0;
  /** When the newest thing happened that a request could follow. */
  lastAt: number | undefined;
  /** When the first attempt at the request began that is being made again. */
  askedFrom: number | undefined;
  firstChunkAt: number | undefined;
  /** When it began to make room. */
  roomFrom: number | undefined;
  /** Part of a reply is there that never became whole. */
  isAsking = false;
  #failures = 0;
  #used = { input: 0, output: 0, dollars: 0, isPriced: false };
  /** What was said since the last reply; only where that is told. */
  #news: Said[] = [];

  constructor(name: string) {
    this.name = name;
  }

  begin(span: string, at: number): void {
    this.span = span;
    this.begunAt = at;
    this.requests = 0;
    this.steps = 0;
    this.#used = { input: 0, output: 0, dollars: 0, isPriced: false };
  }

  movedAt(at: number): void {
    this.lastAt = at;
  }

  /** An attempt failed, and another one follows. */
  failedAttempt(): void {
    this.#failures += 1;
    this.askedFrom ??= this.lastAt;
    this.firstChunkAt = undefined;
  }

  /** Whether a request is certainly under way. */
  get isWaiting(): boolean {
    return this.isAsking || this.firstChunkAt !== undefined || this.#failures > 0;
  }

  /** There is no request under way any more. */
  answered(): void {
    this.askedFrom = undefined;
    this.firstChunkAt = undefined;
    this.isAsking = false;
    this.#failures = 0;
    this.#news = [];
  }

  ended(): void {
    this.answered();
    this.span = undefined;
  }

  pay(input: number, output: number, dollars: number | undefined): void {
    this.#used.input += input;
    this.#used.output += output;
    this.#used.dollars += dollars ?? 0;
    this.#used.isPriced ||= dollars !== undefined;
  }

  attempts(): Attributes {
    return { ...(this.#failures > 0 && { [PLUMB.attempts]: this.#failures + 1 }) };
  }

  /** What is told of a reply, besides what it used. */
  replyAttributes(
    { messageId, stopReason, content }: EventOf<"assistant">,
    began: number,
    told: Content | undefined,
  ): Attributes {
    const id = messageId === undefined ? undefined : idWord(messageId);
    const finish = finishWord(stopReason);
    return {
      ...(id !== undefined && { [GEN_AI.responseId]: id }),
      [GEN_AI.finishReasons]: [finish],
      ...(this.firstChunkAt !== undefined && {
        [GEN_AI.firstChunk]: Math.max(0, this.firstChunkAt - began) / 1_000,
      }),
      ...(this.effort !== undefined && { [PLUMB.effort]: finishWord(this.effort) }),
      ...this.attempts(),
      ...(told && { ...told.input(this.#news), ...told.output(content, finish) }),
    };
  }

  totals(): Attributes {
    const { input, output, dollars, isPriced } = this.#used;
    return {
      // Known only now: a turn begins before its model is chosen.
      ...(this.model !== "" && { [GEN_AI.requestModel]: modelWord(this.model) }),
      ...{ [GEN_AI.inputTokens]: input, [GEN_AI.outputTokens]: output },
      ...(isPriced && { [PLUMB.cost]: dollars }),
    };
  }

  /** Something that the next request brings to the model; only where that is told. */
  hears(said: Said): void {
    this.#news.push(said);
  }
}
