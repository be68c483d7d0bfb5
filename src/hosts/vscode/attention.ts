import * as vscode from "vscode";
import type { Status, ToolRow } from "../../core/rows.ts";
import { Transcript } from "../../core/transcript.ts";
import type { PendingTotal } from "../../protocol/pending.ts";
import { hunksWords } from "./hunks/changes-control.ts";

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

  /** Tells about cards that wait unseen. Allowing needs the whole card, not its title, so only denying is offered. */
  async tellWaiting(
    waiting: readonly ToolRow[],
    act: { reveal(): Promise<void>; deny(callId: string): void },
  ): Promise<void> {
    const news = waiting.filter(({ key }) => !this.#told.has(key));
    for (const { key } of news) this.#told.add(key);
    const first = news[0];
    if (!first) return;
    const review = vscode.l10n.t("Review");
    const deny = vscode.l10n.t("Deny");
    const chosen = await vscode.window.showInformationMessage(
      vscode.l10n.t("Plumb waits for you: {0}", first.title),
      ...(first.approval ? [review, deny] : [review]),
    );
    if (chosen === review) await act.reveal();
    else if (chosen === deny) act.deny(first.key);
  }
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
