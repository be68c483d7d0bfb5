import * as vscode from "vscode";

/** How long after it was opened a tab is known to be in front or not, in milliseconds. */
const SETTLED = 100;

/**
 * Keeps the tabs as they are while a file that nobody has open is changed and saved: the editor looks for unsaved
 * documents once in a while and gives each a tab, also one that is unsaved for a moment only. Call what it returns
 * once the file is saved. A document that is unsaved by then keeps its tab, and so does one that somebody looks at.
 */
export function keepTabs(uri: vscode.Uri): () => void {
  const wanted = uri.toString();
  const { all } = vscode.window.tabGroups;
  const isMeant = ({ input }: vscode.Tab): boolean =>
    input instanceof vscode.TabInputText && input.uri.toString() === wanted;
  if (all.some(({ tabs }) => tabs.some(isMeant))) return () => undefined;
  // The first tab of a group is in front, whoever opened it.
  const empty = new Set(all.filter(({ tabs }) => tabs.length === 0).map(({ viewColumn }) => viewColumn));
  const seen: vscode.Tab[] = [];
  const subscription = vscode.window.tabGroups.onDidChangeTabs(({ opened }) => {
    seen.push(...opened.filter((tab) => isMeant(tab) && !tab.isPreview));
  });
  return () => {
    subscription.dispose();
    if (seen.length === 0) return;
    setTimeout(() => {
      const left = seen.filter(
        (tab) =>
          !tab.isDirty && tab.group.tabs.includes(tab) && (!tab.isActive || empty.has(tab.group.viewColumn)),
      );
      if (left.length > 0) void vscode.window.tabGroups.close(left, true);
    }, SETTLED);
  };
}
