import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { call, gate, httpError, reply, say } from "../support/fake-api/replies.ts";
import { unfold } from "./support/editor.ts";
import { card, composer, newChat, type ScriptedUi, send, startScripted } from "./support/scripted.ts";

let it: ScriptedUi;
beforeAll(async () => {
  it = await startScripted({ workspaceFiles: { "blob.bin": "\u0000\u0001\u0002", "notes.txt": "one\n" } });
});
afterAll(() => it.ui.stop());
beforeEach(async () => {
  const panel = await newChat(it.ui);
  await panel.getByText("What shall we work on?").waitFor();
});

test("a key that is refused leads to signing in, and trying again needs no second message", async () => {
  const panel = it.ui.panel();
  it.plan(httpError(401), reply(say("Now it works.")));
  await send(panel, "Hello with a wrong key");
  await panel.getByRole("button", { name: "Sign in" }).first().waitFor();
  await it.ui.shot("bad-key");
  expect(await panel.getByText("Hello with a wrong key").count()).toBeGreaterThan(0);
  await panel.getByRole("button", { name: "Try again" }).click();
  await panel.getByText("Now it works.").waitFor();
});

test("a model that does not exist offers to choose another", async () => {
  const panel = it.ui.panel();
  it.plan(httpError(404));
  await send(panel, "Hello, nobody");
  await panel.getByRole("button", { name: "Choose a model" }).click();
  const list = it.ui.page.locator(".quick-input-widget:visible");
  await list.locator("input:focus").waitFor();
  await it.ui.shot("bad-model");
  await it.ui.page.keyboard.press("Escape");
  await list.waitFor({ state: "hidden" });
});

test("an overloaded model is asked again, visibly, and Stop ends the waiting", async () => {
  const panel = it.ui.panel();
  it.plan(...Array.from({ length: 12 }, () => httpError(529)));
  await send(panel, "Are you there?");
  await panel
    .getByText(/retry|again in/i)
    .first()
    .waitFor();
  await it.ui.shot("bad-retry");
  await composer(panel).press("Escape");
  await panel.getByText("Stopped", { exact: false }).first().waitFor();
  expect(await panel.getByText("Are you there?").count()).toBeGreaterThan(0);
});

test("a binary file and a missing one are told to the model, and the turn goes on", async () => {
  const panel = it.ui.panel();
  it.plan(
    reply(call("Read", { file_path: "blob.bin" }), call("Read", { file_path: "nothing.txt" })),
    reply(say("Neither can be read.")),
  );
  await send(panel, "Read both");
  await panel.getByText("Neither can be read.").waitFor();
  await it.ui.shot("bad-files");
});

test("a command that never ends is stopped, and its whole text can be read afterwards", async () => {
  const panel = it.ui.panel();
  const tail = "x".repeat(260);
  it.plan(reply(call("Bash", { command: `touch begun; sleep 1000 # ${tail}` })));
  await send(panel, "Wait for ever");
  await card(panel).getByRole("button", { name: "Allow once" }).click();
  await panel.locator('.tool[data-state="running"]').waitFor();
  await composer(panel).press("Escape");
  const line = panel.locator('.tool[data-tool="Bash"]:not([data-state="running"]) button.line');
  await line.waitFor();
  await unfold(line);
  await panel.locator(".tool-body .command").filter({ hasText: tail }).waitFor();
  await it.ui.shot("bad-endless");
});

test("a view that is killed in the middle of a reply comes back with all of it", async () => {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  it.plan(reply(say("The first half,"), gate(opened), say(" and the second half.")));
  await send(it.ui.panel(), "Two halves");
  await it.ui.panel().getByText("The first half,").waitFor();
  await it.ui
    .panel()
    .locator("body")
    .evaluate((body) => body.setAttribute("data-killed", "no"));
  await it.ui.vs((vscode) => vscode.commands.executeCommand("workbench.action.webview.reloadWebviewAction"));
  // The document that carries the mark has to go, or nothing was killed.
  await it.ui.panel().locator("body:not([data-killed])").waitFor();
  await it.ui.panel().getByText("The first half,").waitFor();
  open();
  await it.ui.panel().getByText("The first half, and the second half.").waitFor();
});
