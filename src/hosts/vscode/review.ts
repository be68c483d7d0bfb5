import { basename } from "node:path";
import * as vscode from "vscode";
import { AgentError } from "../../core/errors.ts";
import type { EventOf } from "../../core/event.ts";
import type { Host } from "../../core/ports.ts";
import { BEFORE_SCHEME, beforeUri } from "./before-images.ts";
import type { Chat, ReviewReport } from "./engine.ts";
import { BASELINE_SCHEME } from "./hunks/baselines.ts";
import { isNotebookFile, NOTEBOOK_SCHEME, notebookBefore } from "./notebooks/notebook-texts.ts";

/** Where the open conversation comes from. */
interface Conversations {
  ready(): Promise<Chat>;
}

/** Looking at what was changed, and keeping or undoing it. Nothing here opens by itself. */
export class Review {
  readonly #chats: Conversations;
  readonly #host: Host;

  constructor(chats: Conversations, host: Host) {
    this.#chats = chats;
    this.#host = host;
  }

  /** A real diff: the text before the edit on the left, the file itself on the right, which stays editable. */
  async openDiff(editId: string, options: { preserveFocus: boolean }): Promise<void> {
    const chat = await this.#chats.ready();
    const edit = editsOf(chat).find((event) => event.editId === editId);
    if (!edit) throw new AgentError("not_found", vscode.l10n.t("This edit is not part of the conversation."));
    const file = vscode.Uri.file(edit.path);
    const isThere = await this.#isThere(edit.path);
    const title = vscode.l10n.t("{0} (before Plumb ↔ now)", basename(edit.path));
    await vscode.commands.executeCommand(
      "vscode.diff",
      before(edit.path, edit.before),
      isThere ? file : before(edit.path, ""),
      title,
      { preview: true, preserveFocus: options.preserveFocus },
    );
  }

  async #isThere(path: string): Promise<boolean> {
    try {
      return (await this.#host.fs.stat(path)).kind === "file";
    } catch {
      return false;
    }
  }

  /** Opens the diff of the file in the active editor, or of the only changed file, or of the one chosen. */
  async pickDiff(): Promise<void> {
    const chat = await this.#chats.ready();
    const { pendingEdits } = chat.transcript.status;
    const active = vscode.window.activeTextEditor?.document.uri.fsPath;
    const paths = [...new Set(pendingEdits.map((edit) => edit.path))];
    const path =
      paths.find((known) => known === active) ?? (paths.length === 1 ? paths[0] : await pickPath(paths));
    const edit = pendingEdits.find((pending) => pending.path === path);
    if (edit) await this.openDiff(edit.editId, { preserveFocus: false });
    else if (paths.length === 0)
      void vscode.window.showInformationMessage(vscode.l10n.t("There are no edits to review."));
  }

  /** Keeps or undoes; what could not be undone is said with what to do about it. */
  async settle(verdict: "keep" | "undo", editIds: readonly string[] | "all"): Promise<ReviewReport> {
    const chat = await this.#chats.ready();
    const mixed = verdict === "undo" ? await askAboutMixed(chat, editIds) : undefined;
    if (mixed === "nothing") return { done: [], conflicts: [] };
    const report = await chat.review(verdict, editIds, mixed);
    // Of several edits of a file one says it for all.
    const told = new Map(report.conflicts.map((conflict) => [`${conflict.path}\n${conflict.why}`, conflict]));
    for (const { editId, path, why } of told.values()) void this.#tellConflict(editId, path, why);
    await closeSettledDiffs(chat);
    return report;
  }

  /** Undoing everything is asked first: it may be an hour of work. */
  async settleAllAfterAsking(): Promise<void> {
    const { pendingEdits } = (await this.#chats.ready()).transcript.status;
    const files = new Set(pendingEdits.map((edit) => edit.path)).size;
    if (files === 0) return;
    const undo = vscode.l10n.t("Undo All");
    const chosen = await vscode.window.showWarningMessage(
      files === 1
        ? vscode.l10n.t("Undo all pending edits of Plumb in 1 file?")
        : vscode.l10n.t("Undo all pending edits of Plumb in {0} files?", files),
      { modal: true, detail: vscode.l10n.t("Your own changes stay.") },
      undo,
    );
    if (chosen === undo) await this.settle("undo", "all");
  }

  /** Settles what is pending in one file: the one of a diff or an editor. */
  async settleFile(verdict: "keep" | "undo", uri: vscode.Uri | undefined): Promise<void> {
    const path = (uri ?? vscode.window.activeTextEditor?.document.uri)?.fsPath;
    const chat = await this.#chats.ready();
    const ids = chat.transcript.status.pendingEdits
      .filter((edit) => edit.path === path)
      .map((edit) => edit.editId);
    if (ids.length > 0) await this.settle(verdict, ids);
    else void vscode.window.showInformationMessage(vscode.l10n.t("Plumb has no pending edits in this file."));
  }

  async #tellConflict(editId: string, path: string, why: string): Promise<void> {
    const compare = vscode.l10n.t("Compare");
    const message = vscode.l10n.t("{0} was left as it is: {1}", basename(path), why);
    const chosen = await vscode.window.showWarningMessage(message, compare);
    if (chosen === compare) await this.openDiff(editId, { preserveFocus: false });
  }
}

/** Lines that the user changed as well are not undone unasked. Undefined when there are none. */
async function askAboutMixed(
  chat: Chat,
  editIds: readonly string[] | "all",
): Promise<"take" | "leave" | "nothing" | undefined> {
  const { pendingEdits } = chat.transcript.status;
  const chosen = pendingEdits.filter(({ editId }) => editIds === "all" || editIds.includes(editId));
  const places: string[] = [];
  let hasOthers = false;
  for (const path of new Set(chosen.map((edit) => edit.path))) {
    // What cannot be read as text is not told apart into lines; undoing it says why it cannot be undone.
    const file = await chat.pendingFile(path).catch(() => undefined);
    if (file?.hunks.some(({ isMixed }) => isMixed)) places.push(vscode.workspace.asRelativePath(path));
    if (!file || file.hunks.some(({ isMixed }) => !isMixed)) hasOthers = true;
  }
  if (places.length === 0) return undefined;
  const answer = (await askWhoseLines(places)) ?? "nothing";
  if (answer !== "leave" || hasOthers) return answer;
  tellNothingElse();
  return "nothing";
}

function tellNothingElse(): void {
  void vscode.window.showInformationMessage(
    vscode.l10n.t(
      "Nothing was undone: you changed all of these lines as well. They stay as they are, and can still be kept or undone.",
    ),
  );
}

/** Whether lines that both have changed are taken out or left. Undefined: neither, nothing is done. */
export async function askWhoseLines(files: readonly string[]): Promise<"take" | "leave" | undefined> {
  const take = vscode.l10n.t("Undo Both");
  const leave = vscode.l10n.t("Leave My Lines");
  const detail = vscode.l10n.t(
    "{0}\n\nLeave My Lines undoes everything else and leaves these places as they are. Undo Both takes your changes out of them together with Plumb's.",
    listed(files),
  );
  const message = vscode.l10n.t("You changed some of these lines as well.");
  const chosen = await vscode.window.showWarningMessage(message, { modal: true, detail }, leave, take);
  return chosen === undefined ? undefined : chosen === take ? "take" : "leave";
}

const MOST_LISTED = 8;
const listed = (names: readonly string[]): string =>
  names.length <= MOST_LISTED
    ? names.join("\n")
    : [...names.slice(0, MOST_LISTED), vscode.l10n.t("and {0} more", names.length - MOST_LISTED)].join("\n");

const editsOf = (chat: Chat): readonly EventOf<"edit">[] =>
  chat.session.events.filter((event): event is EventOf<"edit"> => event.type === "edit");

async function pickPath(paths: readonly string[]): Promise<string | undefined> {
  if (paths.length === 0) return undefined;
  const items = paths.map((path) => ({ label: vscode.workspace.asRelativePath(path), path }));
  const chosen = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t("Show the changes of which file?"),
  });
  return chosen?.path;
}

const OURS: readonly string[] = [BEFORE_SCHEME, BASELINE_SCHEME, NOTEBOOK_SCHEME];

/** What the editor shows as a notebook it can only compare with one. */
const before = (path: string, hash: string): vscode.Uri =>
  isNotebookFile(path) ? notebookBefore(path, hash) : beforeUri(path, hash);

/** A diff of ours whose file has nothing left to decide is closed, unless something in it is not saved. */
export async function closeSettledDiffs(chat: Chat): Promise<void> {
  const pending = new Set(chat.transcript.status.pendingEdits.map((edit) => edit.path));
  const settled = vscode.window.tabGroups.all
    .flatMap((group) => group.tabs)
    .filter(
      ({ input, isDirty }) =>
        !isDirty &&
        (input instanceof vscode.TabInputTextDiff || input instanceof vscode.TabInputNotebookDiff) &&
        OURS.includes(input.original.scheme) &&
        !pending.has(input.original.fsPath),
    );
  if (settled.length > 0) await vscode.window.tabGroups.close(settled, true);
}
