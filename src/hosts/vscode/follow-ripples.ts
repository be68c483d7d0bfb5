import * as vscode from "vscode";
import type { Ripple } from "../../core/ports.ts";
import { isImportUpdate, type Moved } from "../../review/import-update.ts";

/** How long a call waits for a language service that answers at once, and for one that asks its user first. */
const FIRST_MS = 1_500;
const LATER_MS = 120_000;

interface Known {
  readonly text: string;
  readonly isDirty: boolean;
}
/** Collects what is changed in documents because of a move. */
export interface Ripples {
  /** Once the file has moved: what has changed by then, or soon after. What comes later goes to `later`. */
  first(isAwaited: boolean, signal: AbortSignal): Promise<readonly Ripple[]>;
  dispose(): void;
}

/** Those that may still come; of one file only the newest move counts. */
const following = new Map<Moved, () => void>();

/**
 * Watches from before a file is moved. What extensions change while it moves they change because of it; after that
 * only what does nothing but name the new path, because somebody may be typing. Files that were saved are saved again.
 */
export function followRipples(moved: Moved, later: ((ripple: Ripple) => void) | undefined): Ripples {
  for (const [earlier, end] of following)
    if ([earlier.from, earlier.to].some((path) => path === moved.from || path === moved.to)) end();
  const known = new Map<string, Known>();
  const found: Ripple[] = [];
  const saving = new Set<Promise<void>>();
  const arrived = Promise.withResolvers<void>();
  let tell = (ripple: Ripple): void => void found.push(ripple);
  let isMoving = true;
  const remember = (document: vscode.TextDocument): void => {
    if (document.uri.scheme !== "file") return;
    known.set(document.uri.toString(), { text: document.getText(), isDirty: document.isDirty });
  };
  const settle = async (document: vscode.TextDocument, before: Known): Promise<void> => {
    // The editor says a moment later that it is unsaved now.
    if (!before.isDirty) await document.save();
    remember(document);
    tell({ path: document.uri.fsPath, before: before.text, after: document.getText() });
    arrived.resolve();
  };
  const look = ({ document, contentChanges }: vscode.TextDocumentChangeEvent): void => {
    const before = known.get(document.uri.toString());
    if (document.uri.scheme !== "file" || contentChanges.length === 0) return;
    remember(document);
    if (!before || before.text === document.getText()) return;
    const isTheirs = isMoving && !looksTyped(document, contentChanges);
    if (!isTheirs && !isOfMove(document, before.text, moved)) return;
    const saved = settle(document, before);
    saving.add(saved);
    void saved.catch(() => undefined).finally(() => saving.delete(saved));
  };
  vscode.workspace.textDocuments.forEach(remember);
  const subscriptions = vscode.Disposable.from(
    vscode.workspace.onDidOpenTextDocument(remember),
    vscode.workspace.onDidSaveTextDocument(remember),
    vscode.workspace.onDidChangeTextDocument(look),
  );
  const dispose = (): void => {
    clearTimeout(end);
    subscriptions.dispose();
    following.delete(moved);
  };
  const end = setTimeout(dispose, LATER_MS);
  following.set(moved, dispose);
  return {
    dispose,
    async first(isAwaited, signal) {
      isMoving = false;
      if (isAwaited && found.length === 0 && saving.size === 0 && isUpdated(moved))
        await soon(arrived.promise, signal);
      await Promise.allSettled([...saving]);
      tell = (ripple) => later?.(ripple);
      return [...found];
    },
  };
}

/** A key, perhaps with the bracket that closes itself, where the cursor is: nobody knows sooner that it was one. */
const looksTyped = (
  document: vscode.TextDocument,
  changes: readonly vscode.TextDocumentContentChangeEvent[],
): boolean =>
  vscode.window.activeTextEditor?.document === document && changes.every(({ text }) => text.length <= 2);

const withSlashes = (path: string): string => path.replaceAll("\\", "/");

function isOfMove(document: vscode.TextDocument, before: string, { from, to }: Moved): boolean {
  const change = { path: withSlashes(document.uri.fsPath), before, after: document.getText() };
  return isImportUpdate(change, { from: withSlashes(from), to: withSlashes(to) });
}

/** The service that updates imports after a file has moved does so only where that is wanted. */
function isUpdated({ to }: Moved): boolean {
  const service = vscode.extensions.getExtension("vscode.typescript-language-features");
  const wishes = ["js/ts", "typescript"].map((name) =>
    vscode.workspace.getConfiguration(name, vscode.Uri.file(to)).get("updateImportsOnFileMove.enabled"),
  );
  return service?.isActive === true && !wishes.includes("never");
}

async function soon(work: Promise<void>, signal: AbortSignal): Promise<void> {
  const tooLate = Promise.withResolvers<void>();
  const timer = setTimeout(tooLate.resolve, FIRST_MS);
  signal.addEventListener("abort", () => tooLate.resolve(), { once: true });
  await Promise.race([work, tooLate.promise]);
  clearTimeout(timer);
}
