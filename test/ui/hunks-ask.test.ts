import { join } from "node:path";
import type { FrameLocator, Locator } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { call, gate, reply, say } from "../support/fake-api/replies.ts";
import { openPeek, peek, showAt } from "./support/editor.ts";
import { newChat, type ScriptedUi, send, startScripted } from "./support/scripted.ts";

/** Talking to the agent about a hunk, where the hunk is. */
const LINES = Array.from({ length: 60 }, (_, index) => `export const line${index + 1} = ${index + 1};`);
const A = `${LINES.join("\n")}\n`;
let it: ScriptedUi;
let panel: FrameLocator;
beforeAll(async () => {
  it = await startScripted({
    workspaceFiles: {
      "a.ts": A,
      "typed.ts": "export const old: number = 'always wrong';\nexport const good: number = 1;\n",
    },
    settings: { "plumb.permissions.defaultMode": "acceptEdits" },
    viewport: { width: 1440, height: 900 },
  });
  panel = await newChat(it.ui);
  it.plan(
    reply(call("Read", { file_path: "a.ts" })),
    reply(edit("line3 = 3;", "line3 = 33;"), edit("line20 = 20;", "line20 = 200;")),
    reply(say("All changes are made.")),
  );
  await send(panel, "Change the file");
  await panel.getByText("All changes are made.").waitFor();
});
afterAll(() => it.ui.stop());

const at = (path: string): string => join(it.ui.workspace, path);
const edit = (old_string: string, new_string: string, file_path = "a.ts") =>
  call("Edit", { file_path, old_string, new_string });
const command = (id: string, ...args: unknown[]) =>
  it.ui.vs((vscode, name, values) => void vscode.commands.executeCommand(name, ...values), id, args);
const lens = (text: string): Locator => it.ui.page.locator(".codelens-decoration").getByText(text);
const thread = (): Locator => it.ui.page.locator(".review-widget");
const show = (path: string, line: number) => showAt(it.ui, path, line);
/** What the model was sent last by the person. */
const told = (): string => JSON.stringify(it.api.requests.at(-1)?.body.messages.at(-1));

test("Ask in the peek opens a box with the cursor in it; what is written goes to the agent with the hunk, and its answer comes back", async () => {
  await show("a.ts", 3);
  await lens("Plumb changed 2 hunks here").waitFor();
  await openPeek(it.ui, "a.ts", 1);
  await peek(it.ui).getByLabel("Ask About Hunk").click();
  await peek(it.ui).waitFor({ state: "detached" });
  await thread().locator(".monaco-editor.focused").waitFor();
  it.plan(
    reply(
      say("Because **thirty-three** is better. ![x](https://example.org/x.png) [run](command:plumb.newChat)"),
    ),
  );
  await it.ui.page.keyboard.type("Why 33?");
  await it.ui.shot("ask-box");
  await it.ui.page.keyboard.press("Control+Enter");
  await thread().getByText("thirty-three").waitFor();
  expect(told()).toContain("a.ts:3: Why 33?");
  expect(told()).toContain("-export const line3 = 3;\\n+export const line3 = 33;");
  await panel.getByText("a.ts:3: Why 33?").waitFor();
  expect(await thread().locator("img[src*='example.org']").count()).toBe(0);
  expect(await thread().locator("a[data-href^='command:']").count()).toBe(0);
  // Nothing else opens by itself.
  expect(await it.ui.page.locator(".part.panel").isVisible()).toBe(false);
  for (const theme of ["light", "contrast", "dark"] as const) {
    await it.ui.setTheme(theme);
    await it.ui.shot(`ask-answered-${theme}`);
  }
});

test("the thread follows its hunk, is there again after a reload, steers a running turn, and goes with the hunk", async () => {
  await it.ui.vs(async (vscode, file) => {
    const edits = new vscode.WorkspaceEdit();
    edits.insert(vscode.Uri.file(file), new vscode.Position(0, 0), "// mine\n// too\n");
    await vscode.workspace.applyEdit(edits);
    await vscode.workspace.saveAll();
  }, at("a.ts"));
  await it.ui.reload();
  panel = await it.ui.openPanel();
  await show("a.ts", 5);
  await lens("Plumb changed 2 hunks here").waitFor();
  await it.ui.page.keyboard.press("Control+Alt+a");
  await thread().getByText("thirty-three").waitFor();
  const { promise: opened, resolve: open } = Promise.withResolvers<void>();
  it.plan(
    reply(say("Working."), gate(opened), call("Read", { file_path: "a.ts" })),
    reply(say("It is 34 now.")),
  );
  await send(panel, "Go on");
  await panel.getByText("Working.").waitFor();
  await show("a.ts", 5);
  await command("plumb.askHunk");
  await thread().locator(".monaco-editor.focused").waitFor();
  await it.ui.page.keyboard.type("Make it 34");
  await thread().getByRole("button", { name: "Send to Plumb" }).click();
  await thread().locator(".comment-body").getByText("Make it 34").waitFor();
  await thread().getByText("Plumb is working on it").waitFor();
  await it.ui.shot("ask-steers");
  open();
  await thread().getByText("It is 34 now.").waitFor();
  expect(told()).toContain("a.ts:5: Make it 34");
  await show("a.ts", 5);
  await command("plumb.keepHunk");
  await lens("Plumb changed 1 hunk here").waitFor();
  await thread().waitFor({ state: "detached" });
});

test("an error that a change brought is shown at its hunk, with Fix, which steers the agent; an old one is not", async () => {
  await show("typed.ts", 1);
  // The service has spoken before anything is changed.
  const errors = () =>
    it.ui.vs(
      (vscode, file) =>
        vscode.languages.getDiagnostics(vscode.Uri.file(file)).map(({ range }) => range.start.line + 1),
      at("typed.ts"),
    );
  await expect.poll(errors).toEqual([1]);
  it.plan(
    reply(call("Read", { file_path: "typed.ts" })),
    reply(
      edit("export const old", "export const older", "typed.ts"),
      edit("good: number = 1", "good: number = 'two'", "typed.ts"),
    ),
    reply(say("Now it is broken.")),
  );
  await send(panel, "Break it");
  await panel.getByText("Now it is broken.").waitFor();
  await lens("1 new error").waitFor();
  await expect.poll(() => lens("new error").count()).toBe(1);
  await expect.poll(errors).toEqual([1, 2]);
  for (const theme of ["light", "contrast", "dark"] as const) {
    await it.ui.setTheme(theme);
    await it.ui.shot(`hunk-errors-${theme}`);
  }
  it.plan(reply(edit("= 'two'", "= 2", "typed.ts")), reply(say("It is a number again.")));
  await lens("Fix").click();
  await panel.getByText("It is a number again.").waitFor();
  const asked = JSON.stringify(it.api.requests.at(-2)?.body.messages.at(-1));
  expect(asked).toContain(
    "Fix what this change broke:\\n- 2: Type 'string' is not assignable to type 'number'.",
  );
  expect(asked).toContain("+export const good: number = 'two';");
  // The old error has the same words as the one that is fixed, and is still there.
  await expect.poll(errors).toEqual([1]);
  await lens("new error").waitFor({ state: "detached" });
  await it.ui.shot("hunk-errors-fixed");
});
