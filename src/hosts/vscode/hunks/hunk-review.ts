import * as vscode from "vscode";
import { AgentError, toAgentError } from "../../../core/errors.ts";
import type { ReviewHunk } from "../../../review/hunks.ts";
import type { CodePlace } from "../code-actions.ts";
import { describeProblems } from "../context-sources.ts";
import type { PendingFile } from "../engine.ts";
import { isNotebookFile } from "../notebooks/notebook-texts.ts";
import { closeSettledDiffs } from "../review.ts";
import { followRenames } from "./follow-renames.ts";
import { cursorHunk, cursorPath, cursorPlace, reveal } from "./hunk-cursor.ts";
import { ErrorLenses } from "./hunk-errors.ts";
import type { SendAbout } from "./hunk-message.ts";
import {
  hunksOfCell,
  hunksOfChange,
  isLineChange,
  lineOf,
  type Place,
  sameHunks,
  stepFrom,
} from "./hunk-places.ts";
import { HunkThreads } from "./hunk-threads.ts";
import { HunkViews } from "./hunk-views.ts";
import { type Conversations, PendingChanges } from "./pending-changes.ts";
import { isReviewInFront, openReview, stepInReview } from "./review-tab.ts";

type Verdict = "keep" | "undo";

/** Deciding where the code is: hunk by hunk in the normal editor, across files. Nothing here opens by itself. */
export class HunkReview {
  /** What there is to decide; every view in the window goes by it. */
  readonly pending: PendingChanges;
  readonly #chats: Conversations;
  readonly #views: HunkViews;
  readonly #threads: HunkThreads;
  readonly #renames: vscode.Disposable;
  readonly #errors: ErrorLenses;

  constructor(chats: Conversations, log: vscode.LogOutputChannel) {
    this.#chats = chats;
    this.pending = new PendingChanges(chats, log);
    this.#views = new HunkViews(this.pending);
    this.#threads = new HunkThreads(chats, this.pending);
    this.#renames = followRenames(chats);
    this.#errors = new ErrorLenses(chats, this.pending);
  }

  /** The file without what is pending in it; where nothing is, as it is now. */
  async baseline(path: string): Promise<string> {
    await this.#ready(path);
    const file = this.pending.file(path);
    if (file) return file.baseline;
    const uri = vscode.Uri.file(path);
    try {
      // As a text in the background it would share its undo stack with the notebook.
      if (isNotebookFile(path)) return new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
      return (await vscode.workspace.openTextDocument(uri)).getText();
    } catch {
      return "";
    }
  }

  /** Goes to the next or previous hunk, in whichever file it is. */
  async step(direction: "next" | "previous"): Promise<void> {
    await this.#ready();
    // In the stacked view only the editor itself can go from one file to the next.
    if (isReviewInFront() && (await stepInReview(direction))) return;
    const place = await this.#stepPlace(direction);
    if (place) await reveal(place);
    else tellNothing();
  }

  /** Where a step leads. */
  async #stepPlace(direction: "next" | "previous"): Promise<Place | undefined> {
    const fileAt = (path: string): PendingFile | undefined => this.pending.file(path);
    for (const looked = new Set<string>(); ; ) {
      await this.#ready(...looked, ...pathsAt([]));
      const place = stepFrom(cursorPlace(fileAt), this.pending.files, direction);
      if (!place || looked.has(place.path)) return place;
      looked.add(place.path);
    }
  }

  /** Decides about the hunk of the peek (`uri`, its changes and which one), or about the one at the cursor. */
  async decideHunk(verdict: Verdict, peek: readonly unknown[]): Promise<void> {
    await this.#ready(...pathsAt(peek));
    const target = this.#fromPeek(peek) ?? this.#atCursor();
    if (target) return this.decide(verdict, target.file, target.hunks);
    // Nothing is decided that is not looked at: the first key shows it, the second decides.
    await this.step("next");
  }

  /** Opens a box at the hunk of the peek, or at the one at the cursor, to write to the agent about it. False when there is none. */
  async ask(peek: readonly unknown[], send: SendAbout): Promise<boolean> {
    await this.#ready(...pathsAt(peek));
    const fromPeek = this.#fromPeek(peek);
    const atCursor = this.#atCursor();
    const { file, hunks } = fromPeek ?? atCursor ?? { file: undefined, hunks: [] };
    if (!file || !hunks[0]) return false;
    if (hunks[0].units && vscode.window.activeNotebookEditor) {
      // In a notebook there is no line of the file at which a thread could stand.
      const words = await askAboutCell();
      if (words) await this.#threads.say(file, hunks[0], words, send);
      return true;
    }
    if (fromPeek) await vscode.commands.executeCommand("closeQuickDiff");
    this.#threads.open(file, hunks[0], fromPeek || !atCursor ? lineOf(hunks[0], file) : atCursor.line);
    return true;
  }

  /** Sends what was written in the box at a hunk. Rejects with `stale` when nothing is left to decide there. */
  reply(reply: unknown, send: SendAbout): Promise<void> {
    return this.#threads.reply(reply, send);
  }

  /** Has new errors of a pending change fixed, where the change is. False when these are no such errors. */
  async fix({ uri, diagnostics }: CodePlace, send: SendAbout): Promise<boolean> {
    await this.#ready(uri.fsPath);
    const file = this.pending.file(uri.fsPath);
    const isMeant = (error: vscode.Diagnostic): boolean =>
      diagnostics.some(({ message, range }) => message === error.message && range.isEqual(error.range));
    const [found] = file ? this.#errors.in(file).filter(({ errors }) => errors.some(isMeant)) : [];
    if (!file || !found) return false;
    const problems = describeProblems(found.errors.filter(isMeant));
    const words = vscode.l10n.t("Fix what this change broke:\n{0}", problems);
    await this.#threads.say(file, found.hunk, words, send);
    return true;
  }

  /** Takes back what is being written in such a box, or closes the whole thread. */
  closeThread(what: unknown): void {
    this.#threads.close(what);
  }

  /** Decides about everything pending in a file. False when that cannot be told apart into hunks. */
  async decideFile(verdict: Verdict, path: string): Promise<boolean> {
    await this.#ready(path);
    const file = this.pending.file(path);
    // Its path is decided with the rest, which only the whole of its edits can say.
    if (!file || file.movedFrom !== undefined) return false;
    await this.decide(verdict, file, file.hunks);
    return true;
  }

  /** All pending files in one view, one below the other, with the real, editable files on the right. */
  async openAll(): Promise<void> {
    await this.#ready();
    const { files } = this.pending;
    if (files.length === 0) return tellNothing();
    await openReview(files.map(({ path }) => path));
  }

  dispose(): void {
    this.#errors.dispose();
    this.#renames.dispose();
    this.#threads.dispose();
    this.#views.dispose();
    this.pending.dispose();
  }

  /** Only the files that something is about have to be up to date: hundreds of others may be on their way. */
  async #ready(...paths: readonly string[]): Promise<void> {
    await this.#chats.ready();
    await this.pending.known(...paths);
  }

  #fromPeek([uri, changes, index]: readonly unknown[]) {
    if (!(uri instanceof vscode.Uri) || !Array.isArray(changes) || typeof index !== "number")
      return undefined;
    const change: unknown = changes[index];
    const file = this.pending.file(uri.fsPath);
    const known = file?.hunks ?? [];
    const hunks = isLineChange(change) ? hunksOfChange(change, known) : hunksOfCell(change, known);
    if (!file || hunks.length === 0) throw changedMeanwhile();
    return { file, hunks };
  }

  #atCursor() {
    const found = cursorHunk((path) => this.pending.file(path));
    return found && { ...found, hunks: [found.hunk] };
  }

  /**
   * Decides about hunks of a file as it was looked at. Rejects with `stale`, and decides nothing, when they are not there
   * any more.
   */
  async decide(verdict: Verdict, file: PendingFile, hunks: readonly ReviewHunk[]): Promise<void> {
    if (verdict === "undo" && hunks.some(({ isMixed }) => isMixed) && !(await confirmUndoBoth())) return;
    const chat = await this.#chats.ready();
    try {
      await chat.reviewHunks(file.path, { verdict, currentHash: file.currentHash, hunks });
    } catch (thrown) {
      if (toAgentError(thrown).kind !== "stale") throw thrown;
      await this.pending.refresh(file.path);
      const now = this.pending.file(file.path);
      const same = now && sameHunks(file, hunks, now);
      if (!same) throw changedMeanwhile();
      await chat.reviewHunks(file.path, { verdict, currentHash: now.currentHash, hunks: same });
    }
    await closeSettledDiffs(chat);
  }
}

/** The file that the peek is about, else the one with the cursor. */
function pathsAt([uri]: readonly unknown[]): readonly string[] {
  if (uri instanceof vscode.Uri) return [uri.fsPath];
  const path = cursorPath();
  return path === undefined ? [] : [path];
}

/** Somebody decides about lines that are others by now. */
export const changedMeanwhile = (): AgentError =>
  new AgentError("stale", vscode.l10n.t("These lines have changed meanwhile; nothing was decided."));

const askAboutCell = (): Thenable<string | undefined> =>
  vscode.window.showInputBox({
    title: vscode.l10n.t("Ask Plumb About This Cell"),
    placeHolder: vscode.l10n.t("What should be different?"),
  });

const tellNothing = (): void =>
  void vscode.window.showInformationMessage(vscode.l10n.t("There are no edits to review."));

async function confirmUndoBoth(): Promise<boolean> {
  const both = vscode.l10n.t("Undo Both");
  const chosen = await vscode.window.showWarningMessage(
    vscode.l10n.t("These lines were changed since, by you or by another program."),
    { modal: true, detail: vscode.l10n.t("Undo takes those changes out of them together with Plumb's.") },
    both,
  );
  return chosen === both;
}
