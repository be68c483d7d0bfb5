import * as vscode from "vscode";
import { AgentError } from "../../core/errors.ts";
import type { ViewToHost } from "../../protocol/view.ts";
import { toContent } from "./attachments.ts";
import { runSlash } from "./context/slash.ts";
import { isNotebookFile } from "./notebooks/notebook-texts.ts";
import { revealCell } from "./notebooks/reveal-cell.ts";
import type { PlumbWindow } from "./plumb-window.ts";

type Messages = { [K in ViewToHost["type"]]: Extract<ViewToHost, { type: K }> };
type Intents = { readonly [K in keyof Messages]: (message: Messages[K], plumb: PlumbWindow) => unknown };

const WRITTEN_CHARS = 24;

/** What happens for each thing a person does in the panel. The page only asks; the host's own state decides. */
const intents: Intents = {
  async prompt({ text, attachments, when }, plumb) {
    const content = toContent(text, attachments);
    if (content.length === 0) return;
    await plumb.sendWritten(content, when);
  },
  queue: ({ ids, edited }, plumb) => plumb.chats.current?.setQueue(ids, edited),
  stop: (_, plumb) => plumb.chats.current?.stop(),
  continue: (_, plumb) => plumb.resume(),
  async permission({ callId, hash, verdict, scope, rules, feedback, mode, of, hunks }, plumb) {
    const said = {
      ...(feedback !== undefined && { feedback }),
      ...(mode && { mode }),
      ...(rules && { rules }),
    };
    const card = { callId, hash, verdict, scope, ...said };
    const shown = { ...(of !== undefined && { of }), ...(hunks && { hunks }) };
    if (!(await plumb.proposals.decide({ ...card, ...shown }))) plumb.answers.tellSettled();
  },
  checkRules: ({ callId, hash, rules }, plumb) => plumb.answers.tellRules(callId, hash, rules),
  later(answer, plumb) {
    const { callId, hash, verdict, feedback } = answer;
    const card = { callId, hash, verdict, ...(feedback !== undefined && { feedback }) };
    if (!plumb.chats.current?.decideLater(card)) plumb.answers.tellSettled();
  },
  away: ({ isAway }, plumb) => plumb.presence.set(isAway),
  openProposal: ({ callId }, plumb) => plumb.proposals.open(callId, { preserveFocus: false }),
  leaveOut: ({ callId, hash, of, left }, plumb) => plumb.proposals.leaveOut({ callId, hash, of, left }),
  answers({ callId, answers }, plumb) {
    if (!plumb.chats.current?.answerQuestions(callId, answers)) plumb.answers.tellSettled();
  },
  mode: ({ mode }, plumb) => plumb.setMode(mode),
  model: ({ model, effort }, plumb) => plumb.setModel(model, effort),
  review: ({ verdict, editIds }, plumb) => plumb.review.settle(verdict, editIds),
  hunks: (message, plumb) => plumb.changes.tellHunks(message),
  decide: (message, plumb) => plumb.changes.decide(message),
  async openChanges({ path }, plumb) {
    await plumb.changes.openDiff(path, { preserveFocus: true });
  },
  reviewChanges: (_, plumb) => plumb.hunks.openAll(),
  rewind: ({ seq }, plumb) => plumb.rewinding.rewind(seq),
  fork: ({ seq }, plumb) => plumb.rewinding.fork(seq),
  undoRewind: (_, plumb) => plumb.rewinding.undoRewind(),
  undoTurn: () => vscode.commands.executeCommand("plumb.undoTurn"),
  slash: ({ name, argument }, plumb) => runSlash(name, argument, plumb),
  context: (message, plumb) => plumb.context.look(message),
  compact: ({ keep }, plumb) => plumb.context.compact(keep),
  stopCompacting: (_, plumb) => plumb.context.stop(),
  raiseLimit: (message, plumb) => plumb.context.raise(message),
  editSummary: (message, plumb) => plumb.context.editSummary(message),
  dropResults: (message, plumb) => plumb.context.drop(message),
  pin: (message, plumb) => plumb.context.pin(message),
  edit: (message, plumb) => plumb.edits.tell(message),
  decideEdit: (message, plumb) => plumb.edits.decide(message),
  openDiff: ({ editId }, plumb) => plumb.review.openDiff(editId, { preserveFocus: true }),
  openFile: ({ path, line }) => openFile(path, line),
  openLink: ({ url }) => openLink(url),
  newChat: (_, plumb) => plumb.switching.newChat(),
  openSession: ({ id }, plumb) => plumb.switching.openSession(id),
  listSessions: (_, plumb) => plumb.answers.tellSessions(),
  deleteSession: ({ id }, plumb) => plumb.answers.deleteSession(id),
  files: ({ query, requestId }, plumb) => plumb.answers.tellFiles(query, requestId),
  signIn: () => vscode.commands.executeCommand("plumb.signIn"),
  startTour: (_, plumb) => plumb.switching.startTour(),
  leaveTour: (_, plumb) => plumb.switching.leaveTour(),
  openSettings: () => vscode.commands.executeCommand("workbench.action.openSettings", "@ext:plumb.plumb"),
  openPermissions: (_, plumb) => plumb.permissions.open(),
  openWalkthrough: () => vscode.commands.executeCommand("plumb.openWalkthrough"),
  selectModel: () => vscode.commands.executeCommand("plumb.selectModel"),
  reloadWindow: () => vscode.commands.executeCommand("workbench.action.reloadWindow"),
  copy: ({ text }) => vscode.env.clipboard.writeText(text),
  dropAttachment: ({ index }, plumb) => plumb.dropAttachment(index),
  draft({ text }, plumb) {
    plumb.written.keep(text);
    // Who has written this much is likely to send it.
    if (text.trim().length >= WRITTEN_CHARS) void plumb.chats.current?.warmUp.typing();
  },
  // The message pump answers these itself.
  ready: () => undefined,
  older: () => undefined,
  focused: () => undefined,
  problem: () => undefined,
};

export async function act(message: ViewToHost, plumb: PlumbWindow): Promise<void> {
  await run(message.type, message, plumb);
}
function run<K extends keyof Messages>(type: K, message: Messages[K], plumb: PlumbWindow): unknown {
  return intents[type](message, plumb);
}

async function openFile(path: string, line: number | undefined): Promise<void> {
  if (line !== undefined && isNotebookFile(path)) return revealCell(path, line);
  const uri = vscode.Uri.file(path);
  const at = new vscode.Position((line ?? 1) - 1, 0);
  try {
    await vscode.commands.executeCommand("vscode.open", uri, {
      preview: true,
      ...(line !== undefined && { selection: new vscode.Range(at, at) }),
    } satisfies vscode.TextDocumentShowOptions);
  } catch (thrown) {
    throw new AgentError("not_found", vscode.l10n.t("{0} cannot be opened.", path), { cause: thrown });
  }
}

/** The editor shows the real address and asks; nothing but the web is ever opened. */
async function openLink(url: string): Promise<void> {
  const scheme = URL.parse(url)?.protocol;
  if (scheme !== "https:" && scheme !== "http:") {
    throw new AgentError("denied", vscode.l10n.t("Only web addresses can be opened from the chat."));
  }
  await vscode.env.openExternal(vscode.Uri.parse(url, true));
}
