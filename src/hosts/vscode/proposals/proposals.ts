import * as vscode from "vscode";
import type { Detail } from "../../../core/detail.ts";
import { AgentError } from "../../../core/errors.ts";
import type { EventOf } from "../../../core/event.ts";
import { sha256 } from "../../../core/hash.ts";
import type { Host } from "../../../core/ports.ts";
import type { HostToView } from "../../../protocol/view.ts";
import type { Chat, PermissionCard } from "../engine.ts";
import type { Conversations } from "../hunks/pending-changes.ts";
import { PlanComments } from "../plan/plan-comments.ts";
import { mustBeRead, waitingCards } from "../waiting.ts";
import type { WindowMemory } from "../window-memory.ts";
import { type Draft, Drafts, nameOf } from "./drafts.ts";
import { type CardEvent, chosenIn, findOpen, isAboutCards, type LeftOut } from "./open-cards.ts";
import { PROPOSAL_SCHEME, type ProposalName, type ProposalTexts, proposalName } from "./proposal-files.ts";
import { closeTabs, openTab, storeTyped } from "./proposal-tabs.ts";
import { SettledNotes } from "./settled-notes.ts";

/** Typing is followed at the speed of reading. */
const FOLLOW_MS = 150;

/** An answer from the card; `of` is the text (its SHA-256) that the card showed, `hunks` those of it that are wanted. */
export interface CardDecision extends Omit<PermissionCard, "amended"> {
  readonly of?: string;
}

interface Parts {
  readonly chats: Conversations;
  readonly host: Pick<Host, "blobs">;
  readonly memory: Pick<WindowMemory, "drafts" | "keepDrafts">;
  readonly send: (message: HostToView) => void;
  /** Shows what goes wrong. Never rejects. */
  readonly attempt: (work: () => unknown) => Promise<void>;
  readonly opensByItself: () => boolean;
}

/**
 * Edits that wait for an answer, where they can be read and changed before they happen. The card, the diff and the keys
 * are ways to the same answer: the text as the user has made it.
 */
export class Proposals implements ProposalTexts {
  readonly #parts: Parts;
  readonly #drafts: Drafts;
  readonly #notes: SettledNotes;
  /** What is written beside the lines of a plan. */
  readonly comments = new PlanComments((uri) => this.#draftAt(uri)?.proposal.isPlan === true);
  readonly #subscriptions: vscode.Disposable[];
  readonly #left = new Map<string, LeftOut>();
  #line: Promise<void> = Promise.resolve();
  readonly #timers = new Map<string, NodeJS.Timeout>();

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#drafts = new Drafts(parts);
    this.#notes = new SettledNotes((uri) => this.#draftAt(uri)?.isOpen === false);
    const { chats, attempt } = parts;
    this.#subscriptions = [
      chats.onDidSwitch((chat) => void this.#inLine(() => this.#enter(chat))),
      chats.onDidHappen((event) => {
        const happened = "durable" in event ? event.durable : undefined;
        if (happened && isAboutCards(happened)) void this.#inLine(() => this.#follow(happened));
      }),
      vscode.workspace.onDidChangeTextDocument(({ document }) => this.#tellSoon(document.uri)),
      // After a reload the editor brings back what was typed and not stored.
      vscode.workspace.onDidOpenTextDocument(({ uri }) => this.#tellSoon(uri)),
      vscode.workspace.onDidCloseTextDocument((document) => void attempt(() => this.#closed(document.uri))),
    ];
  }

  async read(uri: vscode.Uri): Promise<{ text: string; version: number } | undefined> {
    const name = proposalName(uri);
    if (!name) return undefined;
    const chat = await this.#parts.chats.ready();
    const known = this.#drafts.get(name);
    if (known) return { text: known.view.shown(known.saved), version: known.version };
    const found = await findOpen(chat, name);
    const draft = found ? await this.#drafts.begin(found) : await this.#drafts.revive(name, uri);
    // Its card was settled while its tab was away, and nobody had written anything into it.
    if (!draft) void this.#parts.attempt(() => closeTabs(uri));
    if (!draft) return undefined;
    this.#showState(draft);
    if (draft.proposal.isPlan) this.comments.begin();
    if (found) void this.#tell(draft);
    return { text: draft.view.shown(draft.saved), version: draft.version };
  }

  async write(uri: vscode.Uri, text: string): Promise<void> {
    const draft = this.#draftAt(uri);
    if (draft) await this.#drafts.save(draft, text);
  }

  /** Opens the diff of what a card proposes; without one, of the oldest card that has it. */
  open(callId: string | undefined, options: { preserveFocus: boolean }): Promise<void> {
    // In line with what closes it, or a slow editor would open what was answered meanwhile.
    return this.#inLine(() => this.#open(callId, options));
  }

  async #open(callId: string | undefined, options: { preserveFocus: boolean }): Promise<void> {
    const chat = await this.#parts.chats.ready();
    const wanted = callId ?? waitingCards(chat).find((row) => isProposed(row.approval?.detail))?.key;
    const proposal = wanted === undefined ? undefined : await chat.proposals.find(wanted);
    if (!proposal)
      throw new AgentError(
        "not_found",
        vscode.l10n.t("There is no proposed edit and no plan that waits for an answer."),
      );
    const draft = await this.#drafts.begin(proposal);
    this.#showState(draft);
    if (proposal.isPlan) this.comments.begin();
    await openTab(draft, options);
  }

  /** Accepts or denies from the diff: what stands on its right side is what is written. */
  async decideInEditor(verdict: "allow" | "deny", uri: vscode.Uri): Promise<void> {
    const draft = this.#draftAt(uri);
    const chat = await this.#parts.chats.ready();
    if (!draft?.isOpen) return void vscode.window.showInformationMessage(noLongerOpen());
    const { callId, hash } = draft.proposal;
    draft.isDiscarded = verdict === "deny";
    const amended = verdict === "allow" ? this.#drafts.amended(draft) : {};
    const card = this.#withComments({ callId, hash, verdict, scope: "once" });
    if (!chat.answerPermission({ ...card, ...amended })) {
      draft.isDiscarded = false;
      void vscode.window.showInformationMessage(noLongerOpen());
    }
  }

  /** The proposal in the editor that was used last, if it can be answered. */
  get #inFront(): Draft | undefined {
    const uri = vscode.window.activeTextEditor?.document.uri;
    const draft = uri && this.#draftAt(uri);
    return draft?.isOpen ? draft : undefined;
  }

  /**
   * Answers from a key: the proposal in the editor, unless its card shows less of it, or else the card that waits. False
   * when there is none, or when nobody sees what would be allowed.
   */
  async decideByKey(
    verdict: "allow" | "deny",
    { isPanelVisible }: { isPanelVisible: boolean },
  ): Promise<boolean> {
    const chat = await this.#parts.chats.ready();
    const front = this.#inFront;
    const hasLeftOut =
      front && isPanelVisible && (this.#left.get(nameOf(front.proposal))?.left.length ?? 0) > 0;
    if (front && (verdict === "deny" || !hasLeftOut)) {
      await this.decideInEditor(verdict, front.uri);
      return true;
    }
    const cards = waitingCards(chat).filter((row) => row.approval);
    const card = cards.find(({ key }) => key === front?.proposal.callId) ?? cards[0];
    if (!card?.approval || (verdict === "allow" && !isPanelVisible)) return false;
    const { hash, detail } = card.approval;
    // It is read in the card first, which says so.
    if (verdict === "allow" && mustBeRead(detail)) return false;
    const name = { callId: card.key, hash };
    const shown = this.#drafts.get(name)?.shown ?? detail;
    const choice = shown.kind === "diff" ? chosenIn(shown, this.#left.get(nameOf(name))) : undefined;
    // A yes to nothing is left to somebody who looks at it.
    if (verdict === "allow" && choice?.hunks?.length === 0) return false;
    return this.decide({ ...name, verdict, scope: "once", ...choice });
  }

  /** Answers a card. False when it is no longer open, or shows something else by now. */
  async decide({ of, hunks, ...answer }: CardDecision): Promise<boolean> {
    const chat = await this.#parts.chats.ready();
    const card = this.#withComments(answer);
    if (card.verdict === "deny") return chat.answerPermission(card);
    const draft = this.#drafts.get(card);
    const amended = draft ? this.#drafts.amended(draft) : {};
    if (draft && of !== undefined && (await sha256(amended.amended ?? draft.proposal.after)) !== of) {
      void this.#tell(draft);
      const text = vscode.l10n.t("You have changed the proposal since. Look at it again, then allow it.");
      this.#parts.send({ type: "toast", level: "info", text });
      return true;
    }
    return chat.answerPermission({ ...card, ...amended, ...(hunks && { hunks }) });
  }

  /** What stands beside a plan is said with the answer to it. */
  #withComments(card: PermissionCard): PermissionCard {
    const draft = this.#drafts.get(card);
    const comments = draft && this.comments.wordsFor(draft.uri);
    if (comments === undefined) return card;
    return { ...card, feedback: [card.feedback, comments].filter(Boolean).join("\n\n") };
  }

  /** Remembers what is not chosen in a card, so that a key accepts what the card shows. */
  leaveOut(left: LeftOut): void {
    this.#left.set(nameOf(left), left);
  }

  /** Everything the page has to know of cards that the user has touched. */
  tellAll(): void {
    for (const draft of this.#drafts.all) if (draft.isOpen) void this.#tell(draft);
    for (const left of this.#left.values()) {
      if (!this.#drafts.get(left)) this.#parts.send({ type: "proposal", ...left, left: [...left.left] });
    }
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#notes.dispose();
    this.comments.dispose();
  }

  #draftAt(uri: vscode.Uri): Draft | undefined {
    const name = proposalName(uri);
    return name && this.#drafts.get(name);
  }

  /** Another conversation has other cards; the ones of the one before wait in it. */
  async #enter(chat: Chat): Promise<void> {
    for (const draft of this.#drafts.all) {
      draft.isOpen = (await findOpen(chat, draft.proposal)) !== undefined;
      await this.#settled(draft);
    }
  }

  /** One after the other: what closes a tab stores its text first, and the next event may come meanwhile. */
  #inLine(work: () => Promise<void>): Promise<void> {
    this.#line = this.#line.then(() => this.#parts.attempt(work));
    return this.#line;
  }

  async #follow(event: CardEvent): Promise<void> {
    if (event.type === "permission.asked") return this.#asked(event);
    for (const draft of this.#drafts.all.filter(({ proposal }) => proposal.callId === event.callId)) {
      draft.isOpen = false;
      // Until it is written, the user's text is nowhere else.
      draft.isBeingWritten = event.type === "permission.decided" && event.verdict === "allow";
      draft.isDiscarded ||= event.type === "tool.finished" && event.outcome === "done";
      await this.#settled(draft);
    }
    for (const [name, { callId }] of this.#left) if (callId === event.callId) this.#left.delete(name);
  }

  /** After a reload the same card is asked again, or one that shows something else. */
  async #asked({ callId, hash, detail }: EventOf<"permission.asked">): Promise<void> {
    if (!isProposed(detail)) return;
    for (const draft of this.#drafts.all.filter(({ proposal }) => proposal.callId === callId)) {
      draft.isOpen = draft.proposal.hash === hash;
      await this.#settled(draft);
    }
    if (this.#drafts.isKept({ callId, hash })) await this.#bringBack({ callId, hash });
    if (this.#parts.opensByItself()) await this.#open(callId, { preserveFocus: true });
  }

  /** What was written before a reload counts, whether or not its tab has come back. */
  async #bringBack(name: ProposalName): Promise<void> {
    const chat = await this.#parts.chats.ready();
    const found = await findOpen(chat, name);
    if (found) await this.#settled(await this.#drafts.begin(found));
  }

  async #settled(draft: Draft): Promise<void> {
    this.#showState(draft);
    if (draft.isOpen) return this.#tell(draft);
    this.comments.settle(draft.uri);
    if (draft.isBeingWritten && this.#drafts.isChanged(draft)) return;
    if (draft.isDiscarded || !this.#drafts.isChanged(draft)) {
      await closeTabs(draft.uri);
      await this.#drafts.forget(draft);
    } else {
      await storeTyped(draft.uri);
    }
  }

  /** What nobody can answer and nobody looks at any more is forgotten. */
  async #closed(uri: vscode.Uri): Promise<void> {
    const draft = this.#draftAt(uri);
    if (!draft) return;
    if (draft.isOpen) await this.#tell(draft);
    else if (!draft.isBeingWritten) await this.#drafts.forget(draft);
  }

  #showState(draft: Draft): void {
    const paths = this.#drafts.all.filter(({ isOpen }) => isOpen).map(({ uri }) => uri.fsPath);
    void vscode.commands.executeCommand("setContext", "plumb.proposedPaths", [...new Set(paths)]);
    this.#notes.update(draft.uri);
  }

  #tellSoon(uri: vscode.Uri): void {
    const draft = uri.scheme === PROPOSAL_SCHEME ? this.#draftAt(uri) : undefined;
    if (!draft?.isOpen) return;
    const name = nameOf(draft.proposal);
    clearTimeout(this.#timers.get(name));
    const tell = (): void => {
      this.#timers.delete(name);
      void this.#tell(draft);
    };
    this.#timers.set(name, setTimeout(tell, FOLLOW_MS));
  }

  /** The card shows what would be written now. */
  async #tell(draft: Draft): Promise<void> {
    const text = this.#drafts.textOf(draft);
    const chat = this.#parts.chats.current;
    if (text === undefined || !chat) return;
    const { proposal } = draft;
    const { callId, hash, after } = proposal;
    const detail = text === after ? undefined : await chat.proposals.detailOf(proposal, text);
    draft.shown = detail?.kind === "diff" ? detail : undefined;
    const left = this.#left.get(nameOf(proposal));
    this.#parts.send({
      type: "proposal",
      callId,
      hash,
      ...(detail && { detail }),
      ...(left && { of: left.of, left: [...left.left] }),
    });
  }
}

/** What can be read and changed in an editor before it is answered. */
const isProposed = (detail: Detail | undefined): boolean =>
  detail?.kind === "diff" || detail?.kind === "plan";

const noLongerOpen = (): string =>
  vscode.l10n.t("This proposal is no longer open: it was answered elsewhere, or the turn was stopped.");
