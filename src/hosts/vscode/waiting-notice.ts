import * as vscode from "vscode";
import type { ToolRow } from "../../core/rows.ts";
import { makeVisible } from "../../core/visible.ts";

/** More than this a notification does not show. In characters. */
const MAX_CHARS = 160;

/** What a notification says of a card that nobody sees. */
export interface WaitingNotice {
  readonly text: string;
  readonly isWarning: boolean;
  /** Whether it can be allowed from there: only what stands in the notification whole, and is of no high risk. */
  readonly mayAllow: boolean;
}

export function noticeFor({ title, approval, name }: ToolRow): WaitingNotice {
  const detail = approval?.detail;
  if (detail?.kind === "command") {
    const { words, isWhole } = shown(detail.command);
    const level = detail.risk?.level ?? "high";
    const text =
      level === "high"
        ? vscode.l10n.t("Plumb asks to run something of high risk: {0}", words)
        : vscode.l10n.t("Plumb asks to run: {0}", words);
    return { text, isWarning: level === "high", mayAllow: isWhole && level !== "high" };
  }
  if (detail?.kind === "url") {
    const { words, isWhole } = shown(detail.url);
    return { text: vscode.l10n.t("Plumb asks to fetch: {0}", words), isWarning: false, mayAllow: isWhole };
  }
  const { words } = shown(title || name);
  return { text: vscode.l10n.t("Plumb waits for you: {0}", words), isWarning: false, mayAllow: false };
}

/**
 * On one line and without anything that hides. A notification makes links of `[text](address)`, also of commands of the
 * editor: what a model wrote must not become one.
 */
function shown(text: string): { words: string; isWhole: boolean } {
  const visible = makeVisible(text, "exact")
    .replaceAll("](", "] (")
    .replaceAll(/\s*\n\s*/g, " ⏎ ");
  const isWhole = visible === text && visible.length <= MAX_CHARS;
  if (visible.length <= MAX_CHARS) return { words: visible, isWhole };
  const words = visible.slice(0, MAX_CHARS).toWellFormed();
  const left = visible.length - words.length;
  return { words: vscode.l10n.t("{0}… and {1} more characters", words, left), isWhole };
}
