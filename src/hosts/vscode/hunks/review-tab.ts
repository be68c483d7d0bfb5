import * as vscode from "vscode";

/** What the stacked view is called; the editor adds how many files there are. */
export const reviewTitle = (): string => vscode.l10n.t("Plumb's changes");

/** Keeps the context key `plumb.reviewing` true while the stacked view is in front: its tab has no other mark of ours. */
export function watchReviewTab(): vscode.Disposable {
  let known = false;
  const tell = (isInFront: boolean): void => {
    if (isInFront === known) return;
    known = isInFront;
    void vscode.commands.executeCommand("setContext", "plumb.reviewing", isInFront);
  };
  const look = (): void => {
    const tab = vscode.window.tabGroups.activeTabGroup.activeTab;
    tell(tab?.label.startsWith(reviewTitle()) === true);
  };
  look();
  const subscriptions = [
    vscode.window.tabGroups.onDidChangeTabs(look),
    vscode.window.tabGroups.onDidChangeTabGroups(look),
    new vscode.Disposable(() => tell(false)),
  ];
  return vscode.Disposable.from(...subscriptions);
}
