import * as vscode from "vscode";
import { Presence } from "./presence.ts";
import { readSettings } from "./settings.ts";

const MINUTE_MS = 60_000;

/** The person of this window, as the editor sees them. What they do in the panel is for the caller to tell. */
export function watchPresence(onChange: (isAway: boolean) => void): {
  readonly presence: Presence;
  readonly watch: vscode.Disposable;
} {
  const presence = new Presence({
    afterMs: () => readSettings().awayAfterMinutes * MINUTE_MS,
    isUsed: () => vscode.window.state.focused && vscode.window.state.active,
    onChange,
    now: Date.now,
    later(work, ms) {
      const timer = setTimeout(work, ms);
      return { stop: () => clearTimeout(timer) };
    },
  });
  const watch = vscode.Disposable.from(
    presence,
    vscode.window.onDidChangeWindowState(({ focused, active }) => focused && active && presence.seen()),
    // What an agent writes moves no cursor by key or mouse.
    vscode.window.onDidChangeTextEditorSelection(({ kind }) => isByHand(kind) && presence.seen()),
    vscode.workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration("plumb.away")) presence.again();
    }),
  );
  return { presence, watch };
}

const isByHand = (kind: vscode.TextEditorSelectionChangeKind | undefined): boolean =>
  kind === vscode.TextEditorSelectionChangeKind.Keyboard ||
  kind === vscode.TextEditorSelectionChangeKind.Mouse;
