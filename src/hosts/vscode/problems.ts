import * as vscode from "vscode";
import { toAgentError } from "../../core/errors.ts";

/** A button under a message: its words, and the command it runs. */
interface Remedy {
  readonly title: string;
  readonly command: string;
}

/** Says what went wrong and what to do next, with the button that does it. Never rejects. */
export async function showProblem(thrown: unknown, log: vscode.LogOutputChannel): Promise<void> {
  const error = toAgentError(thrown);
  log.error(
    error.kind === "bug" && error.cause instanceof Error
      ? (error.cause.stack ?? error.message)
      : error.message,
  );
  const remedies = remediesFor(error.kind);
  const chosen = await vscode.window.showErrorMessage(
    `${error.message} ${error.hint}`,
    ...remedies.map(({ title }) => title),
  );
  const remedy = remedies.find(({ title }) => title === chosen);
  if (remedy) await vscode.commands.executeCommand(remedy.command);
}

/** What fits into one message; all of them are in the log. */
const MOST_TOLD = 5;
const told = new Set<string>();

/** Rules that mean nothing are said once a window: somebody believes that they protect or allow something. */
export async function showSettingsProblems(
  problems: readonly string[],
  log: vscode.LogOutputChannel,
): Promise<void> {
  const news = problems.filter((problem) => !told.has(problem));
  if (news.length === 0) return;
  for (const problem of news) {
    told.add(problem);
    log.warn(problem);
  }
  const open = vscode.l10n.t("Open Settings");
  const chosen = await vscode.window.showWarningMessage(news.slice(0, MOST_TOLD).join(" "), open);
  if (chosen === open) {
    await vscode.commands.executeCommand("workbench.action.openSettings", "plumb.permissions");
  }
}

function remediesFor(kind: string): readonly Remedy[] {
  const showLog = { title: vscode.l10n.t("Show Log"), command: "plumb.showLog" };
  switch (kind) {
    case "auth":
      return [{ title: vscode.l10n.t("Sign In"), command: "plumb.signIn" }, showLog];
    case "no_key":
      return [
        { title: vscode.l10n.t("Sign In"), command: "plumb.signIn" },
        { title: vscode.l10n.t("Try Without a Key"), command: "plumb.startTour" },
      ];
    case "unknown_model":
      return [{ title: vscode.l10n.t("Select Model"), command: "plumb.selectModel" }, showLog];
    case "locked":
      return [{ title: vscode.l10n.t("New Chat"), command: "plumb.newChat" }];
    default:
      return [showLog];
  }
}
