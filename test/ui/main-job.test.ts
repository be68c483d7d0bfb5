import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { call, gate, reply, say, think } from "../support/fake-api/replies.ts";
import { fromMenu, showAt } from "./support/editor.ts";
import { card, composer, newChat, type ScriptedUi, send, startScripted } from "./support/scripted.ts";

const SUM = "export const sum = (a, b) => a - b;\n";
const README = "# Sums\n\nAdds numbers.\n";
let it: ScriptedUi;
beforeAll(async () => {
  it = await startScripted({ workspaceFiles: { "sum.js": SUM, "README.md": README, "log.txt": "" } });
});
afterAll(() => it.ui.stop());
beforeEach(async () => {
  await newChat(it.ui);
});

const read = (path: string): string => readFileSync(join(it.ui.workspace, path), "utf8");
const edit = (file_path: string, old_string: string, new_string: string) =>
  call("Edit", { file_path, old_string, new_string });

test("a task with a search, two edits, a command and a question; one edit is kept, the other undone", async () => {
  const panel = it.ui.panel();
  it.plan(
    reply(
      think("The sum subtracts."),
      say("I will look for it first."),
      call("Grep", { pattern: "sum" }),
      call("Read", { file_path: "sum.js" }),
      call("Read", { file_path: "README.md" }),
    ),
    reply(edit("sum.js", "a - b", "a + b"), edit("README.md", "Adds numbers.", "Adds two numbers.")),
    reply(
      call("Bash", {
        command: "node -e \"import('./sum.js').then((m) => console.log(m.sum(2, 3)))\"",
        description: "Check that 2 + 3 is 5",
      }),
    ),
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
    reply(say("Done: `sum` adds now. You did not want a test.")),
  );
  await send(panel, "Fix the sum");
  await card(panel).getByText("Change sum.js?").waitFor();
  await it.ui.shot("main-1-edit-card");
  await card(panel).getByRole("button", { name: "Allow once" }).click();
  await card(panel).getByText("Change README.md?").waitFor();
  await expect.poll(() => read("sum.js")).toContain("a + b");
  await card(panel).getByRole("button", { name: "Allow once" }).click();
  await card(panel).getByText("Run this command?").waitFor();
  await it.ui.shot("main-2-command-card");
  // With the keyboard alone: the card takes the focus only when it is asked for, and then a letter answers.
  await it.ui.vs((vscode) => vscode.commands.executeCommand("plumb.allowPending"));
  await card(panel).getByText("Shall I add a test?").waitFor();
  await card(panel).getByText("No", { exact: true }).click();
  await it.ui.shot("main-3-question");
  await card(panel).getByRole("button", { name: "Answer" }).click();
  await panel.getByText("You did not want a test.").waitFor();
  await it.ui.shot("main-4-done");

  await panel.getByRole("button", { name: "Keep the change in sum.js" }).first().click();
  await panel.getByRole("button", { name: "Undo the change in README.md" }).first().click();
  await panel.getByText("Undone").first().waitFor();
  await expect.poll(() => read("README.md")).toBe(README);
  expect(read("sum.js")).toContain("a + b");
  expect(it.api.refusals).toEqual([]);
  expect(it.api.violations).toEqual([]);
});

test("a denied command does not run; the reason reaches the model, which adapts", async () => {
  const panel = it.ui.panel();
  it.plan(reply(call("Bash", { command: "rm log.txt" })), reply(say("Then I leave the log alone.")));
  await send(panel, "Clean up");
  await card(panel).getByText("rm log.txt").first().waitFor();
  await card(panel).getByLabel("Tell Plumb what to do instead").fill("keep the log");
  await card(panel).getByLabel("Tell Plumb what to do instead").press("Enter");
  await panel.getByText("Then I leave the log alone.").waitFor();
  expect(read("log.txt")).toBe("");
  expect(JSON.stringify(it.api.requests.at(-1)?.body.messages.at(-1))).toContain("keep the log");
  await it.ui.shot("denied");
});

test("Esc stops a reply in the middle; what was said stays, and the conversation goes on", async () => {
  const panel = it.ui.panel();
  it.plan(
    reply(say("Once upon a time there was"), gate(new Promise(() => undefined))),
    reply(say("All right, something shorter.")),
  );
  await send(panel, "Tell me a story");
  await panel.getByText("Once upon a time there was").waitFor();
  await it.ui.shot("streaming");
  await composer(panel).press("Escape");
  await panel.locator(".finished").getByText("Stopped").waitFor();
  await it.ui.shot("stopped");
  await send(panel, "Shorter, please");
  await panel.getByText("All right, something shorter.").waitFor();
  await expect.poll(() => panel.getByText("Once upon a time there was").count()).toBe(1);
});

test("a reload while a card is open brings the card back, and the command runs once", async () => {
  it.plan(
    reply(say("I need to run something."), call("Bash", { command: "echo x >> log.txt" })),
    reply(say("It ran.")),
  );
  await send(it.ui.panel(), "Run it");
  await card(it.ui.panel()).getByText("Run this command?").waitFor();
  await it.ui.reload();
  const panel = await it.ui.openPanel();
  await card(panel).getByText("echo x >> log.txt").first().waitFor();
  await it.ui.shot("after-reload");
  await card(panel).getByRole("button", { name: "Allow once" }).click();
  await panel.getByText("It ran.").waitFor();
  expect(read("log.txt")).toBe("x\n");
});

test("Ask Plumb About Selection attaches the selection and puts the cursor into the message", async () => {
  const { page } = it.ui;
  await showAt(it.ui, "sum.js", 1);
  const line = page.locator(".monaco-editor .view-line").filter({ hasText: "export" }).first();
  // An editor that is still being set up takes the click and forgets the selection.
  const select = async (): Promise<number> => {
    await line.click({ clickCount: 3 });
    return page.getByText(/\(\d+ selected\)/).count();
  };
  await expect.poll(select).toBe(1);
  const rightClick = () => line.click({ button: "right", position: { x: 60, y: 8 } });
  await fromMenu(it.ui, rightClick, "Ask Plumb About Selection");
  const panel = it.ui.panel();
  await panel.getByText("sum.js", { exact: false }).first().waitFor();
  await panel.locator(".composer-text:focus").waitFor();
  await it.ui.shot("ask-selection");
  it.plan(reply(say("It adds two numbers.")));
  await it.ui.page.keyboard.type("What does this do?");
  await it.ui.page.keyboard.press("Enter");
  await panel.getByText("It adds two numbers.").waitFor();
  const sent = JSON.stringify(it.api.requests.at(-1)?.body.messages);
  expect(sent).toContain("export const sum");
  expect(sent).toContain("What does this do?");
});

test("an older chat is found in the history and goes on where it was", async () => {
  const panel = it.ui.panel();
  it.plan(reply(say("The answer was forty-two.")));
  await send(panel, "What was the answer?");
  await panel.getByText("The answer was forty-two.").waitFor();
  await newChat(it.ui);
  await panel.getByText("The answer was forty-two.").waitFor({ state: "detached" });
  await it.ui.vs((vscode) => vscode.commands.executeCommand("plumb.history"));
  await panel.getByLabel("Search conversations").waitFor();
  await it.ui.shot("history");
  await panel.getByText("What was the answer?").first().click();
  await panel.getByText("The answer was forty-two.").waitFor();
  it.plan(reply(say("Yes, that one.")));
  await send(panel, "That one?");
  await panel.getByText("Yes, that one.").waitFor();
  expect(it.api.requests.at(-1)?.body.messages).toHaveLength(3);
});

test("the history that is asked for while a new chat opens is what is shown", async () => {
  const panel = it.ui.panel();
  const before = await panel.locator("main[data-session]").getAttribute("data-session");
  await it.ui.vs(async (vscode) => {
    const opening = vscode.commands.executeCommand("plumb.newChat");
    await vscode.commands.executeCommand("plumb.history");
    await opening;
  });
  await panel.getByLabel("Search conversations").waitFor();
  await panel.getByRole("button", { name: "Back to the conversation" }).click();
  await panel.locator(`main[data-session]:not([data-session="${before}"])`).waitFor();
});
