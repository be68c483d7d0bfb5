import * as vscode from "vscode";

/** How long after it was opened a tab is known to be in front or not, in milliseconds. */
const SETTLED = 100;
/** The first tab of a group is in front whoever opened it: this long after a save it is not taken for a person's, in milliseconds. */
const NOBODYS = 1_000;
/** Where a change took long the editor is as slow with its tabs: this many times as long, but not for longer than that. */
const SLOWER = 4;
const LONGEST = 10_000;

/** A file that nobody had open when it was changed. */
interface Watch {
  readonly uri: string;
  readonly tabs: Set<vscode.Tab>;
  /** Columns that were empty before. */
  readonly empty: ReadonlySet<vscode.ViewColumn>;
  /** Changes of it that are under way. */
  changes: number;
  changedAt: number;
  /** Until then the first tab of a group is taken for the editor's. */
  nobodysUntil: number;
  timer: NodeJS.Timeout | undefined;
}

const watches = new Map<string, Watch>();
/** The last text that somebody opened. */
let byHand: { readonly group: vscode.TabGroup; readonly at: number } | undefined;
let subscriptions: vscode.Disposable | undefined;

/**
 * Keeps the tabs as they are while a file that nobody has open is changed and saved: the editor looks for unsaved
 * documents once in a while and gives each a tab, also one that is unsaved for a moment only, and it may be done with that
 * only after the save. So the file is watched until the editor lets go of its document, somebody else changes it, or it is
 * opened by hand. Call what it returns once the file is saved. A document that is unsaved by then keeps its tab, and so
 * does one that somebody looks at.
 */
export function keepTabs(uri: vscode.Uri): () => void {
  const watch = watches.get(uri.toString()) ?? begin(uri);
  if (!watch) return () => undefined;
  if (watch.changes === 0) watch.changedAt = Date.now();
  watch.changes += 1;
  // Closing the tab of a file that is being changed again would ask whether to save it.
  clearTimeout(watch.timer);
  return () => {
    watch.changes -= 1;
    const took = Date.now() - watch.changedAt;
    watch.nobodysUntil = Date.now() + Math.min(LONGEST, Math.max(NOBODYS, SLOWER * took));
    look(watch);
  };
}

/** Undefined where it has a tab: that is somebody's. */
function begin(uri: vscode.Uri): Watch | undefined {
  const { all } = vscode.window.tabGroups;
  if (all.some(({ tabs }) => tabs.some((tab) => uriOf(tab) === uri.toString()))) return undefined;
  const columns = all.filter(({ tabs }) => tabs.length === 0).map(({ viewColumn }) => viewColumn);
  const watch: Watch = {
    uri: uri.toString(),
    tabs: new Set(),
    empty: new Set(columns),
    changes: 0,
    changedAt: 0,
    nobodysUntil: 0,
    timer: undefined,
  };
  watches.set(watch.uri, watch);
  subscriptions ??= vscode.Disposable.from(
    vscode.window.tabGroups.onDidChangeTabs(({ opened, changed }) => {
      opened.forEach(see);
      changed.forEach(seeAgain);
    }),
    vscode.workspace.onDidChangeTextDocument(({ document }) => {
      const found = watches.get(document.uri.toString());
      if (found?.changes === 0 && document.isDirty) end(found);
    }),
    vscode.workspace.onDidCloseTextDocument((document) => {
      const found = watches.get(document.uri.toString());
      if (found?.changes === 0 && found.tabs.size === 0) end(found);
    }),
  );
  return watch;
}

function end(watch: Watch): void {
  clearTimeout(watch.timer);
  watches.delete(watch.uri);
  if (watches.size > 0) return;
  subscriptions?.dispose();
  subscriptions = undefined;
}

function see(tab: vscode.Tab): void {
  const watch = watches.get(uriOf(tab) ?? "");
  if (!watch) {
    if (tab.isActive && tab.input instanceof vscode.TabInputText)
      byHand = { group: tab.group, at: Date.now() };
    return;
  }
  if (tab.isPreview || tab.isPinned) return end(watch);
  const isLate = watch.changes === 0 && Date.now() > watch.nobodysUntil;
  // Of many that are opened by hand at once only one is in front, and the others are no less wanted.
  const isOneOfMany = byHand?.group === tab.group && Date.now() - byHand.at < SETTLED;
  if (isLate && (tab.isActive || isOneOfMany)) return end(watch);
  watch.tabs.add(tab);
  look(watch);
  seeAgain(tab);
}

/** What comes to the front of others is looked at by somebody, however short. */
function seeAgain(tab: vscode.Tab): void {
  const watch = watches.get(uriOf(tab) ?? "");
  if (watch?.tabs.has(tab) && tab.isActive && !watch.empty.has(tab.group.viewColumn)) end(watch);
}

/** Closes what the editor has opened, once it can be told from what somebody looks at. */
function look(watch: Watch): void {
  clearTimeout(watch.timer);
  if (watch.changes > 0) return;
  if (watch.tabs.size === 0) return isHeld(watch) ? undefined : end(watch);
  watch.timer = setTimeout(() => {
    const left = [...watch.tabs].filter((tab) => tab.group.tabs.includes(tab));
    const isWanted = left.some(
      ({ isDirty, isActive, group }) => isDirty || (isActive && !watch.empty.has(group.viewColumn)),
    );
    if (isWanted) return end(watch);
    watch.tabs.clear();
    if (left.length > 0) void vscode.window.tabGroups.close(left, true);
    look(watch);
  }, SETTLED);
}

/** The editor opens what it holds, and nothing that was written without it. */
const isHeld = ({ uri }: Watch): boolean =>
  vscode.workspace.textDocuments.some((document) => !document.isClosed && document.uri.toString() === uri);

const uriOf = ({ input }: vscode.Tab): string | undefined =>
  input instanceof vscode.TabInputText ? input.uri.toString() : undefined;
