import * as vscode from "vscode";
import { AgentError } from "../../core/errors.ts";
import type { HunkMark } from "../../core/events/talk.ts";
import type { Block } from "../../core/message.ts";
import type { Mode } from "../../core/mode.ts";
import type { ModelInfo } from "../../core/model.ts";
import type { Host } from "../../core/ports.ts";
import type { Whereabouts } from "../../core/presence.ts";
import type { Attachment, HostToView } from "../../protocol/view.ts";
import type { Accounts } from "./accounts.ts";
import { toContent } from "./attachments.ts";
import type { Attention } from "./attention.ts";
import { bypassRefusal } from "./bypass-gate.ts";
import type { Chats } from "./chats.ts";
import type { ContextTray } from "./context/context-tray.ts";
import { windowTray } from "./context/window-tray.ts";
import type { Chat, Engine } from "./engine.ts";
import { EditStates } from "./hunks/edit-states.ts";
import { HunkReview } from "./hunks/hunk-review.ts";
import { PanelChanges } from "./hunks/panel-changes.ts";
import { act } from "./intents.ts";
import { ModelChoice } from "./model-choice.ts";
import { Panel } from "./panel.ts";
import { PanelAnswers } from "./panel-answers.ts";
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
import { surroundingsOf } from "./surroundings.ts";
import { Switching } from "./switching.ts";
import type { EditorTelemetry } from "./telemetry.ts";
import { statusOf, tellSituation } from "./tell-situation.ts";
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
  readonly telemetry: EditorTelemetry;
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
  readonly switching: Switching;
  readonly answers: PanelAnswers;
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
      surroundings: () => surroundingsOf(this),
      onFocus: parts.attention.showFocused,
      draft: () => this.written.text,
      statusOf,
      onSnapshot: () => {
        this.proposals.tellAll();
        this.changes.tellAll();
        this.context.begin();
      },
    });
    this.answers = new PanelAnswers({ panel: this.#panel, chats, host: parts.host });
    const reveal = (): Promise<void> => this.reveal();
    this.switching = new Switching({ chats, accounts, reveal, wishes: () => this.#wishes });
    const send = (message: HostToView): void => this.#panel.send(message);
    this.changes = new PanelChanges({ chats, hunks: this.hunks, review: this.review, send });
    this.edits = new EditStates({ chats, hunks: this.hunks, readBlob: (hash) => this.readBlob(hash), send });
    this.context = windowTray(this, parts, send);
    this.rewinding = new Rewinding({
      ...{ chats, written: this.written },
      compose: (words) => this.attach([], words),
      redraw: () => this.#panel.snapshot(),
    });
    this.#subscriptions = [watch, ...this.#follow(parts)];
    this.#refresh();
  }

  #follow({ chats, accounts, view }: WindowParts): vscode.Disposable[] {
    return [
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

  /** Stops what runs and writes what is not written, within the seconds an editor gives. */
  async close(): Promise<void> {
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#panel.dispose();
    this.hunks.dispose();
    this.proposals.dispose();
    await this.chats.close();
    await this.accounts.dispose();
    await this.#parts.telemetry.settled();
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

  /** Never waits for the network: what is not known yet is told when it is. */
  knownModels(): readonly ModelInfo[] {
    return this.models.known(() => void this.#panel.tellSurroundings());
  }

  #refresh(): void {
    const { view, attention, memory } = this.#parts;
    const { chats, accounts, hunks, models, presence } = this;
    const reveal = (): Promise<void> => this.reveal("question");
    void this.attempt(() =>
      tellSituation({ chats, accounts, hunks, models, presence, view, attention, memory, reveal }),
    );
  }
}
