import type { Policy } from "../core/access.ts";
import { openCalls, owesReply } from "../core/conversation.ts";
import { AgentError, toAgentError } from "../core/errors.ts";
import { type AgentEvent, MAIN, type Outcome } from "../core/event.ts";
import type { HunkMark } from "../core/events/talk.ts";
import { type Block, plainText, text } from "../core/message.ts";
import type { Mode } from "../core/mode.ts";
import type { RulesCheck } from "../core/offered-rules.ts";
import { isHere, NOBODY, type Presence } from "../core/presence.ts";
import { titleOf } from "../core/row-text.ts";
import { Session } from "../core/session.ts";
import { Transcript } from "../core/transcript.ts";
import { modeReminder } from "../prompts/index.ts";
import { Ledger } from "../review/ledger.ts";
import { GO_ON } from "../safety/taint.ts";
import { afterTaint } from "./after-taint.ts";
import type { AppOptions } from "./app-options.ts";
import { Briefing } from "./briefing.ts";
import { BudgetDesk } from "./budget/budget-desk.ts";
import { createAgents, type Hooks } from "./build-agent.ts";
import { cardRulesOf } from "./card-rules.ts";
import { CatchUp } from "./catch-up.ts";
import { Checkpoints } from "./checkpoints.ts";
import { commandsIn } from "./command-links.ts";
import { ContextDesk } from "./context-desk.ts";
import { decideLater, type LaterAnswer } from "./decide-later.ts";
import { Decisions } from "./decisions.ts";
import { LateCacheWatch } from "./late-cache-watch.ts";
import { LateOpinions } from "./late-opinions.ts";
import { LateWarmUp } from "./late-warm-up.ts";
import { loadAhead } from "./load-ahead.ts";
import { lookForSandbox } from "./look-for-sandbox.ts";
import { type CardAnswer, OpenQuestions } from "./open-questions.ts";
import { Permissions } from "./permissions.ts";
import { PresenceRecord } from "./presence-record.ts";
import { Proposals } from "./proposals.ts";
import type { ReviewReport } from "./review.ts";
import type { HunkChoice, Mixed, PendingFile } from "./review-hunks.ts";
import type { RuleDesk } from "./rule-desk.ts";
import { SecretKeeper } from "./secret-keeper.ts";
import { type Past, SessionLog } from "./session-log.ts";
import { sayInterrupted, settlePast } from "./settle-past.ts";
import { settleUnwritten } from "./settle-unwritten.ts";
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
  readonly #log: SessionLog;
  readonly #person: OpenQuestions;
  readonly #turns: Turns;
  readonly #decisions: Decisions;
  readonly #catchUp: CatchUp;
  readonly #briefing: Briefing;
  readonly #secrets: SecretKeeper;
  readonly #opinions: LateOpinions;
  readonly #cacheWatch = new LateCacheWatch();
  readonly #presences = new PresenceRecord();
  readonly #forgetWhereabouts: () => void;
  readonly #background: Promise<unknown>[] = [];
  #allowed: readonly string[] = [];
  #choice: { model: string; effort: string };
  #isClosed = false;
  #stops = 0;

  static async open(options: AppOptions): Promise<App> {
    const place = {
      cwd: options.cwd,
      roots: options.roots,
      home: options.home,
      paths: options.host.paths,
      isCaseInsensitive: options.host.platform !== "linux",
      ...(options.anchoredRoots && { anchors: { cwd: options.cwd, roots: options.anchoredRoots } }),
    };
    const permissions = new Permissions(
      place,
      options.storage,
      options.isTrusted,
      options.readable,
      options.runsGit,
      { ...options, files: options.ruleFiles ?? [] },
    );
    // Beside the log: a start waits for the slower of the two.
    const loading = permissions.load(options.rules);
    const log = new SessionLog(options.storage, options.sessionId);
    const past = options.isNew ? { events: [], readOnlyBecause: undefined, damaged: 0 } : await log.load();
    try {
      await loading;
      const app = new App(options, log, permissions, past);
      const isOurs = past.readOnlyBecause === undefined;
      if (isOurs) await settleUnwritten({ host: options.host, session: app.session, ledger: app.ledger });
      return app;
    } catch (thrown) {
      // Nobody else would let go of the session's lock.
      await log.close().catch(() => undefined);
      throw thrown;
    }
  }

  private constructor(options: AppOptions, log: SessionLog, permissions: Permissions, past: Past) {
    this.#options = options;
    this.#log = log;
    this.permissions = permissions;
    this.readOnlyBecause = past.readOnlyBecause;
    this.#person = new OpenQuestions(() => this.#presence);
    this.#choice = { model: options.model, effort: options.effort };
    this.#secrets = new SecretKeeper({
      ...{ environment: {}, ownKeys: () => [], redactsSecrets: () => true, ...options, sessionId: log.id },
    });
    const now = (): number => options.host.clock.now();
    this.session = new Session(log.id, now, past.events, log.write, (text) => this.#secrets.hide(text));
    this.budget = new BudgetDesk({
      ...{ ...options, session: this.session },
      canAsk: () => isHere(this.#presence),
      answers: (callId, questions, signal) => this.#person.answers(callId, questions, signal),
    });
    this.proposals = new Proposals({ host: options.host, session: this.session });
    this.#decisions = new Decisions({ host: options.host, session: this.session, ledger: this.ledger });
    this.checkpoints = new Checkpoints({
      ...{ host: options.host, session: this.session, ledger: this.ledger, storage: options.storage },
      decisions: this.#decisions,
      now: () => options.host.clock.now(),
      mode: () => this.mode,
      title: () => this.transcript.status.title,
      refuseBusy: () => this.#refuseBusy(),
    });
    this.#catchUp = new CatchUp({
      host: this.#secrets.guarded(options.host),
      session: this.session,
      cwd: options.cwd,
    });
    const { session, ledger } = this;
    this.#briefing = new Briefing({ options, permissions, session, ledger, secrets: this.#secrets });
    this.#opinions = new LateOpinions({
      ...{ ...options, classifier: options.classifier, session: this.session },
      provider: this.budget.provider,
      hide: (text) => this.#secrets.hide(text),
      mainModel: () => this.#choice.model,
    });
    permissions.consult(this.#opinions);
    this.#turns = new Turns({
      session: this.session,
      transcript: this.transcript,
      agents: () => this.#agents(),
      now: () => options.host.clock.now(),
    });
    const refuseReadOnly = (): void => this.#refuseReadOnly();
    this.contextDesk = new ContextDesk({ session: this.session, turns: this.#turns, refuseReadOnly });
    const isOpen = (): boolean => !this.#isClosed && this.readOnlyBecause === undefined;
    const isRunning = (): boolean => this.isRunning;
    const choice = (): { model: string; effort: string } => this.#choice;
    this.warmUp = new LateWarmUp({
      options: { ...options, provider: this.budget.provider },
      session: this.session,
      choice,
      isRunning,
      isOpen,
    });
    for (const event of past.events) this.#fold(event);
    this.session.subscribe((event) => {
      if ("durable" in event) this.#fold(event.durable);
      // Deltas are for somebody who watches; without anybody the finished reply is enough.
      else if (options.whereabouts.now.place !== "none") this.transcript.applyLive(event.live);
    });
    this.#forgetWhereabouts = options.whereabouts.onChange(() => this.#moved());
    if (past.readOnlyBecause !== undefined) return;
    settlePast(this.session, { damaged: past.damaged, isAsking: this.hasOpenQuestion });
  }

  #fold(event: AgentEvent): void {
    this.transcript.apply(event);
    this.ledger.apply(event);
    this.#presences.fold(event);
    if (event.type === "rules" && event.scope === "session")
      this.#allowed = [...this.#allowed.filter((text) => !event.removed?.includes(text)), ...event.allow];
  }

  get isRunning(): boolean {
    return this.#turns.isRunning;
  }

  /** True when the session stopped at a card that nobody had answered: `resume` brings it back. */
  get hasOpenQuestion(): boolean {
    return this.transcript.status.openQuestions.length > 0;
  }

  get canContinue(): boolean {
    const { events } = this.session;
    return openCalls(events, MAIN).length > 0 || owesReply(events, MAIN);
  }

  onRunning(listener: (isRunning: boolean) => void): () => void {
    return this.#turns.onRunning(listener);
  }

  /**
   * Sends what the user says. While a turn runs, `now` steers it at its next step and `queue` waits for its end.
   * Model and tool errors are part of the log; rejects only with `locked` or `storage`, and then nothing was sent.
   */
  async prompt(
    given: readonly Block[],
    when: "now" | "queue",
    about?: HunkMark,
  ): Promise<Outcome | "queued"> {
    const before = this.#stops;
    this.#briefing.begin();
    // First, so that nothing comes between the beginning of a log and what was said.
    const content = await this.#secrets.withoutAttached(given);
    await this.#begin(titleOf(given));
    if (this.isRunning && when === "queue") {
      const items = [...this.transcript.status.queue, { id: crypto.randomUUID(), content: [...content] }];
      this.session.append(MAIN, { type: "queue", items });
      return "queued";
    }
    this.session.append(MAIN, { type: "user", content: [...content], ...(about && { about }) });
    const outcome = this.isRunning ? undefined : this.#turns.run();
    // After the request has begun: what it takes is loaded while that is under way.
    this.#background.push(this.#secrets.warn(plainText(content), this.session));
    if (!outcome) return "queued";
    // Enter, and Esc at once: the stop came while the file was being opened.
    if (this.#stops > before) this.stop();
    return outcome;
  }

  async #begin(title: string): Promise<void> {
    this.#refuseClosed();
    await this.#log.open();
    this.#refuseClosed();
    if (this.session.events.some((event) => event.type === "session")) return;
    const { version, cwd, roots } = this.#options;
    const boundary = crypto.randomUUID().slice(0, 8);
    this.session.append(MAIN, { type: "session", version, cwd, roots: [...roots], boundary });
    this.session.append(MAIN, { type: "title", title });
    if (this.mode !== "ask" && !this.transcript.status.modeWasSet) this.#enterMode(this.mode);
  }

  /** Goes on after an interruption or an error, and brings back a card that was open when the window closed. */
  async resume(): Promise<Outcome | "idle"> {
    if (this.isRunning || this.readOnlyBecause !== undefined) return "idle";
    this.#refuseClosed();
    if (!this.canContinue) {
      const last = this.session.events.findLast((event) => event.type === "finished");
      if (last?.type !== "finished" || last.outcome === "done") return "idle";
      this.session.append(MAIN, { type: "user", content: [text(GO_ON)] });
    }
    return this.#turns.run();
  }

  stop(): void {
    this.#stops += 1;
    this.#turns.stop();
  }

  #refuseClosed(): void {
    if (this.#isClosed) throw new AgentError("locked", "This conversation has been closed.");
  }

  async #agents() {
    const now = () => ({ mode: this.mode, allowed: this.#allowed });
    const { cwd, home, host } = this.#options;
    const policy: Policy = afterTaint(this.permissions.policy(now), {
      session: this.session,
      place: { cwd, home, resolve: host.paths.resolve },
      rules: () => this.permissions.inForce(this.mode, this.#allowed).rules,
      mode: () => this.mode,
    });
    this.#presences.note(this.session, this.#options.whereabouts.now);
    this.#secrets.begin(this.session);
    loadAhead(this.session);
    this.budget.beginTurn();
    const hooks: Hooks = {
      secrets: this.#secrets,
      cacheWatch: this.#cacheWatch,
      host: this.#catchUp.noting(this.#secrets.guarded(this.#options.host)),
      session: this.session,
      person: this.#person,
      mode: () => this.mode,
      policyIn: (mode) => this.permissions.policy(() => ({ mode, allowed: this.#allowed })),
      isRemoved: (toolName) => this.permissions.removes(toolName),
      beforeCalls: async (calls, signal) => {
        await this.permissions.look(calls, this.#options.host.fs);
        if (this.mode !== "auto") return;
        this.permissions.hasSandbox = await lookForSandbox(this.#options.host, this.session);
        await this.#opinions.ask(commandsIn(calls), signal, policy);
      },
      hasHistory: (path) => this.ledger.file(path) !== undefined,
      facts: () => this.#briefing.facts(),
      catchUp: async (agent, signal) => {
        await this.#catchUp.tell(agent, signal);
        await this.#briefing.tell(agent, signal);
      },
      takeRoomWish: (agentId) => this.contextDesk.takeWish(agentId),
      outlives: (work) => void this.#background.push(work),
      notify: (agentId, later) => this.#notifyLater(agentId, later),
      cardRules: cardRulesOf(this.permissions, now),
      remember: async (scope, rules) => {
        this.session.append(MAIN, { type: "rules", scope, allow: [...rules] });
        if (scope === "workspace") await this.#rememberForWorkspace(rules);
      },
    };
    const [{ main, env }] = await Promise.all([
      createAgents({ ...this.#options, provider: this.budget.provider }, policy, hooks),
      this.permissions.refresh(),
    ]);
    return { env, main: () => main(this.#choice) };
  }

  /** What was allowed is allowed: that it could not be remembered is no reason not to do it. */
  async #rememberForWorkspace(rules: readonly string[]): Promise<void> {
    try {
      await this.permissions.remember(rules);
    } catch (thrown) {
      const text = `The rule holds for this conversation only: ${toAgentError(thrown).message}`;
      this.session.append(MAIN, { type: "notice", kind: "warning", text });
    }
  }

  /** Where a person looks at rules, tries them and changes them. */
  async ruleDesk(): Promise<RuleDesk> {
    const { RuleDesk: Desk } = await import("./rule-desk.ts");
    const allowed = (): readonly string[] => this.#allowed;
    return new Desk({
      ...this.#options,
      permissions: this.permissions,
      get session() {
        return allowed();
      },
      replaceInSession: (from, to) => {
        const allow = to === undefined ? [] : [to];
        this.session.append(MAIN, { type: "rules", scope: "session", allow, removed: [from] });
      },
    });
  }

  #notifyLater(agentId: string, later: Promise<string>): void {
    const told = later.then(async (news) => {
      if (this.#isClosed) return;
      this.session.append(agentId, { type: "user", content: [text(news)], origin: "task" });
      // The agent hears of it at its next step; when it rests, it is woken, but only by what it started itself.
      if (agentId === MAIN && !this.isRunning && this.#options.whereabouts.now.place !== "none")
        await this.#turns.run();
    });
    this.#background.push(told.catch(() => undefined));
  }

  get mode(): Mode {
    const { modeWasSet, mode } = this.transcript.status;
    const { mode: given, isModeChosen = true, mayBypass } = this.#options;
    const chosen = modeWasSet ? mode : this.permissions.beginIn(given, isModeChosen);
    const isBarred = chosen === "bypass" && (!mayBypass?.() || this.permissions.disablesBypass);
    return isBarred ? "ask" : chosen;
  }

  setMode(mode: Mode): void {
    if (mode !== this.mode) this.#enterMode(mode);
  }

  #enterMode(mode: Mode): void {
    this.session.append(MAIN, { type: "mode", mode });
    this.session.append(MAIN, { type: "reminder", text: modeReminder(mode) });
  }

  /** Counts from the next turn on: a running one keeps its model. */
  setModel(model: string, effort: string): void {
    this.#choice = { model, effort };
  }

  get choice(): { readonly model: string; readonly effort: string } {
    return this.#choice;
  }

  setQueue(ids: readonly string[], edited?: { id: string; text: string }): void {
    const known = new Map(this.transcript.status.queue.map((item) => [item.id, item]));
    const items = ids.flatMap((id) => {
      const item = known.get(id);
      if (!item) return [];
      return [
        edited?.id === id
          ? { id, content: [text(edited.text), ...item.content.filter((block) => block.type !== "text")] }
          : item,
      ];
    });
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

  /** Who can be asked here: in the mode Don't ask nobody, whoever is there. */
  get #presence(): Presence {
    return this.mode === "dontAsk" ? NOBODY : this.#options.whereabouts.now;
  }

  /** Of who is away what can wait is put off and other work goes on; what only nobody can answer is denied. Nothing is allowed. */
  #moved(): void {
    this.#person.moved();
    if (!this.isRunning || this.#isClosed) return;
    try {
      // What comes of it is written after it. When nothing runs, the next turn says it.
      this.#presences.note(this.session, this.#options.whereabouts.now);
    } catch {
      // A log that takes nothing more ends the turn by itself.
    }
  }

  /** Whether the turn waits for somebody: nothing but an answer, or a stop, ends that. */
  get isWaiting(): boolean {
    return this.#person.isWaiting;
  }

  /** Decides about a question that was put off. False when it is decided already, or shows something else. */
  decideLater(answer: LaterAnswer): boolean {
    if (this.readOnlyBecause !== undefined || this.#isClosed) return false;
    const news = decideLater(answer, this.session);
    if (news !== undefined) this.#notifyLater(MAIN, Promise.resolve(news));
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
    this.#refuseReadOnly();
    return this.#decisions.review(verdict, editIds, mixed);
  }

  /** What there is to decide in a file, hunk by hunk. Undefined when nothing is. */
  pendingFile(path: string): Promise<PendingFile | undefined> {
    return this.#decisions.pendingFile(path);
  }

  /** Keeps or undoes hunks of a file. Rejects with `stale` when it is no longer as it was looked at, or with `locked`. */
  async reviewHunks(path: string, choice: HunkChoice): Promise<void> {
    this.#refuseReadOnly();
    return this.#decisions.reviewHunks(path, choice);
  }

  /** Somebody gave a file another path: what is pending in it follows. Nothing happens when nothing is. */
  fileMoved(from: string, to: string): void {
    if (this.readOnlyBecause === undefined && !this.#isClosed) this.#decisions.fileMoved(from, to);
  }

  #refuseBusy(): void {
    this.#refuseReadOnly();
    if (this.isRunning) throw new AgentError("locked", "Plumb is still working here; stop it first.");
  }

  #refuseReadOnly(): void {
    if (this.readOnlyBecause !== undefined) throw new AgentError("locked", this.readOnlyBecause);
  }

  /** Stops what runs, kills what was started, and lets go of the session. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#forgetWhereabouts();
    // A question waits for its person: the log ends with it, so that the next window asks it again.
    // In the same moment as the stop, or another agent of the turn could begin a call that the log does not know.
    if (this.hasOpenQuestion) this.#log.end();
    else if (this.isRunning) sayInterrupted(this.session);
    this.stop();
    await this.#options.host.shell.stopAll();
    await this.#turns.ended();
    await Promise.all([...this.#background, this.#catchUp.settled(), this.budget.settled()]);
    await this.#log.close();
  }
}
