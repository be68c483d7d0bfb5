import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { FrameLocator, Locator } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { call, reply, say } from "../support/fake-api/replies.ts";
import { goToTop, isAtLine, showAt } from "./support/editor.ts";
import { closeEditors, newChat, type ScriptedUi, send, startScripted } from "./support/scripted.ts";

/** Review of files that are no small UTF-8 texts: 20 MB and more, and UTF-16 in both orders. */
const MB = 1024 * 1024;
const lineOf = (i: number): string =>
  `${String(i).padStart(7, "0")} ${"what a program writes into its log all day; ".repeat(2)}${i * 7919}\n`;
function textOf(bytes: number): string {
  const lines: string[] = [];
  for (let size = 0, i = 1; size < bytes; i += 1) {
    const line = lineOf(i);
    lines.push(line);
    size += line.length;
  }
  return lines.join("");
}
const BIG = textOf(21 * MB);
const UTF16 = "first ünë\r\nsecond 字\r\nthird 🙂\r\n";
const bytesOf = (text: string, order: "le" | "be"): Buffer => {
  const bytes = Buffer.from(`\uFEFF${text}`, "utf16le");
  return order === "le" ? bytes : bytes.swap16();
};

/** The editor itself takes seconds for files of this size, and many when the machine is busy. */
const PATIENT = { timeout: 150_000 };

let it: ScriptedUi;
let panel: FrameLocator;
beforeAll(async () => {
  it = await startScripted({
    prepare: ({ workspace }) => {
      writeFileSync(join(workspace, "big.log"), BIG);
      writeFileSync(join(workspace, "limit.log"), textOf(49 * MB));
      writeFileSync(join(workspace, "huge.log"), textOf(51 * MB));
      for (const order of ["le", "be"] as const)
        writeFileSync(join(workspace, `${order}.txt`), bytesOf(UTF16, order));
    },
    settings: {
      "plumb.permissions.defaultMode": "acceptEdits",
      // A person is asked before a large file is opened.
      "workbench.editorLargeFileConfirmation": 100,
    },
    viewport: { width: 1440, height: 900 },
  });
});
afterAll(() => it.ui.stop());
beforeEach(async () => {
  await closeEditors(it.ui);
  panel = await newChat(it.ui);
});

const at = (path: string): string => join(it.ui.workspace, path);
const hashOf = (content: Buffer | string): string => createHash("sha256").update(content).digest("hex");
const onDisk = (path: string): string => hashOf(readFileSync(at(path)));
const edit = (file_path: string, old_string: string, new_string: string) =>
  call("Edit", { file_path, old_string, new_string });
const command = (id: string) => it.ui.vs((vscode, name) => void vscode.commands.executeCommand(name), id);
const status = (): Locator => it.ui.page.locator('[id="plumb.plumb.plumb.hunks"]');
const lens = (text: string): Locator =>
  it.ui.page.locator(".codelens-decoration").getByText(text, { exact: true });
const show = (path: string, line: number) => showAt(it.ui, path, line);
const cursor = () => it.ui.vs((vscode) => (vscode.window.activeTextEditor?.selection.active.line ?? -1) + 1);
/** What the model was told last. */
const told = (): string => JSON.stringify(it.api.requests.at(-1)?.body.messages.at(-1));

test("a file of 20 MB is edited, reviewed hunk by hunk, typed into and undone, byte for byte", async () => {
  const changed = lineOf(150_000).replace("what a program", "WHAT A PROGRAM");
  it.plan(
    reply(call("Read", { file_path: "big.log", offset: 100, limit: 3 })),
    reply(edit("big.log", "0000101 what", "0000101 that"), edit("big.log", lineOf(150_000), changed)),
    reply(say("The log is changed.")),
  );
  await send(panel, "Change the log");
  await panel.getByText("The log is changed.").waitFor(PATIENT);
  await status().getByText("1 file · 2 hunks").waitFor();
  const now = BIG.replace("0000101 what", "0000101 that").replace(lineOf(150_000), changed);
  expect(onDisk("big.log")).toBe(hashOf(now));
  // The editor itself has no line above the code in files of this size, and says so, for ten seconds.
  const told = it.ui.page.getByText("codelens").first().waitFor(PATIENT);
  await show("big.log", 150_000);
  await told;
  await it.ui.page.locator(".dirty-diff-glyph, .quick-diff-glyph").first().waitFor(PATIENT);
  await it.ui.shot("large-marks");
  await show("big.log", 1);
  await command("plumb.nextHunk");
  await expect.poll(cursor).toBe(101);
  await isAtLine(it.ui, 101);
  await command("plumb.undoHunk");
  await status().getByText("1 file · 1 hunk").waitFor(PATIENT);
  await expect.poll(() => onDisk("big.log"), PATIENT).toBe(hashOf(BIG.replace(lineOf(150_000), changed)));
  // Typing elsewhere leaves the hunk, and undoing it leaves what was typed.
  await goToTop(it.ui);
  await it.ui.page.keyboard.type("typed by hand ");
  // Whoever undoes in a text that still changes is refused.
  const begins = () =>
    it.ui.vs((vscode) => vscode.window.activeTextEditor?.document.lineAt(0).text.slice(0, 14) ?? "");
  await expect.poll(begins, PATIENT).toBe("typed by hand ");
  await command("plumb.undoEdit");
  await status().waitFor({ state: "detached", ...PATIENT });
  await command("workbench.action.files.saveAll");
  await expect.poll(() => onDisk("big.log"), PATIENT).toBe(hashOf(`typed by hand ${BIG}`));
}, 600_000);

test("up to 50 MB a file can be edited; above, the model is told what to do instead", async () => {
  it.plan(
    reply(
      call("Read", { file_path: "limit.log", limit: 2 }),
      call("Read", { file_path: "huge.log", limit: 2 }),
    ),
    reply(
      edit("limit.log", "0000001 what", "0000001 that"),
      edit("huge.log", "0000001 what", "0000001 that"),
    ),
    reply(say("That was it.")),
  );
  await send(panel, "Change them");
  await panel.getByText("That was it.").waitFor(PATIENT);
  await status().getByText("1 file · 1 hunk").waitFor();
  expect(told()).toContain("at most 50 MB can be read at once");
  expect(told()).toContain("change it with a command");
  await it.ui.shot("large-refused");
  await command("plumb.undoAll");
  await it.ui.page.locator(".monaco-dialog-box").getByRole("button", { name: "Undo All" }).click();
  await status().waitFor({ state: "detached", ...PATIENT });
  const before = hashOf(textOf(49 * MB));
  await expect.poll(() => onDisk("limit.log"), PATIENT).toBe(before);
}, 600_000);

test.each(["le", "be"] as const)(
  "a UTF-16 file (%s) keeps its bytes through edit, keep and undo",
  async (order) => {
    const path = `${order}.txt`;
    it.plan(
      reply(call("Read", { file_path: path })),
      reply(edit(path, "first ünë\n", "first ÜNË\n"), edit(path, "third 🙂", "third 🙃")),
      reply(say("Both lines are changed.")),
    );
    await send(panel, "Change it");
    await panel.getByText("Both lines are changed.").waitFor();
    await status().getByText("1 file · 2 hunks").waitFor();
    const both = UTF16.replace("ünë", "ÜNË").replace("🙂", "🙃");
    await expect.poll(() => readFileSync(at(path))).toEqual(bytesOf(both, order));
    await show(path, 1);
    await lens("Plumb changed 2 hunks here").waitFor();
    await it.ui.shot(`utf16-${order}`);
    await command("plumb.keepHunk");
    await status().getByText("1 file · 1 hunk").waitFor();
    await show(path, 3);
    await command("plumb.undoHunk");
    await status().waitFor({ state: "detached" });
    await expect.poll(() => readFileSync(at(path))).toEqual(bytesOf(UTF16.replace("ünë", "ÜNË"), order));
  },
);
