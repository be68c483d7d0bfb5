import * as vscode from "vscode";
import { AgentError } from "../../core/errors.ts";
import { nextMode } from "../../core/mode.ts";
import type { CodePlace } from "./code-actions.ts";
import type { CommandId } from "./command-ids.ts";
import { clickedUris, describeProblems, fileAt, rangeOf, selectionOf } from "./context-sources.ts";
import type { SendAbout } from "./hunks/hunk-message.ts";
import { chooseModel } from "./model-picks.ts";
import { exportDecisions } from "./permissions/export-decisions.ts";
import type { PlumbWindow } from "./plumb-window.ts";
import { signIn, signOut } from "./sign-in.ts";

type Command = (plumb: PlumbWindow, ...args: unknown[]) => unknown;

/** What each command does; errors are shown by the one who calls. */
export const commands: Readonly<Record<CommandId, Command>> = {
  "plumb.open": (plumb) =>
    plumb.reveal(plumb.chats.current?.transcript.status.openQuestions.length ? "question" : "composer"),
  "plumb.newChat": (plumb) => plumb.switching.beginChat(),
  "plumb.history": (plumb) => plumb.reveal("history"),
  "plumb.stop": (plumb) => plumb.chats.current?.stop(),
  "plumb.continue": (plumb) => plumb.resume(),
  "plumb.signIn": (plumb) => signIn(plumb),
  "plumb.signOut": (plumb) => signOut(plumb.accounts),
  "plumb.startTour": (plumb) => plumb.switching.startTour(),
  "plumb.leaveTour": (plumb) => plumb.switching.leaveTour(),

  "plumb.askAboutSelection"(plumb) {
    const editor = vscode.window.activeTextEditor;
    return editor ? plumb.attach([selectionOf(editor)]) : plumb.reveal();
  },
  async "plumb.addToChat"(plumb, clicked, chosen) {
    const editor = vscode.window.activeTextEditor;
    const uris = clickedUris(clicked, chosen);
    const isSelection =
      uris.length === 1 &&
      !Array.isArray(chosen) &&
      editor?.selection.isEmpty === false &&
      editor.document.uri.toString() === uris[0]?.toString();
    if (isSelection) await plumb.attach([selectionOf(editor)]);
    else await plumb.attach(uris.map(fileAt));
  },
  async "plumb.explain"(plumb, argument) {
    const place = toPlace(argument);
    if (!place) return;
    const problems = describeProblems(place.diagnostics);
    await plumb.ask(
      [await attachmentAt(place)],
      problems === ""
        ? vscode.l10n.t("Explain this code.")
        : vscode.l10n.t("Explain these problems and what causes them:\n{0}", problems),
    );
  },
  async "plumb.fixProblem"(plumb, argument) {
    const place = toPlace(argument);
    if (!place) return;
    if (await plumb.hunks.fix(place, (content, about) => plumb.send(content, "now", about))) return;
    const problems = describeProblems(place.diagnostics);
    await plumb.ask([await attachmentAt(place)], vscode.l10n.t("Fix these problems:\n{0}", problems));
  },

  "plumb.keepAll": (plumb) => plumb.review.settle("keep", "all"),
  "plumb.undoAll": (plumb) => plumb.review.settleAllAfterAsking(),
  "plumb.keepEdit": (plumb, where) => settleFile(plumb, "keep", where),
  "plumb.undoEdit": (plumb, where) => settleFile(plumb, "undo", where),
  "plumb.keepHunk": (plumb, ...peek) => plumb.hunks.decideHunk("keep", peek),
  "plumb.undoHunk": (plumb, ...peek) => plumb.hunks.decideHunk("undo", peek),
  async "plumb.askHunk"(plumb, ...peek) {
    // The key asks about what is there: the hunk, or else the selection.
    const send: SendAbout = (content, about) => plumb.send(content, "now", about);
    if (!(await plumb.hunks.ask(peek, send))) await commands["plumb.askAboutSelection"](plumb);
  },
  "plumb.sendToHunk": (plumb, reply) =>
    plumb.hunks.reply(reply, (content, about) => plumb.send(content, "now", about)),
  "plumb.closeHunkThread": (plumb, thread) => plumb.hunks.closeThread(thread),
  "plumb.nextHunk": (plumb) => plumb.hunks.step("next"),
  "plumb.previousHunk": (plumb) => plumb.hunks.step("previous"),
  "plumb.reviewChanges": (plumb) => plumb.hunks.openAll(),
  async "plumb.openDiff"(plumb, which) {
    if (typeof which === "string") return plumb.review.openDiff(which, { preserveFocus: false });
    const path = which instanceof vscode.Uri ? which.fsPath : undefined;
    if (path === undefined || !(await plumb.changes.openDiff(path, { preserveFocus: false })))
      await plumb.review.pickDiff();
  },

  "plumb.rewind": (plumb) => plumb.rewinding.rewind(),
  "plumb.undoRewind": (plumb, meant) =>
    plumb.rewinding.undoRewind(typeof meant === "string" ? meant : undefined),
  "plumb.forkChat": (plumb) => plumb.rewinding.fork(),
  "plumb.undoTurn": (plumb) => plumb.rewinding.undoEdits("turn"),
  "plumb.undoSession": (plumb) => plumb.rewinding.undoEdits("session"),
  "plumb.takeBack": (plumb) => plumb.rewinding.takeBack(),

  "plumb.nextMode": async (plumb) => {
    await plumb.setMode(nextMode((await plumb.chats.ready()).mode));
  },
  "plumb.commentPlan": (plumb, reply) => plumb.proposals.comments.add(reply),
  "plumb.removePlanComment": (plumb, thread) => plumb.proposals.comments.remove(thread),
  "plumb.toggleAway": (plumb) => plumb.presence.set(!plumb.presence.isAway),
  "plumb.selectModel": (plumb) => chooseModel(plumb),
  "plumb.allowPending": (plumb) => decide(plumb, "allow"),
  "plumb.denyPending": (plumb) => decide(plumb, "deny"),

  "plumb.openProposal": (plumb) => plumb.proposals.open(undefined, { preserveFocus: false }),
  "plumb.acceptProposal": (plumb, where) => decideProposal(plumb, "allow", where),
  "plumb.denyProposal": (plumb, where) => decideProposal(plumb, "deny", where),

  "plumb.openPermissions": (plumb) => plumb.permissions.open(),
  "plumb.showContext": (plumb) => plumb.context.open("window"),
  async "plumb.compact"(plumb) {
    await plumb.reveal();
    await plumb.context.compact("");
  },
  "plumb.searchChat": (plumb) => plumb.searchChat(),
  "plumb.exportDecisions": (plumb) => exportDecisions(plumb.chats),
  async "plumb.exportChat"(plumb) {
    const { session } = await plumb.chats.ready();
    if (session.events.length === 0)
      throw new AgentError("not_found", vscode.l10n.t("This conversation is empty."));
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
    const name = `plumb-${session.id}.jsonl`;
    const target = await vscode.window.showSaveDialog({
      ...(folder && { defaultUri: vscode.Uri.joinPath(folder, name) }),
      filters: { [vscode.l10n.t("Conversation log")]: ["jsonl"] },
    });
    if (!target) return;
    const log = await plumb.chats.readLog(session.id);
    await vscode.workspace.fs.writeFile(target, new TextEncoder().encode(log));
  },
};

/** Nothing is allowed unseen: without the panel in view, the card is shown first. */
async function decide(plumb: PlumbWindow, verdict: "allow" | "deny"): Promise<void> {
  const { isPanelVisible } = plumb;
  if (!(await plumb.proposals.decideByKey(verdict, { isPanelVisible }))) await plumb.reveal("question");
}

function decideProposal(plumb: PlumbWindow, verdict: "allow" | "deny", where: unknown) {
  const uri = toUri(where) ?? vscode.window.activeTextEditor?.document.uri;
  return uri && plumb.proposals.decideInEditor(verdict, uri);
}

/** Hunks leave alone what was kept already; edits are for a file that cannot be told apart into them. */
async function settleFile(plumb: PlumbWindow, verdict: "keep" | "undo", where: unknown): Promise<void> {
  const uri = toUri(where) ?? vscode.window.activeTextEditor?.document.uri;
  if (uri && (await plumb.hunks.decideFile(verdict, uri.fsPath))) return;
  await plumb.review.settleFile(verdict, uri);
}

/** From a tab, an editor, or a row of the Source Control view. */
function toUri(value: unknown): vscode.Uri | undefined {
  if (value instanceof vscode.Uri) return value;
  const isRow = typeof value === "object" && value !== null && "resourceUri" in value;
  return isRow && value.resourceUri instanceof vscode.Uri ? value.resourceUri : undefined;
}

/** From the lightbulb; from a key, what is selected or where the cursor's problem is. */
function toPlace(argument: unknown): CodePlace | undefined {
  if (isPlace(argument)) return argument;
  const editor = vscode.window.activeTextEditor;
  if (!editor) return undefined;
  const { document, selection } = editor;
  const diagnostics = vscode.languages
    .getDiagnostics(document.uri)
    .filter(({ range }) => range.intersection(selection) !== undefined);
  return { uri: document.uri, range: selection, diagnostics };
}

const isPlace = (value: unknown): value is CodePlace =>
  typeof value === "object" &&
  value !== null &&
  "uri" in value &&
  value.uri instanceof vscode.Uri &&
  "range" in value &&
  value.range instanceof vscode.Range &&
  "diagnostics" in value &&
  Array.isArray(value.diagnostics);

/** Whole lines: half a statement explains nothing. */
async function attachmentAt({ uri, range, diagnostics }: CodePlace) {
  const document = await vscode.workspace.openTextDocument(uri);
  const all = diagnostics.reduce((sum, diagnostic) => sum.union(diagnostic.range), range);
  const lines = new vscode.Range(all.start.line, 0, all.end.line, document.lineAt(all.end.line).text.length);
  return rangeOf(document, lines);
}
