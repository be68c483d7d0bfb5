import * as vscode from "vscode";
import type { RuleFile } from "../../../safety/rule-files/places.ts";
import type { Chats } from "../chats.ts";
import { showSettingsProblems } from "../problems.ts";
import { folderPaths } from "../surroundings.ts";
import { PermissionsPage } from "./permissions-page.ts";
import { tellWaiting } from "./tell-waiting.ts";
import { watchRules } from "./watch-rules.ts";

export interface RuleParts {
  readonly context: vscode.ExtensionContext;
  readonly chats: Chats;
  readonly log: vscode.LogOutputChannel;
  /** Where rules may stand, for these workspace folders. */
  readonly ruleFiles: (roots: readonly string[]) => readonly RuleFile[];
  readonly mayBypass: () => boolean;
}

/** The page of rules, and whatever keeps them as their files say. All of it ends with the window. */
export function startPermissions({ context, chats, log, ruleFiles, mayBypass }: RuleParts): PermissionsPage {
  const page = new PermissionsPage({ extensionUri: context.extensionUri, chats, log, mayBypass });
  const changed = (): void => {
    void page.tell();
    const { current } = chats;
    if (!current) return;
    void showSettingsProblems(current.permissions.problems, log);
    void tellWaiting(current.permissions.waiting);
  };
  const watch = (): vscode.Disposable => watchRules(ruleFiles(folderPaths()), chats, changed);
  let watching = watch();
  context.subscriptions.push(
    page,
    chats.onDidSwitch((chat) => void tellWaiting(chat.permissions.waiting)),
    vscode.workspace.onDidChangeWorkspaceFolders(() => {
      watching.dispose();
      watching = watch();
    }),
    { dispose: () => watching.dispose() },
  );
  return page;
}
