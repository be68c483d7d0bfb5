import * as vscode from "vscode";
import type { Verdict } from "../../../core/access.ts";
import type { DeskRule } from "./desk.ts";

/** Sources as `readSettings` calls them, and where each is written. */
const SCOPES: Readonly<Record<string, vscode.ConfigurationTarget>> = {
  "user settings": vscode.ConfigurationTarget.Global,
  "workspace settings": vscode.ConfigurationTarget.Workspace,
  "folder settings": vscode.ConfigurationTarget.WorkspaceFolder,
};

export const isSettingRule = ({ source, file }: DeskRule): boolean =>
  file === undefined && Object.hasOwn(SCOPES, source);

/** Puts another rule in the place of one in the editor's settings, or nothing. */
export async function changeSettingRule(
  { verdict, text, source }: DeskRule,
  to: string | undefined,
): Promise<void> {
  const scope = SCOPES[source];
  if (scope === undefined) return;
  await updateRules(verdict, scope, (rules) => rules.flatMap((rule) => (rule === text ? (to ?? []) : rule)));
}

/** Adds a rule to the user's settings in the editor. */
export const addSettingRule = (verdict: Verdict, text: string): Promise<void> =>
  updateRules(verdict, vscode.ConfigurationTarget.Global, (rules) => [...new Set([...rules, text])]);

/** The list as it stands there, entries that are no rules included: they are not ours to drop. */
async function updateRules(
  verdict: Verdict,
  scope: vscode.ConfigurationTarget,
  change: (rules: readonly unknown[]) => readonly unknown[],
): Promise<void> {
  const settings = vscode.workspace.getConfiguration("plumb");
  const layers = settings.inspect<unknown>(`permissions.${verdict}`);
  const values: Readonly<Record<number, unknown>> = {
    [vscode.ConfigurationTarget.Global]: layers?.globalValue,
    [vscode.ConfigurationTarget.Workspace]: layers?.workspaceValue,
    [vscode.ConfigurationTarget.WorkspaceFolder]: layers?.workspaceFolderValue,
  };
  const value = values[scope];
  const rules: readonly unknown[] = Array.isArray(value) ? value : value === undefined ? [] : [value];
  await settings.update(`permissions.${verdict}`, change(rules), scope);
}
