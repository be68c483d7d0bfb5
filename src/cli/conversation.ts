import type { App } from "../app/app.ts";
import { findLast } from "../core/conversation.ts";
import { toAgentError } from "../core/errors.ts";
import { MAIN } from "../core/event.ts";
import { type Block, text } from "../core/message.ts";
import { errorLine } from "../hosts/node/terminal-output.ts";
import type { UserLine } from "../protocol/stream-json/input.ts";
import { EXIT_CODE, exitCodeOf } from "./exit-code.ts";
import { takeTurn } from "./take-turn.ts";
import type { Wishes } from "./wishes.ts";

export interface ConversationEvents {
  /** Something begins or ends. */
  readonly changed: () => void;
  /** A message could not be taken: nothing came of it. */
  readonly failed: (kind: string, words: string) => void;
}

/** Messages of the caller, in the order in which they come: turns one after the other, and what steers the one that runs. */
export class Conversation {
  readonly #app: App;
  readonly #wishes: Wishes;
  readonly #tell: ConversationEvents;
  /** By place in the log. */
  readonly #uuids = new Map<number, string>();
  readonly #work = new Set<Promise<void>>();
  #waiting: UserLine[] = [];
  #taken: ((seq: number) => void) | undefined;
  /** Said while a turn ran, by place in the log. */
  #steering: number[] = [];
  #exitCode = 0;

  constructor(app: App, wishes: Wishes, tell: ConversationEvents) {
    this.#app = app;
    this.#wishes = wishes;
    this.#tell = tell;
    app.session.subscribe((event) => {
      if (!("durable" in event)) return;
      const { durable } = event;
      if (durable.type === "user" && durable.agentId === MAIN && durable.origin !== "task")
        this.#taken?.(durable.seq);
    });
  }

  get isBusy(): boolean {
    return this.#work.size > 0 || this.#app.isRunning;
  }

  /** Of the last turn that ended. */
  get exitCode(): number {
    return this.#exitCode;
  }

  readonly uuidOf = (seq: number): string | undefined => this.#uuids.get(seq);

  seqOf(uuid: string): number | undefined {
    return [...this.#uuids].find(([, known]) => known === uuid)?.[0];
  }

  /** Resolves once the message is in the log, or waits for the end of the turn. */
  async take(line: UserLine): Promise<void> {
    if (line.priority === "later" && this.isBusy) {
      this.#waiting.push(line);
      return;
    }
    const { content } = line.message;
    const blocks: readonly Block[] = typeof content === "string" ? [text(content)] : content;
    const isSteering = this.isBusy;
    const taken = new Promise<void>((resolve) => {
      this.#taken = (seq) => {
        this.#taken = undefined;
        if (line.uuid !== undefined) this.#uuids.set(seq, line.uuid);
        if (isSteering) this.#steering.push(seq);
        resolve();
      };
    });
    const work = this.#start(async () => {
      const outcome = await takeTurn(this.#app, blocks, this.#wishes);
      if (outcome !== "queued") this.#exitCode = exitCodeOf(this.#app, outcome, this.#wishes);
      if (outcome === "cancelled") this.#exitCode = 0;
    });
    await Promise.race([taken, work]);
  }

  #start(run: () => Promise<void>): Promise<void> {
    const work = run()
      .catch((thrown: unknown) => {
        const { kind, message, hint } = toAgentError(thrown);
        process.stderr.write(`${errorLine({ kind, message, hint })}\n`);
        this.#tell.failed(kind, message);
        this.#exitCode = EXIT_CODE.failed;
      })
      .finally(() => {
        this.#work.delete(work);
        this.#next();
        this.#tell.changed();
      });
    this.#work.add(work);
    this.#tell.changed();
    return work;
  }

  /** What was said to a turn that was stopped before it could read it, then what waits. */
  #next(): void {
    if (this.isBusy) return;
    const unread = this.#unread();
    this.#steering = [];
    if (unread.length > 0) {
      void this.#start(async () => {
        const outcome = await this.#app.resume();
        if (outcome !== "idle") this.#exitCode = exitCodeOf(this.#app, outcome, this.#wishes);
      });
      return;
    }
    const line = this.#waiting.shift();
    if (line) void this.take(line);
  }

  #unread(): readonly number[] {
    const saw = findLast(this.#app.session.events, MAIN, "assistant")?.sawSeq ?? -1;
    return this.#steering.filter((seq) => seq > saw);
  }

  /** Stops the turn. Resolves to what is still going to be read, by the names the caller gave. */
  interrupt(dropsQueue: boolean): readonly string[] {
    if (dropsQueue) {
      this.#waiting = [];
      this.#steering = [];
    }
    const waiting = this.#waiting.flatMap(({ uuid }) => uuid ?? []);
    const unread = this.#unread().flatMap((seq) => this.#uuids.get(seq) ?? []);
    this.#app.stop();
    return [...unread, ...waiting];
  }

  /** Takes back a message that waits. False when there is none of that name. */
  cancel(uuid: string): boolean {
    const before = this.#waiting.length;
    this.#waiting = this.#waiting.filter((line) => line.uuid !== uuid);
    return this.#waiting.length < before;
  }

  /** Resolves once nothing runs and nothing waits. */
  async ended(): Promise<void> {
    while (this.#work.size > 0) await Promise.all(this.#work);
  }
}
