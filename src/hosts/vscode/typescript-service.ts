import * as vscode from "vscode";
import * as z from "zod";
import type { Diagnostic } from "../../core/ports.ts";

const LANGUAGES = new Set(["typescript", "typescriptreact", "javascript", "javascriptreact"]);
/** What the service signs its problems with. */
export const TYPESCRIPT_SOURCE = "ts";

const COMMANDS = ["syntacticDiagnosticsSync", "semanticDiagnosticsSync"];

const Reply = z.object({
  body: z.array(
    z.object({ start: z.object({ line: z.int().positive() }), text: z.string(), category: z.string() }),
  ),
});

export const isTypeScript = ({ languageId }: vscode.TextDocument): boolean => LANGUAGES.has(languageId);

/**
 * Asks the editor's TypeScript service what is wrong with a file as it stands now, unsaved text included. By itself it
 * reports only on files in tabs; asked, it answers for any open document, and when it is done, not later. Resolves to
 * undefined when there is no such service, when it is switched off, and when `signal` comes first.
 */
export async function askTypeScript(
  document: vscode.TextDocument,
  signal: AbortSignal,
): Promise<readonly Diagnostic[] | undefined> {
  if (!isSwitchedOn(document)) return undefined;
  const { promise: tooLate, resolve } = Promise.withResolvers<undefined>();
  const giveUp = (): void => resolve(undefined);
  signal.addEventListener("abort", giveUp, { once: true });
  if (signal.aborted) giveUp();
  const asked = Promise.all(COMMANDS.map((command) => ask(command, document))).then(
    (parts) => parts.flat(),
    () => undefined,
  );
  const answer = await Promise.race([asked, tooLate]);
  signal.removeEventListener("abort", giveUp);
  return answer;
}

async function ask(command: string, { uri }: vscode.TextDocument): Promise<readonly Diagnostic[]> {
  const reply = await vscode.commands.executeCommand("typescript.tsserverRequest", command, { file: uri });
  return Reply.parse(reply).body.flatMap(({ start, text, category }) =>
    category === "error" || category === "warning"
      ? [{ path: uri.fsPath, line: start.line, severity: category, message: text, source: TYPESCRIPT_SOURCE }]
      : [],
  );
}

/** Whether somebody else reports problems in such files, e.g. a linter. */
export const hasOtherVoices = (): boolean =>
  vscode.languages
    .getDiagnostics()
    .some(
      ([uri, found]) =>
        /\.[cm]?[jt]sx?$/.test(uri.path) && found.some(({ source }) => source !== TYPESCRIPT_SOURCE),
    );

/** Somebody who switched validation off does not want it by another way. */
function isSwitchedOn({ uri, languageId }: vscode.TextDocument): boolean {
  const name = languageId.startsWith("javascript") ? "javascript" : "typescript";
  return (
    vscode.workspace.getConfiguration(name, uri).get("validate.enable") !== false &&
    vscode.workspace.getConfiguration("js/ts", uri).get("validate.enabled") !== false
  );
}
