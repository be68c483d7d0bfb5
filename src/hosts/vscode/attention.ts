import * as vscode from "vscode";
import type { Status, ToolRow } from "../../core/rows.ts";
import { Transcript } from "../../core/transcript.ts";
import type { PendingTotal } from "../../protocol/pending.ts";
import { hunksWords } from "./hunks/changes-control.ts";
import { noticeFor } from "./waiting-notice.ts";

type Account = "none" | "key" | "tour";

/** What the window shows outside of the panel: status bar, badge, context keys, and a notice when somebody is needed. */
export interface Situation {
  readonly status: Status;
  readonly isRunning: boolean;
  readonly account: Account;
  readonly isAway?: boolean;
  /** What there is to decide, as every view of it counts it. */
  readonly pending: { readonly total: PendingTotal; readonly paths: readonly string[] };
}
const NOTHING: Situation["pending"] = { total: { files: 0, hunks: 0, added: 0, removed: 0 }, paths: [] };

export interface StatusWords {
  readonly text: string;
  readonly tooltip: string;
  readonly needsYou: boolean;
}

/** The most urgent thing first: somebody waits, something runs, something is to be reviewed. */
export function statusWords({ status, isRunning, account, pending, isAway }: Situation): StatusWords {
  const name = account === "tour" ? vscode.l10n.t("Plumb tour") : "Plumb";
  const waiting = status.openQuestions.length + status.later.length;
  if (isAway) {
    return {
      text: `$(clock) ${name}: ${waiting > 0 ? vscode.l10n.t("away, {0} waiting", waiting) : vscode.l10n.t("away")}`,
      tooltip: vscode.l10n.t("You are away: questions wait, other work goes on. Select to see them."),
      needsYou: false,
    };
  }
  if (waiting > 0) {
    return {
      text: `$(bell-dot) ${name}: ${vscode.l10n.t("needs you")}`,
      tooltip: vscode.l10n.t("Plumb waits for your decision. Select to see it."),
      needsYou: true,
    };
  }
  if (isRunning) {
    return {
      text: `$(loading~spin) ${name}: ${vscode.l10n.t("working")}`,
      tooltip: vscode.l10n.t("Plumb is working. Select to watch."),
      needsYou: false,
    };
  }
  // How many there are is said beside this, by the item that opens them.
  if (pending.total.files > 0) {
    return {
      text: `$(triangle-down) ${name}`,
      tooltip: vscode.l10n.t("Keep or undo Plumb's edits. Select to see them."),
      needsYou: false,
    };
  }
  return {
    text: `$(triangle-down) ${name}`,
    tooltip:
      account === "none"
        ? vscode.l10n.t("Plumb: sign in, or try it without a key.")
        : vscode.l10n.t("Open Plumb"),
    needsYou: false,
  };
}

/** Calls that a person was already told about, so that nobody is told twice. */
export class Attention {
  readonly #item: vscode.StatusBarItem;
  readonly #told = new Set<string>();

  constructor(item: vscode.StatusBarItem) {
    this.#item = item;
  }

  /** Before any conversation was opened. */
  showIdle(account: Account): void {
    this.show({ status: new Transcript().status, isRunning: false, account, pending: NOTHING });
  }

  show(situation: Situation): void {
    const { text, tooltip, needsYou } = statusWords(situation);
    this.#item.text = text;
    this.#item.tooltip = tooltip;
    this.#item.accessibilityInformation = { label: text.replace(/\$\([^)]*\)\s*/, ""), role: "button" };
    this.#item.backgroundColor = needsYou
      ? new vscode.ThemeColor("statusBarItem.warningBackground")
      : undefined;
    setContext("plumb.running", situation.isRunning);
    setContext("plumb.asking", needsYou);
    setContext("plumb.hasPendingEdits", situation.pending.total.files > 0);
    setContext("plumb.pendingPaths", situation.pending.paths);
    setContext("plumb.account", situation.account);
  }

  /** Whether keys go to the panel: the editor's own `focusedView` leaves web pages out. */
  readonly showFocused = (isFocused: boolean): void => setContext("plumb.focused", isFocused);

  /** Tells about cards that wait unseen. Nothing is decided by it but the card it was about, as it was then. */
  async tellWaiting(waiting: readonly ToolRow[], act: WaitingActs): Promise<void> {
    const nameOf = ({ key, approval }: ToolRow): string => `${key} ${approval?.hash ?? ""}`;
    const news = waiting.filter((row) => !this.#told.has(nameOf(row)));
    for (const row of news) this.#told.add(nameOf(row));
    const [first] = news;
    if (!first) return;
    const { text, isWarning, mayAllow } = noticeFor(first);
    const allow = vscode.l10n.t("Allow Once");
    const deny = vscode.l10n.t("Deny");
    const open = vscode.l10n.t("Open Plumb");
    const answers = first.approval ? [...(mayAllow ? [allow] : []), deny] : [];
    const chosen = isWarning
      ? await vscode.window.showWarningMessage(text, ...answers, open)
      : await vscode.window.showInformationMessage(text, ...answers, open);
    if (chosen === open) return act.reveal();
    const verdict = chosen === allow ? "allow" : "deny";
    if (chosen === undefined || !first.approval) return;
    if (!act.decide(verdict, { callId: first.key, hash: first.approval.hash }))
      void vscode.window.showInformationMessage(
        vscode.l10n.t("This question is no longer open. Nothing was decided."),
      );
  }
}

/** What can be done from a notification about a card. */
export interface WaitingActs {
  reveal(): Promise<void>;
  /** False when that card is no longer open, or shows something else by now. */
  decide(verdict: "allow" | "deny", card: { readonly callId: string; readonly hash: string }): boolean;
}

/** How many things wait for the person, and what: open questions, and files to review. */
export function badgeFor(
  questions: number,
  { files, hunks }: PendingTotal,
): { count: number; words: string } | undefined {
  if (questions + files === 0) return undefined;
  const asks =
    questions === 1
      ? vscode.l10n.t("Plumb waits for your decision")
      : vscode.l10n.t("Plumb waits for {0} decisions", questions);
  const review =
    files === 1
      ? vscode.l10n.t("1 file to review ({0})", hunksWords(hunks))
      : vscode.l10n.t("{0} files to review ({1})", files, hunksWords(hunks));
  const words = [...(questions > 0 ? [asks] : []), ...(files > 0 ? [review] : [])].join("; ");
  return { count: questions + files, words };
}

const known = new Map<string, string>();
/** Only what changed is sent: every context key makes all menus be computed anew. */
function setContext(key: string, value: unknown): void {
  const json = JSON.stringify(value);
  if (known.get(key) === json) return;
  known.set(key, json);
  void vscode.commands.executeCommand("setContext", key, value);
}
