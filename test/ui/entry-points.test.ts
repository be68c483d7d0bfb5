import type { FrameLocator } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { call, reply, say } from "../support/fake-api/replies.ts";
import { fromMenu, isAtLine, showAt } from "./support/editor.ts";
import {
  card,
  closeEditors,
  composer,
  newChat,
  type ScriptedUi,
  startScripted,
  turnEnded,
} from "./support/scripted.ts";

/** Every way into Plumb, as a person takes it: menus, the lightbulb, the status bar, signing in, the walkthrough. */
let it: ScriptedUi;
let panel: FrameLocator;
beforeAll(async () => {
  it = await startScripted({
    workspaceFiles: {
      "one.ts": "export const one = 1;\nexport const wrong: number = 'text';\n",
      "two.txt": "two\n",
      "folder/three.txt": "three\n",
    },
    // Nobody is signed in: the first test does that.
    env: { ANTHROPIC_API_KEY: "" },
  });
  panel = it.ui.panel();
});
afterAll(() => it.ui.stop());

const attached = () => panel.getByRole("list", { name: "Attached" }).getByRole("listitem");
const lastSent = (): string => JSON.stringify(it.api.requests.at(-1)?.body.messages.at(-1));
/** Runs a command by its title, as the palette shows it. */
async function palette(title: string): Promise<void> {
  const { page } = it.ui;
  await page.keyboard.press("F1");
  await page.locator(".quick-input-box input:focus").fill(`>${title}`);
  await page.locator(".quick-input-list .monaco-list-row").getByText(title, { exact: true }).first().click();
}
/** Right-clicks files in the explorer, the last one after choosing the others, and takes a menu entry. */
async function inExplorer(names: readonly string[], entry: string): Promise<void> {
  const { page } = it.ui;
  await it.ui.vs((vscode) => vscode.commands.executeCommand("workbench.view.explorer"));
  const row = (name: string) =>
    page.locator(".explorer-folders-view .monaco-list-row").getByText(name, { exact: true });
  for (const [index, name] of names.entries())
    await row(name).click({ modifiers: index === 0 ? [] : ["Control"] });
  await fromMenu(it.ui, () => row(names.at(-1) ?? "").click({ button: "right" }), entry);
  await composer(panel).waitFor();
}

test("Sign In asks for a key, refuses a wrong one with the reason, and keeps a good one", async () => {
  const { page } = it.ui;
  await it.ui.openPanel();
  await panel.getByRole("button", { name: "Sign in" }).first().click();
  const input = page.locator(".quick-input-box input");
  await input.waitFor();
  await input.fill("has a space");
  await page.getByText("A key has no spaces in it.").waitFor();
  await input.fill("sk-ant-good");
  expect(await input.getAttribute("type")).toBe("password");
  await it.ui.shot("entry-sign-in");
  await page.keyboard.press("Enter");
  await input.waitFor({ state: "hidden" });
  await panel.locator('.composer-text[placeholder^="Ask Plumb"]').waitFor();
  it.plan(reply(say("Good day.")));
  await composer(panel).fill("Hello");
  await composer(panel).press("Enter");
  await panel.getByText("Good day.").waitFor();
  expect(it.api.requests.at(-1)?.headers["x-api-key"]).toBe("sk-ant-good");
});

test("files, a folder, and several at once come into the message from the explorer", async () => {
  await newChat(it.ui);
  await inExplorer(["two.txt"], "Add to Plumb Chat");
  await attached().getByText("two.txt").waitFor();
  await inExplorer(["folder"], "Add to Plumb Chat");
  await attached().getByText("folder").waitFor();
  await inExplorer(["two.txt", "one.ts"], "Add to Plumb Chat");
  await attached().getByText("one.ts").waitFor();
  await it.ui.shot("entry-attached");
  await expect.poll(() => attached().count()).toBe(3);
  it.plan(reply(say("Seen.")));
  await panel.locator(".composer-text:focus").waitFor();
  await it.ui.page.keyboard.type("What are these?");
  await it.ui.page.keyboard.press("Enter");
  await panel.getByText("Seen.").waitFor();
  for (const name of ["two.txt", "one.ts", "/folder"]) expect(lastSent()).toContain(name);
  await expect.poll(() => attached().count()).toBe(0);
});

test("a right-click in the editor adds the file, or what is selected of it", async () => {
  await newChat(it.ui);
  await showAt(it.ui, "two.txt", 1);
  const line = it.ui.page.locator(".monaco-editor .view-line").filter({ hasText: "two" }).first();
  const rightClick = () => line.click({ button: "right", position: { x: 8, y: 8 } });
  await fromMenu(it.ui, rightClick, "Add to Plumb Chat");
  await attached().getByText("two.txt").waitFor();
  // An editor that is still being set up takes the click and forgets the selection.
  const select = async (): Promise<number> => {
    await line.click({ clickCount: 3 });
    return it.ui.page.getByText(/\(\d+ selected\)/).count();
  };
  await expect.poll(select).toBe(1);
  await fromMenu(it.ui, rightClick, "Ask Plumb About Selection");
  await expect.poll(() => attached().count()).toBe(2);
  await panel.locator(".composer-text:focus").waitFor();
});

test("the lightbulb explains and fixes a real problem, and leaves the message being written alone", async () => {
  const { page } = it.ui;
  await newChat(it.ui);
  const kept = await attached().count();
  await composer(panel).fill("half a thought");
  for (const [entry, words] of [
    ["Fix this problem with Plumb", "Fix these problems"],
    ["Explain with Plumb", "Explain these problems"],
  ] as const) {
    await showAt(it.ui, "one.ts", 2);
    await it.ui.vs((vscode) => {
      const editor = vscode.window.activeTextEditor;
      if (editor) editor.selection = new vscode.Selection(1, 15, 1, 15);
    });
    await isAtLine(it.ui, 2, 16);
    await page.locator(".monaco-editor .squiggly-error").first().waitFor();
    const item = page.locator(".action-widget .monaco-list-row").filter({ hasText: entry });
    // The list closes again when a language service has news in the moment in which it opens.
    await expect
      .poll(
        async () => {
          // In an open one the same keys choose the first entry.
          if ((await page.locator(".action-widget:visible").count()) > 0) await page.keyboard.press("Escape");
          await page.keyboard.press("Control+.");
          return item.waitFor({ timeout: 10_000 }).then(
            () => true,
            () => false,
          );
        },
        { timeout: 120_000 },
      )
      .toBe(true);
    await it.ui.shot(`entry-lightbulb-${words}`);
    it.plan(reply(say(`Answer to ${words}.`)));
    await item.click();
    await panel.getByText(`Answer to ${words}.`).waitFor();
    await turnEnded(panel);
    expect(lastSent()).toContain(words);
    expect(lastSent()).toContain("not assignable");
    expect(lastSent()).toContain("const wrong");
  }
  expect(await composer(panel).inputValue()).toBe("half a thought");
  expect(await attached().count()).toBe(kept);
});

test("the status bar leads to what waits", async () => {
  const { page } = it.ui;
  await newChat(it.ui);
  it.plan(reply(call("Bash", { command: "touch hi" })), reply(say("It was allowed.")));
  await composer(panel).fill("Run it");
  await composer(panel).press("Enter");
  await card(panel).waitFor();
  await it.ui.vs((vscode) => vscode.commands.executeCommand("workbench.view.explorer"));
  await page.locator(".statusbar-item").getByText("Plumb: needs you").click();
  await panel.locator("[data-waiting]:focus").waitFor();
  await page.keyboard.press("a");
  await panel.getByText("It was allowed.").waitFor();
});

test("the palette names every command, the settings say what they do, the walkthrough's buttons work", async () => {
  const { page } = it.ui;
  await palette("Plumb: Get Started");
  await page.getByText("From zero to a reviewed edit in five minutes.").waitFor();
  await page.getByRole("button", { name: "Give it a first task" }).click();
  await it.ui.shot("entry-walkthrough");
  // The notification of a card says so, too.
  await page
    .getByRole("document", { name: /^Overview/ })
    .getByRole("button", { name: "Open Plumb" })
    .click();
  await panel.locator(".composer-text:focus").waitFor();
  await page.getByRole("button", { name: "You decide what it may do" }).click();
  await page.getByRole("button", { name: "Permission Settings" }).click();
  await page.getByText("What needs no question", { exact: false }).first().waitFor();
  await it.ui.shot("entry-settings");
  await closeEditors(it.ui);
  const bare = await it.ui.vs((vscode) =>
    vscode.extensions
      .getExtension("plumb.plumb")
      ?.packageJSON.contributes.commands.filter(
        ({ title, category }: { title: string; category: string }) =>
          title.includes("%") || category !== "Plumb",
      ),
  );
  expect(bare).toEqual([]);
});

test("Sign Out forgets the key", async () => {
  await palette("Plumb: Sign Out");
  await it.ui.page.getByText("The key was removed from the secret storage.").first().waitFor();
  await panel.locator('.composer-text[placeholder^="Sign in"]').waitFor();
  await panel.getByRole("button", { name: "Sign in" }).first().waitFor();
});
