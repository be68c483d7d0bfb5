import { chmodSync, existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Locator } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { call, reply, say } from "../support/fake-api/replies.ts";
import { unfold } from "./support/editor.ts";
import {
  card,
  closeEditors,
  newChat,
  type ScriptedUi,
  send,
  startScripted,
  tabs,
} from "./support/scripted.ts";

/** Files that are moved and deleted by tools: language services follow, and people decide about it like about a text. */
const FILES = {
  "tsconfig.json":
    '{ "compilerOptions": { "module": "nodenext", "allowImportingTsExtensions": true, "noEmit": true } }\n',
  "package.json": '{ "type": "module" }\n',
  "src/area.ts": "export const area = (side: number): number => side * side;\n",
  "src/main.ts": 'import { area } from "./area.ts";\n\nconsole.log(area(3));\n',
  "notes.md": "# Notes\n\nNothing here.\n",
};

let it: ScriptedUi;
beforeAll(async () => {
  it = await startScripted({
    workspaceFiles: FILES,
    settings: {
      "js/ts.updateImportsOnFileMove.enabled": "always",
      "typescript.updateImportsOnFileMove.enabled": "always",
    },
    viewport: { width: 1440, height: 900 },
  });
});
afterAll(() => it.ui.stop());
beforeEach(async () => {
  await closeEditors(it.ui);
  await newChat(it.ui);
});

const at = (path: string): string => join(it.ui.workspace, path);
const read = (path: string): string => readFileSync(at(path), "utf8");
const there = (...paths: string[]): boolean[] => paths.map((path) => existsSync(at(path)));
const tray = (): Locator => it.ui.panel().getByRole("region", { name: "Changes to review" });
const show = (path: string) =>
  it.ui.vs(
    async (vscode, file) =>
      void (await vscode.window.showTextDocument(vscode.Uri.file(file), { preview: false })),
    at(path),
  );

const unsaved = () =>
  it.ui.vs((vscode) =>
    vscode.workspace.textDocuments.filter((one) => one.isDirty).map(({ uri }) => uri.path.split("/").at(-1)),
  );

async function shots(name: string): Promise<void> {
  for (const width of [300, 600]) {
    await it.ui.setPanelWidth(width);
    for (const theme of ["light", "contrast", "dark"] as const) {
      await it.ui.setTheme(theme);
      await it.ui.shot(`${name}-${theme}-${width}`);
    }
  }
}

async function openTray(): Promise<void> {
  await unfold(tray().locator(".strip-head"));
  await tray()
    .getByRole("button", { name: /^Keep the changes in/ })
    .first()
    .waitFor();
}

test("a moved file takes its tab, its unsaved text and its imports along, and undoing it puts all of that back", async () => {
  const panel = it.ui.panel();
  await show("src/area.ts");
  await show("src/main.ts");
  await it.ui.vs(async (vscode, file) => {
    const change = new vscode.WorkspaceEdit();
    change.insert(vscode.Uri.file(file), new vscode.Position(0, 0), "// typed, not saved\n");
    await vscode.workspace.applyEdit(change);
  }, at("src/area.ts"));
  // Asked for problems, the service has loaded the project.
  await it.ui.vs(
    (vscode, file) =>
      vscode.commands.executeCommand("typescript.tsserverRequest", "semanticDiagnosticsSync", {
        file: vscode.Uri.file(file),
      }),
    at("src/main.ts"),
  );
  it.plan(
    reply(call("Move", { source: "src/area.ts", destination: "src/shapes/square.ts" })),
    reply(say("It is moved.")),
  );
  await send(panel, "Move it");
  await card(panel).getByText("src/shapes/square.ts").waitFor();
  await shots("move-card");
  await card(panel).press("a");
  await panel.getByText("It is moved.").waitFor();
  await expect.poll(() => there("src/area.ts", "src/shapes/square.ts")).toEqual([false, true]);
  await expect.poll(() => read("src/main.ts")).toContain('"./shapes/square.ts"');
  await expect.poll(() => tabs(it.ui)).toEqual(["square.ts", "main.ts"]);
  expect(read("src/shapes/square.ts")).toBe(FILES["src/area.ts"]);
  await expect.poll(unsaved).toEqual(["square.ts"]);
  await openTray();
  await tray().getByText("Moved from src/area.ts").waitFor();
  await tray().getByRole("button", { name: "Undo the changes in src/main.ts" }).waitFor();
  await shots("move-done");
  await tray().getByRole("button", { name: "Undo the changes in src/shapes/square.ts" }).click();
  await expect.poll(() => there("src/area.ts", "src/shapes")).toEqual([true, false]);
  await expect.poll(() => read("src/main.ts")).toBe(FILES["src/main.ts"]);
  await tray().waitFor({ state: "detached" });
  await expect.poll(unsaved).toEqual(["area.ts"]);
  await it.ui.vs((vscode) => vscode.commands.executeCommand("plumb.takeBack"));
  await expect.poll(() => there("src/area.ts", "src/shapes/square.ts")).toEqual([false, true]);
  await expect.poll(() => read("src/main.ts")).toContain('"./shapes/square.ts"');
  await tray().waitFor();
  await it.ui.vs((vscode) => vscode.commands.executeCommand("plumb.keepAll"));
  await tray().waitFor({ state: "detached" });
});

test("a deleted file is shown whole before, and comes back from the card, with its mode, by keys alone", async () => {
  const panel = it.ui.panel();
  chmodSync(at("notes.md"), 0o755);
  await show("notes.md");
  it.plan(reply(call("Delete", { file_path: "notes.md" })), reply(say("It is gone.")));
  await send(panel, "Delete the notes");
  await card(panel).getByText("Delete notes.md?").waitFor();
  await card(panel).getByText("Nothing here.").waitFor();
  await shots("delete-card");
  await card(panel).press("a");
  await panel.getByText("It is gone.").waitFor();
  await expect.poll(() => there("notes.md")).toEqual([false]);
  await expect.poll(() => tabs(it.ui)).toEqual([]);
  await openTray();
  await tray().getByText("Deleted. Undo brings it back.").waitFor();
  await shots("delete-done");
  const undo = panel.getByRole("button", { name: "Undo the change in notes.md" });
  await undo.focus();
  await undo.press("Enter");
  await expect.poll(() => there("notes.md")).toEqual([true]);
  await expect.poll(() => read("notes.md")).toBe(FILES["notes.md"]);
  await expect.poll(() => statSync(at("notes.md")).mode & 0o777).toBe(0o755);
  await tray().waitFor({ state: "detached" });
  // Once it is decided it is folded.
  await panel.locator('.tool[data-tool="Delete"] > button[aria-expanded="false"]').click();
  await panel.locator(".edit-state").getByText("Undone").waitFor();
});

test("a folder says how many files go with it, and the file under review there is decided with its place", async () => {
  const panel = it.ui.panel();
  it.plan(
    reply(
      call("Write", { file_path: "pack/one.txt", content: "one\n" }),
      call("Write", { file_path: "pack/two.txt", content: "two\n" }),
    ),
    reply(call("Move", { source: "pack", destination: "parcel" })),
    reply(say("All is done.")),
  );
  await it.ui.vs((vscode) =>
    vscode.workspace.getConfiguration("plumb").update("permissions.defaultMode", "ask", true),
  );
  await send(panel, "Pack");
  for (const name of ["Create pack/one.txt?", "Create pack/two.txt?"]) {
    await card(panel).getByText(name).waitFor();
    await card(panel).press("a");
  }
  await card(panel).getByText("Move the folder pack?").waitFor();
  await card(panel).getByText("2 files go with it.").waitFor();
  await it.ui.shot("move-folder-card");
  await card(panel).press("a");
  await panel.getByText("All is done.").waitFor();
  await openTray();
  await tray().getByText("Moved from pack/one.txt").waitFor();
  await shots("move-folder-done");
  await tray().getByRole("button", { name: "Undo the changes in parcel/one.txt" }).click();
  await expect.poll(() => there("pack", "parcel/one.txt", "parcel/two.txt")).toEqual([false, false, true]);
  await tray().getByRole("button", { name: "Keep the changes in parcel/two.txt" }).click();
  await tray().waitFor({ state: "detached" });
  expect(read("parcel/two.txt")).toBe("two\n");
});
