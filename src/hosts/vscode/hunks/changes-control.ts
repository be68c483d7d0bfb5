import { basename, parse } from "node:path";
import * as vscode from "vscode";
import { isNotebookFile, notebookBaseline } from "../notebooks/notebook-texts.ts";
import { baselineUri } from "./baselines.ts";
import { watchRepositories } from "./git-repositories.ts";
import type { PendingChanges } from "./pending-changes.ts";
import { isWhole, type Pending } from "./whole-file.ts";

interface Shown {
  readonly control: vscode.SourceControl;
  readonly group: vscode.SourceControlResourceGroup;
}

/** Our part of the Source Control view, and with it the marks beside the lines and the peek that a click on them opens. */
export class ChangesControl {
  readonly #pending: PendingChanges;
  readonly #quickDiff: vscode.QuickDiffProvider;
  readonly #git: vscode.Disposable;
  #shown: Shown | undefined;
  #known = "";

  constructor(pending: PendingChanges) {
    this.#pending = pending;
    this.#quickDiff = {
      provideOriginalResource: (uri) =>
        uri.scheme === "file" && pending.file(uri.fsPath) ? baselineUri(uri.fsPath) : undefined,
    };
    // After git: the first one is the one whose branch the status bar shows.
    this.#git = watchRepositories(() => this.#come());
  }

  update(): void {
    if (!this.#shown) return;
    const { all } = this.#pending;
    this.#shown.group.resourceStates = all.map(toResource);
    const paths = JSON.stringify(all.map(({ path }) => path));
    if (paths === this.#known) return;
    this.#known = paths;
    this.#announce(this.#shown);
  }

  dispose(): void {
    this.#git.dispose();
    this.#shown?.control.dispose();
  }

  #come(): void {
    if (this.#shown) return this.#announce(this.#shown);
    // A provider without a root comes last in the peek. Any other root could be nearer to a file than its repository's.
    const { root } = parse(this.#pending.all[0]?.path ?? "/");
    const control = vscode.scm.createSourceControl("plumb", "Plumb", vscode.Uri.file(root));
    control.inputBox.visible = false;
    // The files are counted by git already, and by our own badge.
    control.count = 0;
    const group = control.createResourceGroup("changes", vscode.l10n.t("Agent changes"));
    group.hideWhenEmpty = true;
    this.#shown = { control, group };
    this.update();
  }

  /** Of several providers the one that came last is first in the peek, and only a new one is asked about open files. */
  #announce({ control }: Shown): void {
    // The type leaves out what the editor takes: that there is none.
    Reflect.set(control, "quickDiffProvider", undefined);
    control.quickDiffProvider = this.#quickDiff;
  }
}

function toResource(file: Pending): vscode.SourceControlResourceState {
  const { path } = file;
  const resourceUri = vscode.Uri.file(path);
  const count = isWhole(file)
    ? vscode.l10n.t("to be kept or undone as a whole")
    : hunksWords(file.hunks.length);
  return {
    resourceUri,
    contextValue: "file",
    decorations: {
      tooltip: [path, count, ...movedWords(file)].join("\n"),
      strikeThrough: isWhole(file) && file.why === "deleted",
    },
    command: {
      title: vscode.l10n.t("Show Changes"),
      command: "plumb.openDiff",
      arguments: [resourceUri],
    },
  };
}

const movedWords = ({ movedFrom }: Pending): readonly string[] =>
  movedFrom === undefined
    ? []
    : [vscode.l10n.t("Moved here from {0}", vscode.workspace.asRelativePath(movedFrom))];

/** What the editor's own diff takes: the file without what is pending, and the file. */
export const diffOf = (path: string) => [
  // What the editor shows as a notebook it can only compare with one.
  isNotebookFile(path) ? notebookBaseline(path) : baselineUri(path),
  vscode.Uri.file(path),
  vscode.l10n.t("{0} (before Plumb ↔ now)", basename(path)),
  { preview: true },
];

export const hunksWords = (count: number): string =>
  count === 1 ? vscode.l10n.t("1 hunk") : vscode.l10n.t("{0} hunks", count);
