import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { FrameLocator } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { call, gate, reply, say } from "../support/fake-api/replies.ts";
import { takeFromList } from "./support/editor.ts";
import { card, composer, type ScriptedUi, startScripted } from "./support/scripted.ts";

/** Nothing in this file touches the mouse. */
const SUM = "export const sum = (a, b) => a - b;\n";
const README = "# Sums\n\nAdds numbers.\n";
let it: ScriptedUi;
let panel: FrameLocator;
beforeAll(async () => {
  it = await startScripted({
    workspaceFiles: { "sum.js": SUM, "README.md": README, "src/deep/util.ts": "export const util = 1;\n" },
  });
  panel = it.ui.panel();
});
afterAll(() => it.ui.stop());
beforeEach(async () => {
  // Each test ends in the composer; the first one, and one after a failure, has to come there. A window that has only just
  // come up does not know the keys of its extensions yet.
  const isThere = async (): Promise<boolean> => {
    if ((await panel.locator(".composer-text:focus").count()) === 0) await press("Control+Alt+p");
    return panel
      .locator(".composer-text:focus")
      .waitFor({ timeout: 10_000 })
      .then(
        () => true,
        () => false,
      );
  };
  await expect.poll(isThere).toBe(true);
});

const read = (path: string): string => readFileSync(join(it.ui.workspace, path), "utf8");
const press = async (...keys: string[]): Promise<void> => {
  for (const key of keys) await it.ui.page.keyboard.press(key);
};
const write = (text: string): Promise<void> => it.ui.page.keyboard.type(text);
const isComposerFocused = (): Promise<void> => panel.locator(".composer-text:focus").waitFor();

interface Focused {
  readonly name: string;
  readonly hasRing: boolean;
}
/** What has the keyboard, and whether a person sees that. */
const focused = (): Promise<Focused> =>
  panel.locator("body").evaluate((body): Focused => {
    const element = body.ownerDocument.activeElement ?? body;
    const nowhere = body.ownerDocument.hasFocus() ? "lost" : "outside";
    const name =
      element === body ? nowhere : (element.getAttribute("aria-label") ?? element.textContent ?? "").trim();
    const rings = [element, element.closest(".composer") ?? element].map((one) => getComputedStyle(one));
    const hasRing = rings.some(
      (style, at) =>
        (style.outlineStyle !== "none" && Number.parseFloat(style.outlineWidth) > 0) ||
        style.boxShadow !== "none" ||
        (at === 1 && element.matches("textarea") && style.borderColor !== "rgba(0, 0, 0, 0)"),
    );
    return { name, hasRing };
  });
/** Tabs on until something with this name has the keyboard; everything on the way can be seen to have it. */
async function tabTo(name: string | RegExp, key = "Tab"): Promise<void> {
  const seen: string[] = [];
  for (let count = 0; count < 40; count += 1) {
    await press(key);
    // What goes away while it has the focus hands it on, a frame later.
    await expect.poll(async () => (await focused()).name, { message: seen.join(" | ") }).not.toBe("lost");
    const now = await focused();
    // Beyond the last stop of the panel lies the editor, and then the panel again.
    if (now.name === "outside") continue;
    seen.push(now.name.slice(0, 40));
    await expect
      .poll(async () => (await focused()).hasRing, { message: `a ring around ${now.name}` })
      .toBe(true);
    if (typeof name === "string" ? now.name === name : name.test(now.name)) return;
  }
  throw new Error(`Tab never came to ${name}: ${seen.join(" | ")}`);
}
/** What a screen reader is told. */
const isSaid = (words: RegExp): Promise<void> =>
  panel.locator("[aria-live=polite]").getByText(words).waitFor({ state: "attached" });
const edit = (file_path: string, old_string: string, new_string: string) =>
  call("Edit", { file_path, old_string, new_string });

test("a key opens Plumb, and the whole job is done without a mouse", async () => {
  it.plan(
    reply(call("Read", { file_path: "sum.js" }), call("Read", { file_path: "README.md" })),
    reply(edit("sum.js", "a - b", "a + b"), edit("README.md", "Adds numbers.", "Adds two numbers.")),
    reply(call("Bash", { command: "touch hi" })),
    reply(
      call("AskUserQuestion", {
        questions: [
          {
            question: "Shall I add a test?",
            header: "Test",
            options: [
              { label: "Yes", description: "A small one" },
              { label: "No", description: "Leave it" },
            ],
            multiSelect: false,
          },
        ],
      }),
    ),
    reply(say("All done.")),
  );
  await write("Fix the sum");
  await press("Enter");
  await card(panel).getByText("Change sum.js?").waitFor();
  // A letter for the message never answers a card.
  await write("a");
  await expect.poll(() => composer(panel).inputValue()).toBe("a");
  await press("Backspace", "Alt+ArrowUp");
  await expect
    .poll(focused)
    .toMatchObject({ name: expect.stringContaining("Change sum.js?"), hasRing: true });
  await press("a");
  await card(panel).getByText("Change README.md?").waitFor();
  // The next card has to be asked for: a second "a" must not answer it.
  await isComposerFocused();
  await press("Alt+ArrowUp");
  await tabTo("Allow onceA");
  await press("Enter");
  await card(panel).getByText("Run this command?").waitFor();
  await isComposerFocused();
  await press("Alt+ArrowUp", "Tab", "Tab");
  await expect.poll(async () => (await focused()).name).toBe("DenyD");
  await press("Tab", "Tab", "Tab");
  await card(panel).locator("input:focus").waitFor();
  await write("it is not needed");
  await press("Enter");
  await card(panel).getByText("Shall I add a test?").waitFor();
  await isComposerFocused();
  await press("Alt+ArrowUp", "Tab", "ArrowDown");
  await card(panel).getByRole("radio", { name: /^No/, checked: true }).waitFor();
  await expect.poll(async () => (await focused()).hasRing).toBe(true);
  await it.ui.shot("keyboard-question");
  await press("Enter");
  await panel.getByText("All done.").waitFor();
  await isComposerFocused();
  const sent = JSON.stringify(it.api.requests.at(-1)?.body.messages);
  expect(sent).toContain("it is not needed");
  expect(sent).toContain("No");
});

test("the keyboard reaches the edits: one is kept, the diff of the other opens, it is undone", async () => {
  await press("Alt+ArrowUp");
  await tabTo("Keep the change in sum.js");
  await press("Enter");
  await isSaid(/kept\.$/);
  // The button is gone, with the card around it; the row it belonged to is still there.
  await expect.poll(async () => (await focused()).name).toMatch(/^Edit.*sum\.js/);
  await tabTo("Open the diff of README.md");
  await press("Enter");
  await it.ui.page.locator(".monaco-diff-editor .modified").filter({ hasText: "two" }).waitFor();
  await it.ui.shot("keyboard-diff");
  await tabTo("Undo the change in README.md", "Shift+Tab");
  await press("Enter");
  await expect.poll(() => read("README.md")).toBe(README);
  await isSaid(/undone\.$/);
  await expect.poll(async () => (await focused()).name).toMatch(/^Edit.*README\.md/);
  expect(read("sum.js")).toContain("a + b");
  await press("Alt+ArrowDown");
  await isComposerFocused();
});

test("Escape stops a reply, Up brings back the last message, Shift+Tab changes the mode", async () => {
  it.plan(reply(say("Once upon a time"), gate(new Promise(() => undefined))));
  await write("Tell me a story");
  await press("Enter");
  await panel.getByText("Once upon a time").waitFor();
  await press("Escape");
  await panel.locator(".finished").getByText("Stopped").waitFor();
  await isComposerFocused();
  await press("ArrowUp");
  await expect.poll(() => composer(panel).inputValue()).toBe("Tell me a story");
  await press("Control+a", "Backspace");
  for (const mode of ["Accept edits", "Plan", "Auto", "Ask"]) {
    await press("Shift+Tab");
    await panel.getByRole("button", { name: `Mode: ${mode}` }).waitFor();
    await isComposerFocused();
  }
});

test("@ completes a file and attaches it", async () => {
  it.plan(reply(say("I see.")));
  await write("Look at @uti");
  await panel.getByRole("option", { name: /util\.ts/ }).waitFor();
  await press("Enter");
  await expect.poll(() => composer(panel).inputValue()).toContain("src/deep/util.ts");
  await panel.getByRole("list", { name: "Attached" }).getByText("util.ts").waitFor();
  await isComposerFocused();
  await press("Enter");
  await panel.getByText("I see.").waitFor();
  expect(JSON.stringify(it.api.requests.at(-1)?.body.messages)).toContain("deep/util.ts");
});

test("messages queue while a turn runs, can be changed and removed; Ctrl+Enter steers", async () => {
  const { promise: opened, resolve: open } = Promise.withResolvers<void>();
  it.plan(
    reply(say("Working on it"), gate(opened), call("Read", { file_path: "sum.js" })),
    reply(say("Steered.")),
    reply(say("Then the queue.")),
  );
  await write("Begin");
  await press("Enter");
  await panel.getByText("Working on it").waitFor();
  for (const text of ["first later", "second later"]) {
    await write(text);
    await press("Enter");
    await panel.getByRole("button", { name: new RegExp(`edit: ${text}`) }).waitFor();
  }
  await press("Shift+Tab");
  await panel.getByRole("button", { name: "Mode: Accept edits" }).waitFor();
  // Shift+Tab is taken in the composer: the way up leads over the conversation.
  await press("Alt+ArrowUp");
  await tabTo(/first later/);
  await press("Enter");
  await panel.locator(".queue textarea:focus").waitFor();
  await press("End");
  await write(", please");
  await press("Enter");
  await panel.getByRole("button", { name: /edit: first later, please/ }).waitFor();
  await expect.poll(async () => (await focused()).name).not.toBe("lost");
  await press("Alt+ArrowUp");
  await tabTo(/second later/);
  await tabTo("Remove from the queue");
  await press("Enter");
  await panel.getByRole("button", { name: /edit: second later/ }).waitFor({ state: "detached" });
  await expect.poll(async () => (await focused()).name).not.toBe("lost");
  // On a queued message Alt+Down moves the message.
  await tabTo("Message to Plumb");
  await write("rather this");
  await press("Control+Enter");
  await expect.poll(() => composer(panel).inputValue()).toBe("");
  // The host has it: it stands in the conversation.
  await panel.locator(".prompt").getByText("rather this").waitFor();
  open();
  await panel.getByText("Then the queue.").waitFor();
  const asked = it.api.requests.slice(-2).map(({ body }) => JSON.stringify(body.messages.at(-1)));
  expect(asked[0]).toContain("rather this");
  expect(asked[1]).toContain("first later, please");
  expect(JSON.stringify(it.api.requests.at(-1)?.body.messages)).not.toContain("second later");
  await press("Shift+Tab", "Shift+Tab", "Shift+Tab");
  await panel.getByRole("button", { name: "Mode: Ask" }).waitFor();
});

const paletteIsOpen = () => it.ui.page.locator(".quick-input-widget input:focus").waitFor();

test("a new chat, the history and the way back are keys as well", async () => {
  await write("half a thought");
  const chat = panel.locator("main[data-session]");
  const before = await chat.getAttribute("data-session");
  await press("Control+Alt+n");
  await panel.locator(`main[data-session]:not([data-session="${before}"])`).waitFor();
  await isComposerFocused();
  await expect.poll(() => composer(panel).inputValue()).toBe("half a thought");
  await press("F1");
  await paletteIsOpen();
  await write("Plumb: Show History");
  await takeFromList(it.ui, "Plumb: Show History");
  await panel.locator('input[aria-label="Search conversations"]:focus').waitFor();
  await press("Escape");
  await isComposerFocused();
  await press("Control+a", "Backspace", "F1");
  await paletteIsOpen();
  await write("Plumb: Show History");
  await takeFromList(it.ui, "Plumb: Show History");
  await panel.locator('input[aria-label="Search conversations"]:focus').waitFor();
  await panel.getByText("Fix the sum").waitFor();
  await write("fix");
  await tabTo(/Fix the sum/);
  await press("Enter");
  await panel.getByText("Then the queue.").waitFor();
  await isComposerFocused();
  it.plan(reply(say("Welcome back.")));
  await write("Go on");
  await press("Enter");
  await panel.getByText("Welcome back.").waitFor();
  expect(it.api.refusals).toEqual([]);
});
