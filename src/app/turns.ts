import type { Agent, Environment } from "../core/agent.ts";
import type { Room } from "../core/context.ts";
import { lastPrefix, owesReply } from "../core/conversation.ts";
import { toAgentError } from "../core/errors.ts";
import { MAIN, type Outcome } from "../core/event.ts";
import { runAgent } from "../core/loop.ts";
import { makeRoom } from "../core/make-room.ts";
import { isPlanWaiting } from "../core/plan-waiting.ts";
import type { Session } from "../core/session.ts";
import type { Transcript } from "../core/transcript.ts";

interface Parts {
  readonly session: Session;
  readonly transcript: Transcript;
  /** Made anew for every turn; `main` for every message, because the model may be changed in between. */
  readonly agents: () => Promise<{ main: () => Agent; env: Environment }>;
  readonly now: () => number;
}

/** Runs one turn at a time, and what waits in the queue after it. */
export class Turns {
  readonly #parts: Parts;
  readonly #listeners = new Set<(isRunning: boolean) => void>();
  #turn: AbortController | undefined;
  /** Settles with the turn that runs, or has with the last one; never rejects. */
  #ended: Promise<unknown> = Promise.resolve();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  get isRunning(): boolean {
    return this.#turn !== undefined;
  }

  onRunning(listener: (isRunning: boolean) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  stop(): void {
    this.#turn?.abort();
  }

  async ended(): Promise<void> {
    await this.#ended;
  }

  run(): Promise<Outcome> {
    const running = this.#run();
    this.#ended = running.catch(() => undefined);
    return running;
  }

  /**
   * Makes room while no turn runs; none can begin meanwhile. What is said meanwhile is answered afterwards. Rejects when it
   * could not be done, or was stopped.
   */
  makeRoom(focus: string): Promise<Room | undefined> {
    const making = this.#makeRoom(focus);
    this.#ended = making.catch(() => undefined);
    return making;
  }

  async #makeRoom(focus: string): Promise<Room | undefined> {
    const { session, transcript, agents } = this.#parts;
    const turn = new AbortController();
    this.#turn = turn;
    this.#tell();
    const waited = () => owesReply(session.events, MAIN) || transcript.status.queue.length > 0;
    const waitedBefore = waited();
    try {
      const before = lastPrefix(session.events, MAIN);
      // The model that has the conversation in its cache, also when another one was chosen since.
      if (!before) return undefined;
      const { main, env } = await agents();
      const { effort: _, ...agent } = main();
      const { model, effort } = before;
      const same = { ...agent, model, ...(effort !== undefined && { effort }) };
      return await makeRoom(same, env, turn.signal, "hand", focus);
    } finally {
      this.#turn = undefined;
      this.#tell();
      const isNews = !waitedBefore && waited() && !turn.signal.aborted;
      if (isNews && !this.isRunning && this.#nextFromQueue()) void this.run();
    }
  }

  async #run(): Promise<Outcome> {
    const turn = new AbortController();
    this.#turn = turn;
    this.#tell();
    try {
      const { main, env } = await this.#parts.agents();
      let outcome = await runAgent(main(), env, turn.signal);
      // With the answer that the turn was for, nothing is owed to the model any more.
      while (outcome === "done" && main().isAnswered?.() !== true && this.#nextFromQueue())
        outcome = await runAgent(main(), env, turn.signal);
      return outcome;
    } catch (thrown) {
      return this.#cannotRun(thrown);
    } finally {
      this.#turn = undefined;
      this.#tell();
    }
  }

  /** True when there is more to answer: something typed at the last moment, or the first that waits. */
  #nextFromQueue(): boolean {
    const { session, transcript } = this.#parts;
    if (isPlanWaiting(session.events, MAIN)) return false;
    if (owesReply(session.events, MAIN)) return true;
    const [next, ...items] = transcript.status.queue;
    if (!next) return false;
    session.append(MAIN, { type: "queue", items });
    session.append(MAIN, { type: "user", content: next.content });
    return true;
  }

  /** The log itself may be what failed, so this shows the reason even when it cannot be written. */
  #cannotRun(thrown: unknown): Outcome {
    const { session, transcript, now } = this.#parts;
    const { kind, message, hint } = toAgentError(thrown);
    const event = { type: "finished" as const, outcome: "failed" as const, error: { kind, message, hint } };
    try {
      session.append(MAIN, event);
    } catch {
      transcript.apply({ seq: session.lastSeq + 1, at: now(), agentId: MAIN, ...event });
    }
    return "failed";
  }

  #tell(): void {
    for (const listener of this.#listeners) listener(this.isRunning);
  }
}
