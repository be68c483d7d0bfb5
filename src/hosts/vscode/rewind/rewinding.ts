import { basename } from "node:path";
import * as vscode from "vscode";
import { AgentError } from "../../../core/errors.ts";
import type { Block } from "../../../core/message.ts";
import type { Chats } from "../chats.ts";
import type { Chat, ReviewReport, RewindPreview, Rewound, TakenBack } from "../engine.ts";
import { askWhoseLines, closeSettledDiffs } from "../review.ts";
import type { Written } from "../written.ts";
import { fromContent } from "./draft-of.ts";
import { type Choice, changing, choose } from "./preview-pick.ts";

interface Parts {
  readonly chats: Chats;
  readonly written: Written;
  /** Shows the panel with these words in the composer, after what is there. */
  compose(words: string): Promise<void>;
  /** The page gets everything anew. */
  redraw(): Promise<void>;
}

/** Going back, forking, and taking back what was decided, with everything that is asked and said about it. */
export class Rewinding {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Goes back to before a message; without one, asks which. */
  async rewind(seq?: number): Promise<void> {
    const at = seq ?? (await this.#pickMessage(vscode.l10n.t("Rewind to before which message?")));
    if (at === undefined) return;
    const chat = await this.#resting(vscode.l10n.t("Stop and Rewind"));
    const preview = chat && (await chat.checkpoints.preview(at));
    if (!chat || !preview) return;
    const title = vscode.l10n.t("Rewind to before “{0}”", preview.title);
    const what = await choose(title, rewindActions(preview), preview);
    if (what !== undefined) await this.#rewind(chat, at, what, preview);
  }

  /** Takes out what was done since the last message, and with `all` what was done in the whole conversation. */
  async undoEdits(of: "turn" | "session"): Promise<void> {
    const chat = await this.#resting(vscode.l10n.t("Stop and Undo"));
    const seq = of === "session" ? -1 : chat?.checkpoints.list().at(-1)?.seq;
    const preview = seq === undefined ? undefined : await chat?.checkpoints.preview(seq);
    if (!chat || !preview || seq === undefined || preview.files.length === 0) {
      const nothing = vscode.l10n.t("There are no edits of Plumb to undo.");
      if (chat) void vscode.window.showInformationMessage(nothing);
      return;
    }
    const title =
      of === "turn"
        ? vscode.l10n.t("Undo what Plumb did after “{0}”", preview.title)
        : vscode.l10n.t("Undo everything Plumb did in this conversation");
    const label = `$(discard) ${vscode.l10n.t("Undo these edits")}`;
    const detail = vscode.l10n.t("Edits you have kept as well. Your own changes stay.");
    const what = await choose(title, [{ choice: "files", label, detail }], preview);
    if (what !== undefined) await this.#rewind(chat, seq, what, preview);
  }

  /** Undoes the last rewind, in the conversation that it was done in; nothing when that is not the one that is meant. */
  async undoRewind(meant?: string): Promise<void> {
    const here = await this.#resting(vscode.l10n.t("Stop and Undo"));
    if (!here) return;
    const from = forkOf(here);
    const own = here.checkpoints.lastRewind;
    const isHere = from?.rewind === undefined || own !== undefined;
    const isMeant = meant === undefined || meant === (isHere ? own?.rewind : from.rewind);
    if (!isMeant) return void vscode.window.showInformationMessage(vscode.l10n.t("This rewind is over."));
    const chat = isHere ? here : await this.#parts.chats.openSession(from.sessionId);
    const report = await chat.checkpoints.undoRewind(isHere ? undefined : from.rewind);
    await this.#tellBack(chat, report, vscode.l10n.t("There is no rewind to undo."));
  }

  /** Takes back the last decision about edits. */
  async takeBack(): Promise<void> {
    const chat = await this.#parts.chats.ready();
    refuseReadOnly(chat);
    const report = await chat.checkpoints.takeBack();
    await this.#tellBack(chat, report, vscode.l10n.t("There is no decision to take back."));
  }

  /** Begins a conversation like this one, up to a message or, without one, with all of it. */
  async fork(seq?: number): Promise<void> {
    const chat = await this.#resting(vscode.l10n.t("Stop and Fork"), { mayRead: true });
    if (!chat) return;
    if (chat.checkpoints.list().length === 0)
      throw new AgentError("not_found", vscode.l10n.t("This conversation is empty."));
    const { sessionId, content } = await chat.checkpoints.fork(seq);
    await this.#goOn(sessionId, content);
  }

  async #rewind(chat: Chat, seq: number, what: Choice, preview: RewindPreview): Promise<void> {
    const mixed = what === "conversation" ? [] : changing(preview).filter(({ clashes }) => clashes > 0);
    const clashes =
      mixed.length === 0
        ? "leave"
        : await askWhoseLines(mixed.map(({ path }) => vscode.workspace.asRelativePath(path)));
    if (clashes === undefined) return;
    const done = await chat.checkpoints.rewind({ seq, what, clashes });
    await closeSettledDiffs(chat);
    if (done.sessionId !== undefined) await this.#goOn(done.sessionId, done.content);
    void tellLeft(done.conflicts);
    void this.#tellRewound(done);
  }

  /** Said without waiting: what was done can be undone for as long as the conversation is there. */
  async #tellRewound({ rewind, sessionId, files }: Rewound): Promise<void> {
    const hasConversation = sessionId !== undefined;
    const undo = vscode.l10n.t("Undo Rewind");
    const changed =
      files === 1
        ? vscode.l10n.t("1 file was changed back.")
        : vscode.l10n.t("{0} files were changed back.", files);
    const words = [
      ...(hasConversation
        ? [vscode.l10n.t("You are back in the conversation; what came after is in the history.")]
        : []),
      ...(files > 0 || !hasConversation ? [changed] : []),
    ];
    if ((await vscode.window.showInformationMessage(words.join(" "), undo)) === undo)
      await vscode.commands.executeCommand("plumb.undoRewind", rewind);
  }

  async #tellBack(chat: Chat, report: TakenBack | undefined, nothing: string): Promise<void> {
    if (!report) return void vscode.window.showInformationMessage(nothing);
    await this.#parts.redraw();
    await closeSettledDiffs(chat);
    void tellLeft(report.conflicts);
    const files = report.files.map((path) => basename(path)).slice(0, 3);
    const more = report.files.length - files.length;
    const names = more > 0 ? vscode.l10n.t("{0} and {1} more", files.join(", "), more) : files.join(", ");
    vscode.window.setStatusBarMessage(takenBackWords(report.what, names), 5000);
  }

  async #goOn(sessionId: string, content: readonly Block[]): Promise<void> {
    const { chats, written, compose } = this.#parts;
    await chats.openSession(sessionId);
    const { words, attachments } = fromContent(content);
    written.add(attachments);
    await compose(words);
  }

  async #pickMessage(title: string): Promise<number | undefined> {
    const messages = (await this.#parts.chats.ready()).checkpoints.list();
    if (messages.length === 0)
      throw new AgentError("not_found", vscode.l10n.t("This conversation is empty."));
    const items = messages.toReversed().map(({ seq, title: label, at }) => ({
      label,
      description: new Date(at).toLocaleTimeString(undefined, { hour: "2-digit", minute: "2-digit" }),
      seq,
    }));
    return (await vscode.window.showQuickPick(items, { title }))?.seq;
  }

  /** The open conversation once nothing runs in it; undefined when the user lets it run on. */
  async #resting(stop: string, { mayRead = false } = {}): Promise<Chat | undefined> {
    const chat = await this.#parts.chats.ready();
    if (!mayRead) refuseReadOnly(chat);
    if (!chat.isRunning) return chat;
    const message = vscode.l10n.t("Plumb is still working in this chat.");
    const detail = vscode.l10n.t("It will be stopped first.");
    if ((await vscode.window.showWarningMessage(message, { modal: true, detail }, stop)) !== stop)
      return undefined;
    await stopped(chat);
    return chat;
  }
}

function stopped(chat: Chat): Promise<void> {
  return new Promise((resolve) => {
    const end = chat.onRunning((isRunning) => {
      if (isRunning) return;
      end();
      resolve();
    });
    if (chat.isRunning) chat.stop();
    else {
      end();
      resolve();
    }
  });
}

function refuseReadOnly({ readOnlyBecause }: Chat): void {
  if (readOnlyBecause !== undefined) throw new AgentError("locked", readOnlyBecause);
}

function forkOf(
  chat: Chat,
): { readonly sessionId: string; readonly rewind?: string | undefined } | undefined {
  const first = chat.session.events.find((event) => event.type === "session");
  return first?.type === "session" ? first.forkedFrom : undefined;
}

function rewindActions(preview: RewindPreview) {
  const messages =
    preview.messages === 1
      ? vscode.l10n.t("This message leaves the conversation.")
      : vscode.l10n.t("{0} messages leave the conversation, from this one on.", preview.messages);
  const stay = vscode.l10n.t("Files stay as they are.");
  const talk = {
    choice: "conversation" as const,
    label: `$(comment-discussion) ${vscode.l10n.t("Conversation only")}`,
    detail: `${messages} ${stay}`,
  };
  if (changing(preview).length === 0) return [talk];
  const back = vscode.l10n.t("What Plumb changed since comes out of the files; your own changes stay.");
  return [
    {
      choice: "both" as const,
      label: `$(history) ${vscode.l10n.t("Conversation and files")}`,
      detail: vscode.l10n.t(
        "Both: the conversation goes on from before this message, and the files with it.",
      ),
    },
    talk,
    { choice: "files" as const, label: `$(files) ${vscode.l10n.t("Files only")}`, detail: back },
  ];
}

/** Each file that was left as it is, with why; all of them are in the message, the first ones by name. */
async function tellLeft(conflicts: ReviewReport["conflicts"]): Promise<void> {
  if (conflicts.length === 0) return;
  const [first] = conflicts;
  const why = first ? `${basename(first.path)}: ${first.why}` : "";
  await vscode.window.showWarningMessage(
    conflicts.length === 1
      ? vscode.l10n.t("1 file was left as it is. {0}", why)
      : vscode.l10n.t("{0} files were left as they are. {1}", conflicts.length, why),
  );
}

function takenBackWords(what: TakenBack["what"], names: string): string {
  if (what === "kept") return vscode.l10n.t("Open for review again: {0}", names);
  if (what === "undone") return vscode.l10n.t("Put back: {0}", names);
  return vscode.l10n.t("The rewind was undone. {0}", names);
}
