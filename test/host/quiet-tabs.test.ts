import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as vscode from "vscode";
import { keepTabs } from "../../src/hosts/vscode/quiet-tabs.ts";
import { comesToBe } from "./soon.ts";

suite("Tabs that the editor opens by itself", () => {
  const clock = Date.now;
  let folder = "";
  setup(async () => {
    await vscode.commands.executeCommand("workbench.action.closeAllEditors");
    folder = await mkdtemp(join(tmpdir(), "tabs-"));
  });
  teardown(async () => {
    Date.now = clock;
    await vscode.commands.executeCommand("workbench.action.closeAllEditors");
    await rm(folder, { recursive: true, force: true });
  });

  /** What is opened and closed when a change of a file took so long, and the editor opens it so long after that. */
  async function seenOf({ took, after }: { took: number; after: number }): Promise<string[]> {
    const seen: string[] = [];
    const path = join(folder, "a.txt");
    await writeFile(path, "one\n");
    const { uri } = await vscode.workspace.openTextDocument(path);
    const subscription = vscode.window.tabGroups.onDidChangeTabs(({ opened, closed }) => {
      seen.push(...opened.map(() => "opened"), ...closed.map(() => "closed"));
    });
    let now = clock();
    Date.now = () => now;
    const saved = keepTabs(uri);
    now += took;
    saved();
    now += after;
    await vscode.commands.executeCommand("vscode.open", uri, { background: true, preview: false });
    await comesToBe(() => seen.includes("opened"), true);
    subscription.dispose();
    return seen;
  }

  test("after a change that took long the first tab of a group goes again, however late it comes", async () => {
    await seenOf({ took: 1_500, after: 4_000 });
    const tabs = () => vscode.window.tabGroups.all.flatMap((group) => group.tabs).length;
    await comesToBe(tabs, 0);
  });

  test("after a quick one it is somebody's", async () => {
    assert.deepEqual(await seenOf({ took: 50, after: 4_000 }), ["opened"]);
  });
});
