import { basename, dirname } from "node:path";
import * as vscode from "vscode";
import type { RuleFile } from "../../../safety/rule-files/places.ts";
import type { Chats } from "../chats.ts";
import { readSettings } from "../settings.ts";

/** Several files are often written at once. */
const GATHER_MS = 50;

/**
 * Follows everything that rules stand in: what is said there counts from the next call on. `changed` is told once the open
 * conversation knows it.
 */
export function watchRules(files: readonly RuleFile[], chats: Chats, changed: () => void): vscode.Disposable {
  let timer: NodeJS.Timeout | undefined;
  const look = async (): Promise<void> => {
    await chats.current?.permissions.refresh(true);
    changed();
  };
  const soon = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => void look(), GATHER_MS);
  };
  const roots = new Set(files.flatMap(({ root }) => root ?? []));
  const patterns = [
    ...files.filter(({ root }) => root === undefined).map(patternOf),
    ...[...roots].flatMap(patternsIn),
  ];
  const watchers = patterns.map((pattern) => {
    const watcher = vscode.workspace.createFileSystemWatcher(pattern);
    watcher.onDidChange(soon);
    watcher.onDidCreate(soon);
    watcher.onDidDelete(soon);
    return watcher;
  });
  return vscode.Disposable.from(
    ...watchers,
    { dispose: () => clearTimeout(timer) },
    vscode.workspace.onDidGrantWorkspaceTrust(soon),
    vscode.workspace.onDidChangeConfiguration((change) => {
      if (!change.affectsConfiguration("plumb.permissions")) return;
      chats.current?.permissions.setGiven(readSettings().rules);
      changed();
    }),
  );
}

const patternOf = ({ path, isFolder }: RuleFile): vscode.RelativePattern =>
  isFolder
    ? new vscode.RelativePattern(vscode.Uri.file(path), "*.json")
    : new vscode.RelativePattern(vscode.Uri.file(dirname(path)), basename(path));

/**
 * A workspace is watched as a whole. Of a folder that is new only itself is told for certain: what is written into it in the same
 * moment may be missed.
 */
const patternsIn = (root: string): vscode.RelativePattern[] =>
  ["{.plumb,.claude}", "{.plumb,.claude}/settings*.json"].map(
    (pattern) => new vscode.RelativePattern(vscode.Uri.file(root), pattern),
  );
