import * as vscode from "vscode";
import { BASELINE_SCHEME, baselineUri } from "./baselines.ts";

/** What the stacked view is called; the editor adds how many files there are. */
export const reviewTitle = (): string => vscode.l10n.t("Plumb's changes");

const isReview = (tab: vscode.Tab | undefined): boolean => tab?.label.startsWith(reviewTitle()) === true;

/** True while the stacked view is in front: its tab has no other mark of ours. */
export const isReviewInFront = (): boolean => isReview(vscode.window.tabGroups.activeTabGroup.activeTab);

/** True while a diff of ours, or the stacked view, shows the file in any of the editor's groups. */
export const isShownInDiff = (path: string): boolean =>
  vscode.window.tabGroups.all.some(({ activeTab }) => {
    const input = activeTab?.input;
    if (!(input instanceof vscode.TabInputTextDiff)) return isReview(activeTab);
    return input.original.scheme === BASELINE_SCHEME && input.modified.fsPath === path;
  });

/** The paths that the stacked view was opened with: the editor cannot change them afterwards. */
let opened = "";
const listOf = (paths: readonly string[]): string => JSON.stringify(paths);

/** Opens the stacked view, in the place of an older one: a pile of them would show the same files several times. */
export async function openReview(paths: readonly string[]): Promise<void> {
  const tabs = (): readonly vscode.Tab[] => vscode.window.tabGroups.all.flatMap((group) => group.tabs);
  const before = new Set(tabs().filter(isReview));
  const resources = paths.map((path) => [vscode.Uri.file(path), baselineUri(path), vscode.Uri.file(path)]);
  await vscode.commands.executeCommand("vscode.changes", reviewTitle(), resources);
  opened = listOf(paths);
  await setContext("plumb.reviewStale", false);
  // One that holds what is not saved stays: closing it would ask.
  const old = tabs().filter((tab) => before.has(tab) && !tab.isActive && !tab.isDirty);
  if (old.length > 0) await vscode.window.tabGroups.close(old, true);
}

/** Goes to a change in the stacked view. False in an editor that cannot yet. */
export const stepInReview = (direction: "next" | "previous"): Promise<boolean> =>
  Promise.resolve(
    vscode.commands.executeCommand(
      direction === "next" ? "multiDiffEditor.goToNextChange" : "multiDiffEditor.goToPreviousChange",
    ),
  ).then(
    () => true,
    () => false,
  );

/** The view's own button opens it anew once there are other files: by itself nothing opens. */
export const tellReviewed = (paths: readonly string[]): void =>
  void setContext("plumb.reviewStale", opened !== "" && opened !== listOf(paths));

/** Keeps the context key `plumb.reviewing` true while the stacked view is in front. */
export function watchReviewTab(): vscode.Disposable {
  let known = false;
  const tell = (isInFront: boolean): void => {
    if (isInFront === known) return;
    known = isInFront;
    void setContext("plumb.reviewing", isInFront);
  };
  const look = (): void => tell(isReviewInFront());
  look();
  const subscriptions = [
    vscode.window.tabGroups.onDidChangeTabs(look),
    vscode.window.tabGroups.onDidChangeTabGroups(look),
    new vscode.Disposable(() => tell(false)),
  ];
  return vscode.Disposable.from(...subscriptions);
}

const setContext = (key: string, value: boolean): Thenable<unknown> =>
  vscode.commands.executeCommand("setContext", key, value);
