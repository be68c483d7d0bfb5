import { openCalls, owesReply } from "../core/conversation.ts";
import { AgentError } from "../core/errors.ts";
import { MAIN, type Outcome } from "../core/event.ts";
import type { HunkMark } from "../core/events/talk.ts";
import { type Block, plainText, text } from "../core/message.ts";
import { titleOf } from "../core/row-text.ts";
import type { Session } from "../core/session.ts";
import type { Transcript } from "../core/transcript.ts";
import { GO_ON } from "../safety/taint.ts";
import type { AppOptions } from "./app-options.ts";
import type { ChosenMode } from "./chosen-mode.ts";
import type { OpenQuestions } from "./open-questions.ts";
import type { PresenceRecord } from "./presence-record.ts";
import type { SecretKeeper } from "./secret-keeper.ts";
import type { SessionLog } from "./session-log.ts";
import { sayInterrupted } from "./settle-past.ts";
import type { TurnAgents } from "./turn-agents.ts";
import type { Turns } from "./turns.ts";

interface Parts {
  readonly options: AppOptions;
  readonly log: SessionLog;
  readonly session: Session;
  readonly transcript: Transcript;
  readonly secrets: SecretKeeper;
  readonly turns: Turns;
  readonly agents: TurnAgents;
  readonly mode: ChosenMode;
  readonly person: OpenQuestions;
  readonly presences: PresenceRecord;
  /** Why nothing may be written, in words. */
  readonly readOnlyBecause: string | undefined;
  /** Settles when nothing of the conversation is under way outside of its turns. */
  readonly settled: () => Promise<unknown>;
}

/** What is said to the agent, and the turns that come of it: from the first message until the conversation is closed. */
export class Exchange {
  readonly #parts: Parts;
  readonly #forgetWhereabouts: () => void;
  readonly #background: Promise<unknown>[] = [];
  #isClosed = false;
  #stops = 0;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#forgetWhereabouts = parts.options.whereabouts.onChange(() => this.#moved());
  }

  /** Whether anything may be written. */
  get isOpen(): boolean {
    return !this.#isClosed && this.#parts.readOnlyBecause === undefined;
  }

  get canContinue(): boolean {
    const { events } = this.#parts.session;
    return openCalls(events, MAIN).length > 0 || owesReply(events, MAIN);
  }

  /** See `App.prompt`. */
  async prompt(
    given: readonly Block[],
    when: "now" | "queue",
    about?: HunkMark,
  ): Promise<Outcome | "queued"> {
    const { session, transcript, secrets, turns, agents } = this.#parts;
    const before = this.#stops;
    agents.briefing.begin();
    // First, so that nothing comes between the beginning of a log and what was said.
    const content = await secrets.withoutAttached(given);
    await this.#begin(titleOf(given));
    if (turns.isRunning && when === "queue") {
      const items = [...transcript.status.queue, { id: crypto.randomUUID(), content: [...content] }];
      session.append(MAIN, { type: "queue", items });
      return "queued";
    }
    session.append(MAIN, { type: "user", content: [...content], ...(about && { about }) });
    const outcome = turns.isRunning ? undefined : turns.run();
    // After the request has begun: what it takes is loaded while that is under way.
    this.outlives(secrets.warn(plainText(content), session));
    if (!outcome) return "queued";
    // Enter, and Esc at once: the stop came while the file was being opened.
    if (this.#stops > before) this.stop();
    return outcome;
  }

  async #begin(title: string): Promise<void> {
    const { session, log, mode, options } = this.#parts;
    this.#refuseClosed();
    await log.open();
    this.#refuseClosed();
    if (session.events.some((event) => event.type === "session")) return;
    const { version, cwd, roots } = options;
    const boundary = crypto.randomUUID().slice(0, 8);
    session.append(MAIN, { type: "session", version, cwd, roots: [...roots], boundary });
    session.append(MAIN, { type: "title", title });
    mode.begin();
  }

  /** See `App.resume`. */
  async resume(): Promise<Outcome | "idle"> {
    const { session, turns, readOnlyBecause } = this.#parts;
    if (turns.isRunning || readOnlyBecause !== undefined) return "idle";
    this.#refuseClosed();
    if (!this.canContinue) {
      const last = session.events.findLast((event) => event.type === "finished");
      if (last?.type !== "finished" || last.outcome === "done") return "idle";
      session.append(MAIN, { type: "user", content: [text(GO_ON)] });
    }
    return turns.run();
  }

  stop(): void {
    this.#stops += 1;
    this.#parts.turns.stop();
    this.#parts.options.servers?.hurry();
  }

  /** Of who is away what can wait is put off and other work goes on; what only nobody can answer is denied. Nothing is allowed. */
  #moved(): void {
    const { person, turns, presences } = this.#parts;
    person.moved();
    if (!turns.isRunning || this.#isClosed) return;
    try {
      // What comes of it is written after it. When nothing runs, the next turn says it.
      presences.note();
    } catch {
      // A log that takes nothing more ends the turn by itself.
    }
  }

  #refuseClosed(): void {
    if (this.#isClosed) throw new AgentError("locked", "This conversation has been closed.");
  }

  /** Throws `locked` when nothing may be written. */
  refuseReadOnly(): void {
    const { readOnlyBecause } = this.#parts;
    if (readOnlyBecause !== undefined) throw new AgentError("locked", readOnlyBecause);
  }

  /** The same, and while a turn runs. */
  refuseBusy(): void {
    this.refuseReadOnly();
    if (this.#parts.turns.isRunning)
      throw new AgentError("locked", "Plumb is still working here; stop it first.");
  }

  /** Work that the conversation is not closed before. */
  readonly outlives = (work: Promise<unknown>): void => {
    this.#background.push(work);
  };

  /** What an agent is told once it is known. */
  readonly notify = (agentId: string, later: Promise<string>): void => {
    const { session, turns, options } = this.#parts;
    const told = later.then(async (news) => {
      if (this.#isClosed) return;
      session.append(agentId, { type: "user", content: [text(news)], origin: "task" });
      // The agent hears of it at its next step; when it rests, it is woken, but only by what it started itself.
      if (agentId === MAIN && !turns.isRunning && options.whereabouts.now.place !== "none") await turns.run();
    });
    this.outlives(told.catch(() => undefined));
  };

  /** Stops what runs, kills what was started, and lets go of the session. */
  async close(): Promise<void> {
    const { session, transcript, log, turns, agents, options } = this.#parts;
    this.#isClosed = true;
    this.#forgetWhereabouts();
    // A question waits for its person: the log ends with it, so that the next window asks it again.
    // In the same moment as the stop, or another agent of the turn could begin a call that the log does not know.
    if (transcript.status.openQuestions.length > 0) log.end();
    else if (turns.isRunning) sayInterrupted(session);
    this.stop();
    await Promise.all([options.host.shell.stopAll(), options.servers?.close()]);
    await turns.ended();
    await Promise.all([...this.#background, agents.catchUp.settled(), this.#parts.settled()]);
    await log.close();
  }
}
