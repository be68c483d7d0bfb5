import { basename, dirname } from "node:path";
import * as vscode from "vscode";
import { beforeUri } from "../before-images.ts";
import type { RewindFile, RewindPreview } from "../engine.ts";

export type Choice = "conversation" | "files" | "both";
interface Action {
  readonly choice: Choice;
  readonly label: string;
  readonly detail: string;
}
interface Item extends vscode.QuickPickItem {
  readonly choice?: Choice;
  readonly file?: RewindFile;
  readonly isAll?: boolean;
}

/** More are in the view of all changes. */
const MOST_FILES = 100;

/** Files that an undo would change; the others are as it leaves them already. */
export const changing = ({ files }: RewindPreview): readonly RewindFile[] =>
  files.filter(
    ({ from, to, moveTo, problem }) => problem === undefined && (from !== to || moveTo !== undefined),
  );

/**
 * Says what will change before anything does: the choices, and below them every file with what becomes of it. A file
 * opens its changes and leaves the choice open. Undefined: nothing was chosen.
 */
export async function choose(
  title: string,
  actions: readonly Action[],
  preview: RewindPreview,
): Promise<Choice | undefined> {
  const pick = vscode.window.createQuickPick<Item>();
  const opened: string[] = [];
  pick.title = title;
  pick.placeholder = vscode.l10n.t(
    "Nothing has changed yet. Choose what to do, or a file to see its changes.",
  );
  // Looking at a file must not take the choice away.
  pick.ignoreFocusOut = true;
  pick.items = itemsOf(actions, preview);
  try {
    return await new Promise<Choice | undefined>((resolve) => {
      pick.onDidAccept(() => {
        const [item] = pick.selectedItems;
        if (item?.choice) return resolve(item.choice);
        const files = item?.isAll ? changing(preview) : item?.file ? [item.file] : [];
        if (files.length > 0) void show(files).then((label) => opened.push(label));
      });
      pick.onDidHide(() => resolve(undefined));
      pick.show();
    });
  } finally {
    pick.dispose();
    await closeTabs(opened);
  }
}

function itemsOf(actions: readonly Action[], preview: RewindPreview): Item[] {
  const files = changing(preview);
  const stuck = preview.files.filter(({ problem }) => problem !== undefined);
  const separator = (label: string): Item => ({ label, kind: vscode.QuickPickItemKind.Separator });
  const all: Item[] =
    files.length > 1
      ? [{ label: `$(diff-multiple) ${vscode.l10n.t("Show all changes")}`, isAll: true, alwaysShow: true }]
      : [];
  const change =
    files.length === 0
      ? vscode.l10n.t("no file changes")
      : files.length === 1
        ? vscode.l10n.t("1 file will change")
        : vscode.l10n.t("{0} files will change", files.length);
  return [
    ...actions.map(({ choice, label, detail }) => ({ choice, label, detail })),
    separator(change),
    ...all,
    ...files.slice(0, MOST_FILES).map(fileItem),
    ...(stuck.length > 0 ? [separator(vscode.l10n.t("left as they are")), ...stuck.map(stuckItem)] : []),
  ];
}

function fileItem(file: RewindFile): Item {
  const detail =
    file.clashes > 0
      ? `$(warning) ${vscode.l10n.t("You changed the same lines; you will be asked about them.")}`
      : undefined;
  const fate =
    file.to === ""
      ? vscode.l10n.t("will be removed")
      : file.from === ""
        ? vscode.l10n.t("comes back")
        : undefined;
  const counts = file.from === file.to ? undefined : `+${file.added} −${file.removed}`;
  const move =
    file.moveTo === undefined
      ? undefined
      : vscode.l10n.t("moves back to {0}", vscode.workspace.asRelativePath(file.moveTo));
  return {
    label: `$(file) ${basename(file.path)}`,
    description: [fate ?? counts, move, folderOf(file.path)].filter(Boolean).join(" · "),
    ...(detail !== undefined && { detail }),
    file,
  };
}

const stuckItem = ({ path, problem = "" }: RewindFile): Item => ({
  label: `$(circle-slash) ${basename(path)}`,
  description: folderOf(path),
  detail: problem,
});

function folderOf(path: string): string {
  const folder = dirname(vscode.workspace.asRelativePath(path));
  return folder === "." ? "" : folder;
}

/** What is there now on the left, what will be on the right. Resolves to the label of its tab. */
async function show(files: readonly RewindFile[]): Promise<string> {
  const sides = files.map(({ path, from, to }) => {
    const file = vscode.Uri.file(path);
    return [file, from === "" ? beforeUri(path, "") : file, beforeUri(path, to)] as const;
  });
  const [first] = sides;
  if (sides.length === 1 && first) {
    const label = vscode.l10n.t("{0} (now ↔ after)", basename(first[0].fsPath));
    await vscode.commands.executeCommand("vscode.diff", first[1], first[2], label, { preview: true });
    return label;
  }
  const label = vscode.l10n.t("What will change");
  await vscode.commands.executeCommand("vscode.changes", label, sides);
  return label;
}

/** What was shown is past, whatever was chosen. */
async function closeTabs(labels: readonly string[]): Promise<void> {
  const tabs = vscode.window.tabGroups.all
    .flatMap((group) => group.tabs)
    .filter((tab) => labels.includes(tab.label));
  if (tabs.length > 0) await vscode.window.tabGroups.close(tabs, true);
}
