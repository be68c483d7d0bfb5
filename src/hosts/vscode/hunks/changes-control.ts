import { basename, parse } from "node:path";
import * as vscode from "vscode";
import type { PendingFile } from "../engine.ts";
import { baselineUri } from "./baselines.ts";
import { onDidFindRepository } from "./git-repositories.ts";
import type { PendingChanges } from "./pending-changes.ts";

/** Our part of the Source Control view, and with it the marks beside the lines and the peek that a click on them opens. */
export class ChangesControl {
  readonly #quickDiff: vscode.QuickDiffProvider;
  readonly #git: vscode.Disposable;
  #shown:
    | { root: string; control: vscode.SourceControl; group: vscode.SourceControlResourceGroup }
    | undefined;
  #known = "";

  constructor(pending: PendingChanges) {
    this.#quickDiff = {
      provideOriginalResource: (uri) =>
        uri.scheme === "file" && pending.file(uri.fsPath) ? baselineUri(uri.fsPath) : undefined,
    };
    this.#git = onDidFindRepository(() => this.#announce());
  }

  update(files: readonly PendingFile[]): void {
    this.#show(rootOf(files)).resourceStates = files.map(toResource);
    const paths = JSON.stringify(files.map(({ path }) => path));
    if (paths === this.#known) return;
    this.#known = paths;
    this.#announce();
  }

  dispose(): void {
    this.#git.dispose();
    this.#shown?.control.dispose();
  }

  #show(root: vscode.Uri): vscode.SourceControlResourceGroup {
    if (this.#shown?.root === root.toString()) return this.#shown.group;
    this.#shown?.control.dispose();
    this.#known = "";
    const control = vscode.scm.createSourceControl("plumb", "Plumb", root);
    control.inputBox.visible = false;
    // The files are counted by git already, and by our own badge.
    control.count = 0;
    const group = control.createResourceGroup("changes", vscode.l10n.t("Agent changes"));
    group.hideWhenEmpty = true;
    this.#shown = { root: root.toString(), control, group };
    return group;
  }

  /** Of the providers of a file the one that came last is first in the peek, and only a new one is asked about open files. */
  #announce(): void {
    if (!this.#shown) return;
    // The type leaves out what the editor takes: that there is none.
    Reflect.set(this.#shown.control, "quickDiffProvider", undefined);
    this.#shown.control.quickDiffProvider = this.#quickDiff;
  }
}

/** A provider without a root comes after all that have one, and with a root it is asked only about what is in it. */
function rootOf(files: readonly PendingFile[]): vscode.Uri {
  const uris = files.map(({ path }) => vscode.Uri.file(path));
  const folders = vscode.workspace.workspaceFolders ?? [];
  const around = folders.find(({ uri }) =>
    uris.every((file) => vscode.workspace.getWorkspaceFolder(file)?.uri.toString() === uri.toString()),
  );
  return around?.uri ?? vscode.Uri.file(parse(files[0]?.path ?? "/").root);
}

function toResource({ path, hunks }: PendingFile): vscode.SourceControlResourceState {
  const resourceUri = vscode.Uri.file(path);
  const count = hunksWords(hunks.length);
  return {
    resourceUri,
    contextValue: "file",
    decorations: { tooltip: `${path}\n${count}` },
    command: {
      command: "vscode.diff",
      title: vscode.l10n.t("Show Changes"),
      arguments: [
        baselineUri(path),
        resourceUri,
        vscode.l10n.t("{0} (before Plumb ↔ now)", basename(path)),
        { preview: true },
      ],
    },
  };
}

export const hunksWords = (count: number): string =>
  count === 1 ? vscode.l10n.t("1 hunk") : vscode.l10n.t("{0} hunks", count);
