import * as vscode from "vscode";

/** How long after it was opened a tab is known to be in front or not, in milliseconds. */
const SETTLED = 100;

interface Closing {
  readonly tabs: readonly vscode.Tab[];
  /** Columns that were empty before. */
  readonly empty: ReadonlySet<vscode.ViewColumn>;
  readonly timer: NodeJS.Timeout;
}
/** Tabs about to be closed, by their file. Closing one whose file is being changed again would ask whether to save it. */
const closing = new Map<string, Closing>();

function stopClosing(uri: string): Closing | undefined {
  const found = closing.get(uri);
  clearTimeout(found?.timer);
  closing.delete(uri);
  return found;
}

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
  const before = stopClosing(wanted);
  const seen = [...(before?.tabs ?? [])];
  if (!before && all.some(({ tabs }) => tabs.some(isMeant))) return () => undefined;
  // The first tab of a group is in front, whoever opened it.
  const empty =
    before?.empty ?? new Set(all.filter(({ tabs }) => tabs.length === 0).map(({ viewColumn }) => viewColumn));
  const subscription = vscode.window.tabGroups.onDidChangeTabs(({ opened }) => {
    seen.push(...opened.filter((tab) => isMeant(tab) && tab.isDirty && !tab.isPreview && !tab.isPinned));
  });
  return () => {
    subscription.dispose();
    if (seen.length === 0) return;
    const timer = setTimeout(() => {
      closing.delete(wanted);
      const left = seen.filter(
        (tab) =>
          !tab.isDirty && tab.group.tabs.includes(tab) && (!tab.isActive || empty.has(tab.group.viewColumn)),
      );
      if (left.length > 0) void vscode.window.tabGroups.close(left, true);
    }, SETTLED);
    closing.set(wanted, { tabs: seen, empty, timer });
  };
}
