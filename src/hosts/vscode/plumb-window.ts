import * as vscode from "vscode";
import { FREE } from "../../core/budget-settings.ts";
import { AgentError } from "../../core/errors.ts";
import type { HunkMark } from "../../core/events/talk.ts";
import type { Block } from "../../core/message.ts";
import type { Mode } from "../../core/mode.ts";
import type { ModelInfo } from "../../core/model.ts";
import type { Host } from "../../core/ports.ts";
import type { Whereabouts } from "../../core/presence.ts";
import type { Status } from "../../core/rows.ts";
import type { Attachment, HostToView, Surroundings } from "../../protocol/view.ts";
import type { Accounts } from "./accounts.ts";
import { toContent } from "./attachments.ts";
import { type Attention, badgeFor } from "./attention.ts";
import { bypassRefusal, mayBypass } from "./bypass-gate.ts";
import type { Chats } from "./chats.ts";
import { ContextTray } from "./context/context-tray.ts";
import { infoOf } from "./context/slash.ts";
import type { Chat, Engine } from "./engine.ts";
import { pickFiles } from "./file-picks.ts";
import { EditStates } from "./hunks/edit-states.ts";
import { HunkReview } from "./hunks/hunk-review.ts";
import { PanelChanges } from "./hunks/panel-changes.ts";
import { act } from "./intents.ts";
import { ModelChoice } from "./model-choice.ts";
import { Panel } from "./panel.ts";
import type { PanelView } from "./panel-view.ts";
import type { PermissionsPage } from "./permissions/permissions-page.ts";
import type { Presence } from "./presence.ts";
import { showProblem, showSettingsProblems } from "./problems.ts";
import { Proposals } from "./proposals/proposals.ts";
import { Review } from "./review.ts";
import { Rewinding } from "./rewind/rewinding.ts";
import { searchChat } from "./search-chat.ts";
import { readSettings } from "./settings.ts";
import { settingsProblems } from "./settings-problems.ts";
import { folderPaths, toSurroundings } from "./surroundings.ts";
import { waitingCards } from "./waiting.ts";
import { watchPresence } from "./watch-presence.ts";
import type { WindowMemory } from "./window-memory.ts";
import { Written } from "./written.ts";

export interface WindowParts {
  readonly view: PanelView;
  readonly chats: Chats;
  readonly accounts: Accounts;
  readonly host: Host;
  readonly engine: Engine;
  readonly attention: Attention;
  readonly log: vscode.LogOutputChannel;
  readonly memory: WindowMemory;
  readonly permissions: PermissionsPage;
  readonly whereabouts: Whereabouts;
  /** Remembers across all windows. */
  readonly global: vscode.Memento;
}

/** Plumb in one editor window: everything a person can do, whether from the panel, a menu or a key. */
export class PlumbWindow {
  readonly chats: Chats;
  readonly accounts: Accounts;
  readonly review: Review;
  readonly hunks: HunkReview;
  readonly changes: PanelChanges;
  readonly edits: EditStates;
  readonly proposals: Proposals;
  readonly models: ModelChoice;
  readonly written: Written;
  readonly rewinding: Rewinding;
  readonly permissions: PermissionsPage;
  readonly presence: Presence;
  readonly context: ContextTray;
  readonly #parts: WindowParts;
  readonly #panel: Panel;
  /** How often something was to be shown: the last wish counts. */
  #wishes = 0;
  readonly #subscriptions: vscode.Disposable[];

  constructor(parts: WindowParts) {
    const { chats, accounts, log, view, memory } = parts;
    this.#parts = parts;
    this.written = new Written(memory);
    const { presence, watch } = watchPresence(() => this.#presenceChanged());
    this.presence = presence;
    this.chats = chats;
    this.permissions = parts.permissions;
    this.accounts = accounts;
    this.review = new Review(chats, parts.host);
    this.hunks = new HunkReview(chats, log);
    this.proposals = new Proposals({
      ...parts,
      send: (message) => this.#panel.send(message),
      attempt: (work) => this.attempt(work),
      opensByItself: () => readSettings().opensProposals,
    });
    this.models = new ModelChoice(accounts, parts.engine, parts.global);
    this.#panel = new Panel({
      view,
      chats,
      log,
      act: (message) => {
        presence.seen();
        return this.attempt(() => act(message, this));
      },
      surroundings: () => this.#surroundings(),
      onFocus: parts.attention.showFocused,
      draft: () => this.written.text,
      statusOf: (chat) => this.#statusOf(chat),
      onSnapshot: () => {
        this.proposals.tellAll();
        this.changes.tellAll();
        this.context.begin();
      },
    });
    const send = (message: HostToView): void => this.#panel.send(message);
    this.changes = new PanelChanges({ chats, hunks: this.hunks, review: this.review, send });
    this.edits = new EditStates({ chats, hunks: this.hunks, readBlob: (hash) => this.readBlob(hash), send });
    this.context = this.#contextTray(parts, send);
    this.rewinding = new Rewinding({
      ...{ chats, written: this.written },
      compose: (words) => this.attach([], words),
      redraw: () => this.#panel.snapshot(),
    });
    this.#subscriptions = [
      watch,
      this.changes,
      this.context,
      this.hunks.pending.onDidChange(() => this.#refresh()),
      chats.onDidSwitch((chat) => this.#enter(chat)),
      chats.onDidHappen((event) => "durable" in event && this.#refresh()),
      chats.onDidChangeRunning(() => this.#refresh()),
      view.onDidShow(() => this.#refresh()),
      view.onDidHide(() => this.#refresh()),
      accounts.onDidChange(() => void this.attempt(() => this.#accountChanged())),
      vscode.workspace.onDidGrantWorkspaceTrust(() => void this.#panel.tellSurroundings()),
      vscode.workspace.onDidChangeWorkspaceFolders(() => void this.#panel.tellSurroundings()),
      vscode.workspace.onDidChangeConfiguration((change) => {
        if (change.affectsConfiguration("plumb")) void this.attempt(() => this.#settingsChanged(change));
      }),
    ];
    this.#refresh();
  }

  #contextTray({ chats, engine, view }: WindowParts, send: (message: HostToView) => void): ContextTray {
    return new ContextTray({
      ...{ chats, engine, send },
      attempt: (work) => this.attempt(work),
      models: () => this.#knownModels(),
      model: () => this.models.now().model,
      priceOf: (model) => (this.accounts.isTour ? FREE : readSettings().priceOf(model)),
      hasLimits: () => Object.values(readSettings().budget).some((dollars) => dollars !== undefined),
      reveal: () => view.reveal(),
    });
  }

  /** Runs what a person asked for; when it fails they see why, and what to do. Never rejects. */
  async attempt(work: () => unknown): Promise<void> {
    try {
      await work();
    } catch (thrown) {
      void showProblem(thrown, this.#parts.log);
    }
  }

  get isPanelVisible(): boolean {
    return this.#parts.view.isVisible;
  }

  async reveal(target: "composer" | "question" | "history" = "composer"): Promise<void> {
    this.#wishes += 1;
    await this.#parts.view.reveal();
    await this.chats.settled();
    await this.#panel.settled();
    this.#panel.sendSoon({ type: "focus", target });
  }

  /** Puts something beside the message that is being written, without sending it. */
  async attach(attachments: readonly Attachment[], words?: string): Promise<void> {
    this.written.add(attachments);
    await this.#parts.view.reveal();
    await this.#panel.tellSurroundings();
    if (words === undefined) this.#panel.sendSoon({ type: "focus", target: "composer" });
    else this.#panel.sendSoon({ type: "compose", text: words, focus: true });
  }

  /** Asks at once, from a menu; while a turn runs the question waits for its end. */
  async ask(attachments: readonly Attachment[], words: string): Promise<void> {
    const chat = await this.chats.ready();
    await this.reveal();
    await this.send(toContent(words, attachments), chat.isRunning ? "queue" : "now");
  }

  dropAttachment(index: number): Promise<void> {
    this.written.drop(index);
    return this.#panel.tellSurroundings();
  }

  async send(content: Block[], when: "now" | "queue", about?: HunkMark): Promise<void> {
    const chat = await this.chats.ready();
    await this.#chooseModel(chat);
    // The turn itself may take hours: its errors are part of the conversation, these are those of sending.
    const sent = chat.prompt(content, when, about);
    void this.attempt(() => sent);
  }

  /** The message that was being written is sent: what was kept for it is used up. */
  async sendWritten(content: Block[], when: "now" | "queue"): Promise<void> {
    await this.written.clear();
    await this.send(content, when);
    await this.#panel.tellSurroundings();
  }

  async resume(): Promise<void> {
    const chat = await this.chats.ready();
    await this.#chooseModel(chat);
    void this.attempt(() => chat.resume());
  }

  async setMode(mode: Mode): Promise<void> {
    const refusal = mode === "bypass" ? bypassRefusal() : undefined;
    if (refusal !== undefined) throw new AgentError("denied", refusal);
    (await this.chats.ready()).setMode(mode);
    this.#refresh();
  }

  async setModel(model: string, effort: string): Promise<void> {
    await this.models.choose({ model, effort });
    (await this.chats.ready()).setModel(model, effort);
    await this.#panel.snapshot();
  }

  async newChat(): Promise<void> {
    if (!(await this.#mayLeave())) return;
    await this.chats.newChat();
  }

  /** A new chat with the cursor in its message, unless the person wanted to see something else meanwhile. */
  async beginChat(): Promise<void> {
    const wishes = this.#wishes;
    await this.newChat();
    if (wishes === this.#wishes) await this.reveal();
  }

  async openSession(id: string): Promise<void> {
    if (this.chats.current?.session.id !== id && !(await this.#mayLeave())) return;
    await this.chats.openSession(id);
  }

  slashCommands() {
    return this.#parts.engine.slashCommands();
  }

  searchChat(): Promise<void> {
    return searchChat(this.chats, this.#parts.engine);
  }

  /** The text from before an edit, by its hash. */
  readBlob(hash: string): Promise<string | undefined> {
    return this.#parts.host.blobs.get(hash);
  }

  async tellSessions(): Promise<void> {
    this.#panel.send({ type: "sessions", sessions: [...(await this.chats.list())] });
  }

  async deleteSession(id: string): Promise<void> {
    await this.chats.remove(id);
    await this.tellSessions();
  }

  async tellFiles(query: string, requestId: number): Promise<void> {
    const signal = AbortSignal.timeout(5000);
    const files = await pickFiles(query, { host: this.#parts.host, roots: folderPaths(), signal });
    this.#panel.send({ type: "files", requestId, files: files.map((file) => ({ ...file })) });
  }

  /** What rules on a card would cover, and whether it may give them. */
  async tellRules(callId: string, hash: string, rules: readonly string[]): Promise<void> {
    const found = await this.chats.current?.checkRules(callId, hash, rules);
    const checked = found?.rules.map((rule) => ({ ...rule })) ?? [];
    const problem = found ? found.problem : vscode.l10n.t("This question is no longer open.");
    const said = { callId, hash, rules: checked, ...(problem !== undefined && { problem }) };
    this.#panel.send({ type: "rulesChecked", ...said });
  }

  /** A card that was answered elsewhere, or whose call has changed: nothing was approved. */
  tellSettled(): void {
    const text = vscode.l10n.t("This question is no longer open. Nothing was decided.");
    this.#panel.send({ type: "toast", level: "info", text });
    void this.#panel.snapshot();
  }

  async startTour(): Promise<void> {
    if (this.accounts.isTour || !(await this.#mayLeave())) return;
    await this.accounts.startTour();
    await this.chats.newChat();
    await this.reveal();
  }

  async leaveTour(): Promise<void> {
    if (!this.accounts.isTour || !(await this.#mayLeave())) return;
    await this.accounts.leaveTour();
    await this.chats.newChat();
  }

  /** Stops what runs and writes what is not written, within the seconds an editor gives. */
  async close(): Promise<void> {
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#panel.dispose();
    this.hunks.dispose();
    this.proposals.dispose();
    await this.chats.close();
    await this.accounts.dispose();
  }

  #presenceChanged(): void {
    const { isAway, because } = this.presence;
    const away = isAway && { isAway, ...(because !== undefined && { because }) };
    this.#parts.whereabouts.set({ place: "panel", ...away });
    void this.#panel.tellSurroundings();
    this.#refresh();
  }

  #enter(chat: Chat): void {
    this.#refresh();
    void showSettingsProblems([...chat.permissions.problems, ...settingsProblems()], this.#parts.log);
    const { openQuestions } = chat.transcript.status;
    // A card that was open when its window closed is put on the table again; nothing else starts by itself.
    if (chat.readOnlyBecause === undefined && openQuestions.length > 0)
      void this.attempt(() => this.resume());
  }

  /** Leaving a conversation stops it, so that is asked first. */
  async #mayLeave(): Promise<boolean> {
    if (!this.chats.current?.isRunning) return true;
    const stop = vscode.l10n.t("Stop and Leave");
    const chosen = await vscode.window.showWarningMessage(
      vscode.l10n.t("Plumb is still working in this chat."),
      { modal: true, detail: vscode.l10n.t("It will be stopped. You can come back and continue later.") },
      stop,
    );
    return chosen === stop;
  }

  async #chooseModel(chat: Chat): Promise<void> {
    const { model, effort } = await this.models.resolve();
    chat.setModel(model, effort);
  }

  async #settingsChanged(change: vscode.ConfigurationChangeEvent): Promise<void> {
    // What was set last counts, be it in the panel or in the settings.
    if (change.affectsConfiguration("plumb.model") || change.affectsConfiguration("plumb.effort"))
      await this.models.forgetChoice();
    await this.#panel.snapshot();
  }

  async #accountChanged(): Promise<void> {
    await this.#parts.memory.keepInTour(this.accounts.isTour);
    await this.#panel.tellSurroundings();
    this.#refresh();
  }

  #statusOf(chat: Chat): Status {
    return { ...chat.transcript.status, mode: chat.mode };
  }

  async #surroundings(): Promise<Surroundings> {
    const [account, slash] = await Promise.all([this.accounts.kind(), this.slashCommands()]);
    return toSurroundings({
      account,
      slash: slash.map(infoOf),
      models: account === "none" ? [] : this.#knownModels(),
      ...this.models.now(),
      canBypass: mayBypass(),
      isAway: this.presence.isAway,
      attachments: this.written.attachments,
      readOnlyBecause: this.chats.current?.readOnlyBecause,
    });
  }

  /** Never waits for the network: what is not known yet is told when it is. */
  #knownModels(): readonly ModelInfo[] {
    return this.models.known(() => void this.#panel.tellSurroundings());
  }

  #refresh(): void {
    void this.attempt(() => this.#tellSituation());
  }

  async #tellSituation(): Promise<void> {
    const { view, attention } = this.#parts;
    const account = await this.accounts.kind();
    const chat = this.chats.current;
    if (!chat) return attention.showIdle(account);
    const status = decidableIn(chat, this.#statusOf(chat));
    const pending = this.hunks.pending.counted;
    attention.show({ status, isRunning: chat.isRunning, account, pending, isAway: this.presence.isAway });
    const description =
      account === "tour"
        ? vscode.l10n.t("Tour, no AI")
        : this.models.nameOf(this.models.now().model || status.model);
    view.describe(description, badgeFor(status.openQuestions.length + status.later.length, pending.total));
    await this.#parts.memory.keepWaiting(
      [status.openQuestions, status.later, status.pendingEdits].some(({ length }) => length > 0),
    );
    if (view.isVisible || chat.readOnlyBecause !== undefined) return;
    void attention.tellWaiting(waitingCards(chat), {
      reveal: () => this.reveal("question"),
      decide: (verdict, card) => chat.answerPermission({ ...card, verdict, scope: "once" }),
    });
  }
}

/** What another window works on waits for nobody here. */
const decidableIn = (chat: Chat, status: Status): Status =>
  chat.readOnlyBecause === undefined ? status : { ...status, openQuestions: [], later: [], pendingEdits: [] };
