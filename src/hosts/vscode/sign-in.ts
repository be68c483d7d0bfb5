import * as vscode from "vscode";
import { toAgentError } from "../../core/errors.ts";
import type { Accounts } from "./accounts.ts";
import type { PlumbWindow } from "./plumb-window.ts";

/** Asks for a key until one works or the person gives up. The key is tried before it is kept. */
export async function signIn(plumb: PlumbWindow): Promise<void> {
  const wasTour = plumb.accounts.isTour;
  let problem: string | undefined;
  for (;;) {
    const apiKey = await askForKey(problem);
    if (apiKey === undefined) return;
    problem = await tryKey(plumb.accounts, apiKey);
    if (problem === undefined) break;
  }
  if (wasTour) await plumb.switching.newChat();
  await plumb.reveal();
}

async function askForKey(problem: string | undefined): Promise<string | undefined> {
  const answer = await vscode.window.showInputBox({
    title: vscode.l10n.t("Sign in to Plumb"),
    prompt:
      problem ??
      vscode.l10n.t(
        "Your Anthropic API key, from console.anthropic.com. It is kept in the editor's secret storage.",
      ),
    placeHolder: "sk-ant-…",
    password: true,
    ignoreFocusOut: true,
    validateInput: (value) =>
      /\s/.test(value.trim()) ? vscode.l10n.t("A key has no spaces in it.") : undefined,
  });
  return answer?.trim() || undefined;
}

/** Resolves to what was wrong, in words for the same input box. */
async function tryKey(accounts: Accounts, apiKey: string): Promise<string | undefined> {
  const options = {
    location: vscode.ProgressLocation.Notification,
    title: vscode.l10n.t("Plumb: checking the key…"),
  };
  try {
    await vscode.window.withProgress(options, () => accounts.signIn(apiKey));
    return undefined;
  } catch (thrown) {
    return vscode.l10n.t("{0} Try again, or press Escape to leave.", toAgentError(thrown).message);
  }
}

export async function signOut(accounts: Accounts): Promise<void> {
  await accounts.signOut();
  void vscode.window.showInformationMessage(
    accounts.hasEnvironmentKey
      ? vscode.l10n.t("Signed out. The key in the environment variable ANTHROPIC_API_KEY is used now.")
      : vscode.l10n.t("Signed out. The key was removed from the secret storage."),
  );
}
