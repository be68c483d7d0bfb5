import * as vscode from "vscode";
import type { AgentEvent } from "../../../core/event.ts";
import type { NewProblem } from "../../../core/events/calls.ts";
import { moveOf } from "../../../core/move-of.ts";
import type { ReviewHunk } from "../../../review/hunks.ts";
import { linesOf } from "../../../review/text-lines.ts";
import type { PendingFile } from "../engine.ts";
import { lineOf } from "./hunk-places.ts";
import type { Conversations, PendingChanges } from "./pending-changes.ts";

const hasWords = (error: vscode.Diagnostic, { message, source }: NewProblem): boolean =>
  error.message === message && (error.source ?? "") === source;

export interface HunkErrors {
  readonly hunk: ReviewHunk;
  readonly errors: readonly vscode.Diagnostic[];
}
type Known = NewProblem & { readonly callId: string };

/**
 * Errors that a pending change brought, at its hunk, with a way to have them fixed. What is new was found when the change
 * was made and is in the log; what is shown is what the editor says now, so that a fixed error is gone at once.
 */
export class ErrorLenses implements vscode.CodeLensProvider {
  readonly #chats: Conversations;
  readonly #pending: PendingChanges;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #subscriptions: vscode.Disposable[];
  readonly onDidChangeCodeLenses = this.#changed.event;
  #known: readonly Known[] = [];
  #registration: vscode.Disposable | undefined;

  constructor(chats: Conversations, pending: PendingChanges) {
    this.#chats = chats;
    this.#pending = pending;
    this.#subscriptions = [
      chats.onDidSwitch(({ session }) => this.#enter(session.events)),
      chats.onDidHappen((event) => "durable" in event && this.#learn(event.durable)),
      pending.onDidChange(() => this.#changed.fire()),
      vscode.languages.onDidChangeDiagnostics(({ uris }) => {
        if (this.#known.length > 0 && uris.some(({ fsPath }) => pending.file(fsPath))) this.#changed.fire();
      }),
    ];
    this.#enter(chats.current?.session.events ?? []);
  }

  /** Hunks of a file with the new errors in their lines. */
  in(file: PendingFile): readonly HunkErrors[] {
    const known = this.#knownIn(file);
    if (known.length === 0) return [];
    const lines = linesOf(file.current);
    // In a line of other words it may as well be an old error that says the same.
    const isNew = (error: vscode.Diagnostic): boolean =>
      known.some(
        (one) =>
          hasWords(error, one) && lines[error.range.start.line]?.trim().startsWith(one.lineText) === true,
      );
    const fresh = vscode.languages
      .getDiagnostics(vscode.Uri.file(file.path))
      .filter((error) => error.severity === vscode.DiagnosticSeverity.Error && isNew(error));
    return file.hunks.flatMap((hunk) => {
      const errors = fresh.filter(({ range }) => {
        const line = range.start.line + 1;
        return line >= hunk.start && line < hunk.start + hunk.count;
      });
      return errors.length > 0 ? [{ hunk, errors }] : [];
    });
  }

  provideCodeLenses({ uri }: vscode.TextDocument): vscode.CodeLens[] {
    const file = this.#pending.file(uri.fsPath);
    if (!file) return [];
    return this.in(file).flatMap(({ hunk, errors }) => {
      const line = lineOf(hunk, file) - 1;
      const range = new vscode.Range(line, 0, line, 0);
      const count =
        errors.length === 1 ? vscode.l10n.t("1 new error") : vscode.l10n.t("{0} new errors", errors.length);
      const place = { uri, range, diagnostics: errors };
      return [
        new vscode.CodeLens(range, { title: `$(error)\u00A0${count}`, command: "" }),
        new vscode.CodeLens(range, {
          title: vscode.l10n.t("Fix"),
          tooltip: errors.map(({ message }) => message).join("\n"),
          command: "plumb.fixProblem",
          arguments: [place],
        }),
      ];
    });
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#registration?.dispose();
    this.#changed.dispose();
  }

  /** What the pending edits of a file brought. */
  #knownIn({ path }: PendingFile): readonly Known[] {
    const edits = this.#chats.current?.ledger.file(path)?.edits ?? [];
    const calls = new Set(edits.filter(({ state }) => state === "pending").map(({ callId }) => callId));
    return this.#known.filter((one) => one.path === path && calls.has(one.callId));
  }

  #enter(events: readonly AgentEvent[]): void {
    this.#known = [];
    for (const event of events) this.#learn(event);
    this.#changed.fire();
  }

  #learn(event: AgentEvent): void {
    const move = moveOf(event);
    if (move) {
      const { from, to } = move;
      this.#known = this.#known.map((one) => (one.path === from ? { ...one, path: to } : one));
    }
    if (event.type !== "tool.finished" || !event.problems) return;
    const { callId } = event;
    this.#known = [...this.#known, ...event.problems.map((problem) => ({ ...problem, callId }))];
    // Nobody's editor asks for what there has never been.
    this.#registration ??= vscode.languages.registerCodeLensProvider({ scheme: "file" }, this);
    this.#changed.fire();
  }
}
