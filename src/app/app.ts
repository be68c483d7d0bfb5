import { type AgentEvent, MAIN, type Outcome } from "../core/event.ts";
import type { HunkMark } from "../core/events/talk.ts";
import type { Block } from "../core/message.ts";
import type { Mode } from "../core/mode.ts";
import type { RulesCheck } from "../core/offered-rules.ts";
import { isHere, NOBODY, type Presence } from "../core/presence.ts";
import { Session } from "../core/session.ts";
import type { ToolServer } from "../core/tool-source.ts";
import { Transcript } from "../core/transcript.ts";
import { Ledger } from "../review/ledger.ts";
import type { AppOptions } from "./app-options.ts";
import { BudgetDesk } from "./budget/budget-desk.ts";
import type { Choice } from "./build-agent.ts";
import { Checkpoints } from "./checkpoints.ts";
import { ChosenMode } from "./chosen-mode.ts";
import { ContextDesk } from "./context-desk.ts";
import { decideLater, type LaterAnswer } from "./decide-later.ts";
import { Decisions } from "./decisions.ts";
import { editedQueue } from "./edited-queue.ts";
import { Exchange } from "./exchange.ts";
import { LateWarmUp } from "./late-warm-up.ts";
import { type CardAnswer, OpenQuestions } from "./open-questions.ts";
import type { Permissions } from "./permissions.ts";
import { permissionsOf } from "./permissions-of.ts";
import { PresenceRecord } from "./presence-record.ts";
import { Proposals } from "./proposals.ts";
import type { ReviewReport } from "./review.ts";
import type { HunkChoice, Mixed, PendingFile } from "./review-hunks.ts";
import type { RuleDesk } from "./rule-desk.ts";
import { SecretKeeper } from "./secret-keeper.ts";
import { type Past, SessionLog } from "./session-log.ts";
import { replaceSessionRule, SessionRules } from "./session-rules.ts";
import { settlePast } from "./settle-past.ts";
import { TurnAgents } from "./turn-agents.ts";
import { Turns } from "./turns.ts";

/** One conversation. Entry points (extension, command line) differ only in the host and in how they draw events. */
export class App {
  readonly session: Session;
  /** The log folded for people; always up to date, live events included. */
  readonly transcript = new Transcript();
  readonly ledger = new Ledger();
  readonly readOnlyBecause: string | undefined;
  readonly permissions: Permissions;
  readonly proposals: Proposals;
  /** Going back to a message, forking from it, and taking decisions back. */
  readonly checkpoints: Checkpoints;
  /** What a person does about what the model sees. */
  readonly contextDesk: ContextDesk;
  /** What it costs, and may cost. */
  readonly budget: BudgetDesk;
  readonly warmUp: LateWarmUp;
  readonly #options: AppOptions;
  readonly #person: OpenQuestions;
  readonly #turns: Turns;
  readonly #decisions: Decisions;
  readonly #agents: TurnAgents;
  readonly #exchange: Exchange;
  readonly #mode: ChosenMode;
  readonly #secrets: SecretKeeper;
  readonly #presences: PresenceRecord;
  readonly #sessionRules = new SessionRules();
  #choice: Choice;
  #endWatching: (() => Promise<unknown>) | undefined;

  static async open(options: AppOptions): Promise<App> {
    const permissions = permissionsOf(options);
    // Beside the log: a start waits for the slower of the two.
    const loading = permissions.load(options.rules);
    const log = new SessionLog(options.storage, options.sessionId);
    const past = options.isNew ? { events: [], readOnlyBecause: undefined, damaged: 0 } : await log.load();
    try {
      await loading;
      const app = new App(options, log, permissions, past);
      const isOurs = past.readOnlyBecause === undefined;
      if (isOurs && app.ledger.pending().length > 0) await app.#settleUnwritten();
      if (isOurs) app.#endWatching = options.watch?.(app.session, app.#secrets);
      return app;
    } catch (thrown) {
      // Nobody else would let go of the session's lock.
      await log.close().catch(() => undefined);
      throw thrown;
    }
  }

  async #settleUnwritten(): Promise<void> {
    const { settleUnwritten } = await import("./settle-unwritten.ts");
    await settleUnwritten({ host: this.#options.host, session: this.session, ledger: this.ledger });
  }

  private constructor(options: AppOptions, log: SessionLog, permissions: Permissions, past: Past) {
    this.#options = options;
    this.permissions = permissions;
    this.readOnlyBecause = past.readOnlyBecause;
    // In the mode Don't ask nobody can be asked, whoever is there.
    const presence = (): Presence => (this.mode === "dontAsk" ? NOBODY : options.whereabouts.now);
    this.#person = new OpenQuestions(presence);
    this.#choice = { model: options.model, effort: options.effort };
    this.#secrets = new SecretKeeper({
      ...{ environment: {}, ownKeys: () => [], redactsSecrets: () => true, ...options, sessionId: log.id },
    });
    const now = (): number => options.host.clock.now();
    this.session = new Session(log.id, now, past.events, log.write, (text) => this.#secrets.hide(text));
    const { session, ledger, transcript } = this;
    const secrets = this.#secrets;
    this.budget = new BudgetDesk({
      ...{ ...options, session },
      canAsk: () => isHere(presence()),
      answers: (callId, questions, signal) => this.#person.answers(callId, questions, signal),
    });
    this.#mode = new ChosenMode({
      ...{ options, session, permissions },
      status: () => transcript.status,
    });
    this.proposals = new Proposals({ host: options.host, session });
    this.#decisions = new Decisions({ host: options.host, session, ledger });
    this.checkpoints = new Checkpoints({
      ...{ host: options.host, session, ledger, storage: options.storage },
      ...{ decisions: this.#decisions, now },
      mode: () => this.mode,
      title: () => transcript.status.title,
      refuseBusy: () => this.#exchange.refuseBusy(),
    });
    this.#turns = new Turns({ session, transcript, agents: () => this.#agents.make(), now });
    const refuseReadOnly = (): void => this.#exchange.refuseReadOnly();
    this.contextDesk = new ContextDesk({ session, turns: this.#turns, refuseReadOnly });
    this.#presences = new PresenceRecord({ session, whereabouts: options.whereabouts });
    this.#agents = new TurnAgents({
      ...{ options, session, ledger, permissions, secrets, presences: this.#presences },
      ...{ person: this.#person, budget: this.budget, contextDesk: this.contextDesk },
      mode: () => this.mode,
      allowed: this.#sessionRules.allowed,
      choice: () => this.#choice,
      outlives: (work) => this.#exchange.outlives(work),
      notify: (agentId, later) => this.#exchange.notify(agentId, later),
    });
    this.#exchange = new Exchange({
      ...{ options, log, session, transcript, secrets },
      ...{ turns: this.#turns, agents: this.#agents, mode: this.#mode },
      ...{ person: this.#person, presences: this.#presences },
      readOnlyBecause: past.readOnlyBecause,
      settled: () => this.budget.settled(),
    });
    this.warmUp = new LateWarmUp({
      ...{ options: { ...options, provider: this.budget.provider }, session },
      choice: () => this.#choice,
      isRunning: () => this.isRunning,
      isOpen: () => this.#exchange.isOpen,
    });
    for (const event of past.events) this.#fold(event);
    this.session.subscribe((event) => {
      if ("durable" in event) this.#fold(event.durable);
      // Deltas are for somebody who watches; without anybody the finished reply is enough.
      else if (options.whereabouts.now.place !== "none") this.transcript.applyLive(event.live);
    });
    if (past.readOnlyBecause !== undefined) return;
    settlePast(this.session, { damaged: past.damaged, isAsking: this.hasOpenQuestion });
  }

  #fold(event: AgentEvent): void {
    this.transcript.apply(event);
    this.ledger.apply(event);
    this.#presences.fold(event);
    this.#sessionRules.apply(event);
  }

  /** Who brings tools from outside, as it is now. */
  get servers(): readonly ToolServer[] {
    return this.#options.servers?.servers() ?? [];
  }

  get isRunning(): boolean {
    return this.#turns.isRunning;
  }

  /** True when the session stopped at a card that nobody had answered: `resume` brings it back. */
  get hasOpenQuestion(): boolean {
    return this.transcript.status.openQuestions.length > 0;
  }

  get canContinue(): boolean {
    return this.#exchange.canContinue;
  }

  onRunning(listener: (isRunning: boolean) => void): () => void {
    return this.#turns.onRunning(listener);
  }

  /**
   * Sends what the user says. While a turn runs, `now` steers it at its next step and `queue` waits for its end.
   * Model and tool errors are part of the log; rejects only with `locked` or `storage`, and then nothing was sent.
   */
  prompt(given: readonly Block[], when: "now" | "queue", about?: HunkMark): Promise<Outcome | "queued"> {
    return this.#exchange.prompt(given, when, about);
  }

  /** Goes on after an interruption or an error, and brings back a card that was open when the window closed. */
  resume(): Promise<Outcome | "idle"> {
    return this.#exchange.resume();
  }

  stop(): void {
    this.#exchange.stop();
  }

  /** Where a person looks at rules, tries them and changes them. */
  async ruleDesk(): Promise<RuleDesk> {
    const { RuleDesk: Desk } = await import("./rule-desk.ts");
    const { allowed } = this.#sessionRules;
    return new Desk({
      ...this.#options,
      permissions: this.permissions,
      get session() {
        return allowed();
      },
      replaceInSession: (from, to) => replaceSessionRule(this.session, from, to),
    });
  }

  get mode(): Mode {
    return this.#mode.now;
  }

  setMode(mode: Mode): void {
    this.#mode.set(mode);
  }

  /** Counts from the next turn on: a running one keeps its model. */
  setModel(model: string, effort: string): void {
    this.#choice = { model, effort };
  }

  get choice(): Choice {
    return this.#choice;
  }

  /** What waits, in this order and without what is left out; one of them with another text. */
  setQueue(ids: readonly string[], edited?: { id: string; text: string }): void {
    const items = editedQueue(this.transcript.status.queue, ids, edited);
    this.session.append(MAIN, { type: "queue", items });
  }

  /** See `OpenQuestions.checkRules`. */
  checkRules(callId: string, hash: string, rules: readonly string[]): Promise<RulesCheck | undefined> {
    return this.#person.checkRules(callId, hash, rules);
  }

  answerPermission(answer: CardAnswer): boolean {
    // Nothing of it is wanted: that is a no, whatever it is called.
    const isYes = answer.verdict === "allow" && answer.hunks?.length !== 0;
    const leavesPlan = isYes && this.proposals.isPlan(answer.callId);
    return this.#person.answerPermission(answer, () => leavesPlan && this.setMode(answer.mode ?? "ask"));
  }

  /** Whether the turn waits for somebody: nothing but an answer, or a stop, ends that. */
  get isWaiting(): boolean {
    return this.#person.isWaiting;
  }

  /** Calls `listener` whenever it begins to wait for one more answer. Returns what ends that. */
  onWaiting(listener: () => void): () => void {
    return this.#person.onWaiting(listener);
  }

  /** Decides about a question that was put off. False when it is decided already, or shows something else. */
  decideLater(answer: LaterAnswer): boolean {
    if (!this.#exchange.isOpen) return false;
    const news = decideLater(answer, this.session);
    if (news !== undefined) this.#exchange.notify(MAIN, Promise.resolve(news));
    return news !== undefined;
  }

  declineQuestions(callId: string, why?: string): boolean {
    return this.#person.declineQuestions(callId, why);
  }

  answerQuestions(callId: string, answers: readonly string[]): boolean {
    return this.#person.answerQuestions(callId, answers);
  }

  /**
   * Keeps or undoes edits; `all` means those still pending. Conflicts are left as they are and reported; `mixed` says what
   * an undo does where the user changed the same lines.
   */
  async review(
    verdict: "keep" | "undo",
    editIds: readonly string[] | "all",
    mixed?: Mixed,
  ): Promise<ReviewReport> {
    this.#exchange.refuseReadOnly();
    return this.#decisions.review(verdict, editIds, mixed);
  }

  /** What there is to decide in a file, hunk by hunk. Undefined when nothing is. */
  pendingFile(path: string): Promise<PendingFile | undefined> {
    return this.#decisions.pendingFile(path);
  }

  /** Keeps or undoes hunks of a file. Rejects with `stale` when it is no longer as it was looked at, or with `locked`. */
  async reviewHunks(path: string, choice: HunkChoice): Promise<void> {
    this.#exchange.refuseReadOnly();
    return this.#decisions.reviewHunks(path, choice);
  }

  /** Somebody gave a file another path: what is pending in it follows. Nothing happens when nothing is. */
  fileMoved(from: string, to: string): void {
    if (this.#exchange.isOpen) this.#decisions.fileMoved(from, to);
  }

  /** Stops what runs, kills what was started, and lets go of the session. */
  async close(): Promise<void> {
    await this.#exchange.close();
    await this.#endWatching?.();
  }
}
