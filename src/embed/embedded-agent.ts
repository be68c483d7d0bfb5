import type { App } from "../app/app.ts";
import { chooseMode, chooseModel } from "../cli/choices.ts";
import type { Structured } from "../cli/structured.ts";
import { takeTurn } from "../cli/take-turn.ts";
import type { PriceOf } from "../core/cost.ts";
import { AgentError } from "../core/errors.ts";
import type { AgentEvent as Logged, Outcome } from "../core/event.ts";
import { NOBODY, type Whereabouts } from "../core/presence.ts";
import { SessionCost } from "../core/session-cost.ts";
import { EFFORTS, MODES } from "./flags-of.ts";
import { blocksOf } from "./message-blocks.ts";
import { Reader } from "./reader.ts";
import { shownEvent, shownLive } from "./shown-event.ts";
import type {
  Agent,
  AgentEvent,
  Effort,
  MessagePart,
  PermissionEvent,
  PermissionMode,
  PermissionReply,
  QuestionEvent,
  QuestionReply,
  TurnResult,
} from "./surface.ts";
import { turnResult } from "./turn-result.ts";

interface Parts {
  /** Whether the program answers what is asked, as long as it reads. */
  readonly answers: boolean;
  readonly whereabouts: Whereabouts;
  readonly mayBypass: boolean;
  readonly structured: Structured | undefined;
  readonly problems: readonly string[];
  readonly priceOf: PriceOf;
}
type Begun = Outcome | "queued" | "idle";

/** A conversation for the program that holds it: a projection of the log, and the person who answers. */
export class EmbeddedAgent implements Agent {
  readonly problems: readonly string[];
  readonly #app: App;
  readonly #parts: Parts;
  readonly #readers = new Set<Reader>();
  readonly #cost = new SessionCost();
  readonly #work = new Set<Promise<unknown>>();
  #closing: Promise<void> | undefined;

  constructor(app: App, parts: Parts) {
    this.#app = app;
    this.#parts = parts;
    this.problems = parts.problems;
    for (const event of app.session.events) this.#cost.apply(event);
    app.session.subscribe((event) => {
      if ("durable" in event) this.#hear(event.durable);
      else this.#tell(shownLive(event.live));
    });
  }

  get sessionId(): string {
    return this.#app.session.id;
  }

  get isRunning(): boolean {
    return this.#work.size > 0 || this.#app.isRunning;
  }

  /** Whether what is asked can be answered: nobody hears of it without a reader. */
  get isAnswering(): boolean {
    return this.#parts.answers && this.#readers.size > 0;
  }

  events(): AsyncIterableIterator<AgentEvent> {
    const reader = new Reader(() => {
      this.#readers.delete(reader);
      this.#readersChanged();
    });
    if (this.#closing !== undefined) reader.end();
    else this.#readers.add(reader);
    this.#readersChanged();
    return reader;
  }

  /** Without a reader nobody hears what is asked, and it would wait for ever. */
  #readersChanged(): void {
    this.#parts.whereabouts.set(this.isAnswering ? { place: "caller" } : NOBODY);
  }

  #hear(event: Logged): void {
    this.#cost.apply(event);
    const isQuestion = event.type === "question.asked";
    // Of money nobody is asked whose limit was given from the beginning.
    if (isQuestion && event.title !== undefined) {
      queueMicrotask(() => this.#app.declineQuestions(event.callId));
      return;
    }
    const isAsking = isQuestion || event.type === "permission.asked";
    if (!isAsking || (this.isAnswering && this.#app.mode !== "dontAsk")) this.#tell(shownEvent(event));
  }

  #tell(event: AgentEvent | undefined): void {
    if (event) for (const reader of this.#readers) reader.push(event);
  }

  async send(message: string | readonly MessagePart[]): Promise<TurnResult> {
    this.#refuseClosed();
    const blocks = blocksOf(message);
    const { result } = await this.#run(() => takeTurn(this.#app, blocks, this.#parts));
    return result;
  }

  setModel(model: string, effort?: Effort): void {
    this.#refuseClosed();
    if (effort !== undefined && !EFFORTS.includes(effort))
      throw new AgentError("invalid_input", `There is no effort ${JSON.stringify(effort)}.`);
    chooseModel(this.#app, model, effort);
  }

  setMode(mode: PermissionMode): void {
    this.#refuseClosed();
    if (!MODES.includes(mode))
      throw new AgentError("invalid_input", `There is no mode ${JSON.stringify(mode)}.`);
    chooseMode(this.#app, mode, this.#parts.mayBypass);
  }

  async resume(): Promise<TurnResult | undefined> {
    this.#refuseClosed();
    // The answer of a turn before is not the answer of this one.
    if (!this.#app.isRunning) this.#parts.structured?.begin();
    const { outcome, result } = await this.#run(() => this.#app.resume());
    return outcome === "idle" ? undefined : result;
  }

  async #run(begin: () => Promise<Begun>): Promise<{ outcome: Begun; result: TurnResult }> {
    const { session } = this.#app;
    const from = session.lastSeq;
    const before = [...this.#work];
    const work = begin().then(async (outcome) => {
      // It is part of a turn that runs already.
      if (outcome === "queued") await Promise.allSettled([...before, this.#idle()]);
      const { dollars } = this.#cost.figures(this.#parts.priceOf);
      const events = session.events.filter(({ seq }) => seq > from);
      const answer = this.#parts.structured?.answer;
      const result = turnResult(events, outcome, dollars);
      return { outcome, result: answer ? { ...result, structured: answer.value } : result };
    });
    this.#work.add(work);
    try {
      return await work;
    } finally {
      this.#work.delete(work);
    }
  }

  #idle(): Promise<void> {
    if (!this.#app.isRunning) return Promise.resolve();
    return new Promise((resolve) => {
      const stop = this.#app.onRunning((isRunning) => {
        if (isRunning) return;
        stop();
        resolve();
      });
    });
  }

  answer(asked: PermissionEvent, reply: PermissionReply): boolean;
  answer(asked: QuestionEvent, reply: QuestionReply): boolean;
  answer(asked: PermissionEvent | QuestionEvent, reply: PermissionReply | QuestionReply): boolean {
    if (asked.type === "question") return this.#answerQuestions(asked, reply);
    const { callId, hash } = asked;
    if ("verdict" in reply && reply.verdict === "allow") {
      const { scope = "once", rules, input } = reply;
      const more = { ...(rules && { rules }), ...(input !== undefined && { input }) };
      return this.#app.answerPermission({ callId, hash, verdict: "allow", scope, ...more });
    }
    // What is neither is no.
    const feedback = "message" in reply && reply.message ? { feedback: reply.message } : {};
    return this.#app.answerPermission({ callId, hash, verdict: "deny", scope: "once", ...feedback });
  }

  #answerQuestions({ callId }: QuestionEvent, reply: PermissionReply | QuestionReply): boolean {
    if ("answers" in reply) return this.#app.answerQuestions(callId, reply.answers);
    return this.#app.declineQuestions(callId, "declined" in reply ? reply.declined : "");
  }

  async cancel(): Promise<void> {
    this.#app.stop();
    await Promise.allSettled([...this.#work, this.#idle()]);
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    try {
      // A card that is open stays so: it is asked again when the session goes on.
      await this.#app.close();
      await Promise.allSettled(this.#work);
    } finally {
      for (const reader of this.#readers) reader.end();
      this.#readers.clear();
    }
  }

  #refuseClosed(): void {
    if (this.#closing !== undefined) throw new AgentError("locked", "This agent is closed.");
  }
}
