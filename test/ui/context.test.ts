import type { FrameLocator, Locator } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { MODELS } from "../support/fake-api/models.ts";
import { call, reply, say } from "../support/fake-api/replies.ts";
import { takeFromList } from "./support/editor.ts";
import {
  card,
  composer,
  newChat,
  type ScriptedUi,
  send,
  startScripted,
  tabs,
  turnEnded,
} from "./support/scripted.ts";

/** A model with a window that a few messages fill. */
const MODEL = { ...MODELS.find(({ id }) => id === "claude-opus-5-5")!, contextTokens: 60_000 };
const SOURCE = Array.from({ length: 300 }, (_, i) => `export const value${i + 1} = ${i + 1};`).join("\n");
const LONG = Array.from({ length: 3_100 }, (_, i) => `12:00:${i} worker ${i % 7}: step ${i} of many`).join(
  "\n",
);

let it: ScriptedUi;
beforeAll(async () => {
  it = await startScripted({
    models: [MODEL],
    settings: { "plumb.model": MODEL.id },
    workspaceFiles: {
      "CLAUDE.md": "# Shop\n\nRound once.\n",
      "values.ts": `${SOURCE}\n`,
      "worker.log": LONG,
    },
    viewport: { width: 1200, height: 900 },
  });
});
afterAll(() => it.ui.stop());

const tray = (panel: FrameLocator): Locator => panel.getByRole("region", { name: "Context of the model" });
const warning = (panel: FrameLocator): Locator =>
  panel.locator(".context-line").getByText(/The context is \d+ % full/);
const button = (panel: FrameLocator, name: string | RegExp): Locator => panel.getByRole("button", { name });
const lastRequest = (): string => JSON.stringify(it.api.requests.at(-1)?.body.messages);

test("a conversation fills the window: tray, warning, compaction, its summary edited", async () => {
  const panel = await it.ui.openPanel();
  await it.ui.setPanelWidth(420);
  it.plan(reply(call("Read", { file_path: "values.ts" })), reply(say("Three hundred values.")));
  await send(panel, "Look at values.ts.");
  await panel.getByText("Three hundred values.").waitFor();

  // What fills it, by a command: the keys go through the list.
  await composer(panel).pressSequentially("/cont");
  await panel.getByRole("option", { name: /^\/context/ }).waitFor();
  await composer(panel).press("Enter");
  await tray(panel)
    .getByText(/of 60k tokens/)
    .waitFor();
  await tray(panel).getByText("values.ts").waitFor();
  await tray(panel)
    .getByText(/Next request: about \$/)
    .waitFor();
  await expect.poll(() => composer(panel).inputValue()).toBe("");
  await tray(panel).getByRole("tab", { name: "Instructions" }).click();
  await button(panel, /CLAUDE\.md/).click();
  await expect.poll(() => tabs(it.ui)).toContain("CLAUDE.md");
  await tray(panel).getByRole("tab", { name: "Cost" }).click();
  await tray(panel).getByText("2 requests").waitFor();

  // The window is nearly full: said above the composer, and the tray follows by itself.
  it.plan(reply(say("A long log.")));
  await it.ui.vs(async (vscode) => {
    const [log] = await vscode.workspace.findFiles("worker.log");
    const editor = await vscode.window.showTextDocument(log!);
    editor.selection = new vscode.Selection(0, 0, editor.document.lineCount, 0);
    await vscode.commands.executeCommand("plumb.askAboutSelection");
  });
  await panel.getByText("worker.log:1-3100").waitFor();
  await send(panel, "What is this?");
  await panel.getByText("A long log.").waitFor();
  await tray(panel).getByText("3 requests").waitFor();
  await warning(panel).waitFor();
  await it.ui.shot("context-warning");
  await tray(panel).getByRole("tab", { name: "Context" }).click();
  await tray(panel)
    .getByText(/of 60k tokens \(7\d %\)/)
    .waitFor();
  await it.ui.shot("context-tray");
  await button(panel, "Close (Esc)").click();

  it.plan(reply(say("Yes.")));
  await send(panel, "Go on.");
  await panel.getByText("Yes.", { exact: true }).waitFor();
  it.plan(reply(say("The user showed values.ts and a long log.")));
  await composer(panel).fill("/compact the log");
  await composer(panel).press("Enter");
  const made = panel.getByRole("group", { name: "Room was made" });
  await made.getByText(/k → .*k tokens/).waitFor();
  await made.getByText("Asked to keep: the log").waitFor();
  await warning(panel).waitFor({ state: "detached" });

  await made.getByRole("button", { name: "Edit" }).click();
  const field = made.getByRole("textbox", { name: "Summary" });
  await expect.poll(() => field.inputValue()).toContain("values.ts and a long log");
  await field.fill("The user wants values rounded once.");
  await it.ui.shot("context-compaction");
  await field.press("Control+Enter");
  await made.getByText("Edited").waitFor();

  it.plan(reply(say("Rounded.")));
  await send(panel, "Now?");
  await panel.getByText("Rounded.").waitFor();
  expect(lastRequest()).toContain("The user wants values rounded once.");
  expect(lastRequest()).not.toContain("step 1200 of many");
  expect(it.api.refusals).toEqual([]);
});

test("what was summarised is still found by the person, and shown in full", async () => {
  const { page } = it.ui;
  await it.ui.vs((vscode) => void vscode.commands.executeCommand("plumb.searchChat"));
  await page.locator(".quick-input-widget:visible input:focus").waitFor();
  const list = page.locator(".quick-input-widget");
  await list.locator("input").first().pressSequentially('"step 1200 of many"');
  const found = list.locator(".monaco-list-row").filter({ hasText: "step 1200 of many" });
  await expect.poll(() => found.count()).toBe(1);
  await it.ui.shot("context-search");
  await takeFromList(it.ui, "step 1200 of many");
  const shown = () =>
    it.ui.vs((vscode) => {
      const document = vscode.window.activeTextEditor?.document;
      return document?.uri.scheme === "plumb-chat" ? document.getText() : "";
    });
  await expect.poll(shown).toContain("step 3099 of many");
  await expect.poll(() => tabs(it.ui)).toContainEqual(expect.stringMatching(/^You \d+\.md$/));
});

test("commands: an unknown one is not sent, a model is chosen by name, a new chat begins", async () => {
  const panel = it.ui.panel();
  const before = it.api.requests.length;
  await send(panel, "/comapct");
  await panel.getByText("Did you mean /compact?").first().waitFor();
  expect(await composer(panel).inputValue()).toBe("/comapct");
  await send(panel, "/effort low");
  await button(panel, /^Model: .* low$/).waitFor();
  await send(panel, "/effort most");
  await panel.locator(".toast").getByText("There is no effort “most”").waitFor();
  const main = panel.locator("main[data-session]");
  const session = await main.getAttribute("data-session");
  await send(panel, "/clear");
  await panel.locator(`main[data-session]:not([data-session="${session}"])`).waitFor();
  await it.ui.vs((vscode) => void vscode.commands.executeCommand("plumb.showContext"));
  await tray(panel).getByText("Nothing has been sent in this conversation yet.").waitFor();
  await send(panel, "/help");
  await tray(panel).getByText("Show what fills the model's window").waitFor();
  expect(it.api.requests).toHaveLength(before);
});

test("a limit is asked about before it is passed, said when it is near, and raised", async () => {
  const panel = await newChat(it.ui);
  const limit = (dollars: number) =>
    it.ui.vs(
      (vscode, value) => vscode.workspace.getConfiguration("plumb").update("budget.session", value, true),
      dollars,
    );
  await limit(0.01);
  it.plan(reply(say("First.")));
  await send(panel, "Hello.");
  await card(panel)
    .getByText(/and the next request costs about \$0\.0\d/)
    .waitFor();
  const before = it.api.requests.length;
  await card(panel).getByRole("radio", { name: /^Stop/ }).check();
  await button(panel, "Answer").click();
  await panel.getByRole("button", { name: "Go on", exact: true }).click();
  await card(panel)
    .getByRole("radio", { name: /^Go on up to \$0\.0\d/ })
    .check();
  expect(it.api.requests).toHaveLength(before);
  await it.ui.shot("context-budget");
  await button(panel, "Answer").click();
  await panel.getByText("First.", { exact: true }).waitFor();
  // Each further message costs a little: one of them comes near it.
  const line = panel.locator(".context-line");
  for (let n = 0; n < 40 && (await line.count()) === 0; n += 1) {
    it.plan(reply(say(`Number ${n}.`)));
    await send(panel, `${n}: ${"a word ".repeat(60)}`);
    await panel.getByText(`Number ${n}.`, { exact: true }).waitFor();
    // By then it is known whether one is near.
    await turnEnded(panel);
  }
  await line.getByText(/This chat has cost \$\d/).waitFor();
  await it.ui.shot("context-limit");
  await line.getByRole("button", { name: /^Raise to/ }).click();
  await line.waitFor({ state: "detached" });
  await limit(0);
});
