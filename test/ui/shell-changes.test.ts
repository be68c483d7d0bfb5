import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { FrameLocator, Locator } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { call, reply, say } from "../support/fake-api/replies.ts";
import { isAtLine, showAt } from "./support/editor.ts";
import {
  card,
  closeEditors,
  newChat,
  rewrite,
  type ScriptedUi,
  send,
  startScripted,
} from "./support/scripted.ts";

/** What a command changes is looked at, kept and undone like an edit: first without a repository, then in one. */
const LINES = Array.from({ length: 40 }, (_, index) => `export const line${index + 1} = ${index + 1};`);
const FILES = {
  "a.ts": `${LINES.join("\n")}\n`,
  "src/b.ts": "export const other = 1;\n",
  "gone.txt": "going\n",
};
const COMMAND =
  "sed -i 's/line3 = 3;/line3 = 33;/; s/line30 = 30;/line30 = 333;/' a.ts; sed -i s/other/another/ src/b.ts; rm gone.txt; echo new > new.txt; echo done";
let it: ScriptedUi;
beforeAll(async () => {
  it = await startScripted({
    workspaceFiles: { ...FILES, "data.bin": "\0\u0001" },
    settings: {
      "plumb.permissions.allow": ["Bash"],
      "plumb.storage.maxMegabytes": 1,
    },
    viewport: { width: 1440, height: 900 },
  });
});
afterAll(() => it.ui.stop());

const at = (path: string): string => join(it.ui.workspace, path);
const read = (path: string): string | undefined =>
  existsSync(at(path)) ? readFileSync(at(path), "utf8") : undefined;
const command = (id: string, ...args: unknown[]) =>
  it.ui.vs((vscode, name, values) => void vscode.commands.executeCommand(name, ...values), id, args);
const status = (): Locator => it.ui.page.locator('[id="plumb.plumb.plumb.hunks"]');
const row = (panel: FrameLocator, name: string): Locator =>
  panel.locator(".row-edits li").filter({ hasText: name });
const git = (...args: string[]): string =>
  execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@example.org", ...args], {
    cwd: it.ui.workspace,
    encoding: "utf8",
  });
const show = (path: string) => showAt(it.ui, path, 1);
/** Writes a line into the live document; tried again while the editor still reads the file anew. */
const type = (path: string, text: string) =>
  expect
    .poll(() =>
      it.ui.vs(
        async (vscode, file, words) => {
          const edits = new vscode.WorkspaceEdit();
          edits.insert(vscode.Uri.file(file), new vscode.Position(0, 0), words);
          return vscode.workspace.applyEdit(edits);
        },
        at(path),
        text,
      ),
    )
    .toBe(true);

async function run(bash: string, isLast: string): Promise<FrameLocator> {
  const panel = await newChat(it.ui);
  it.plan(reply(call("Bash", { command: bash })), reply(say(isLast)));
  await send(panel, "Run it");
  await panel.getByText(isLast).waitFor();
  return panel;
}

beforeEach(async () => {
  await command("plumb.keepAll");
  await status().waitFor({ state: "detached" });
  await closeEditors(it.ui);
  rmSync(at("new.txt"), { force: true });
  for (const [path, text] of Object.entries(FILES)) await rewrite(it.ui, path, text);
});

describe.each(["without a repository", "in a repository"])("%s", (where) => {
  beforeAll(() => {
    if (where === "without a repository") return;
    for (const [path, text] of Object.entries(FILES)) {
      writeFileSync(at(path), text);
      utimesSync(at(path), 1_700_000_000, 1_700_000_000);
    }
    rmSync(at("new.txt"), { force: true });
    git("init", "--quiet");
    git("add", ".");
    git("commit", "--quiet", "-m", "first");
  });

  test("each file has a line with Keep and Undo below the command, and each can be undone there", async () => {
    const panel = await run(COMMAND, "It ran.");
    for (const name of ["a.ts", "b.ts", "gone.txt", "new.txt"]) await row(panel, name).waitFor();
    await panel.locator(".output").getByText("done").waitFor();
    await it.ui.shot(`shell-changes-${where.replaceAll(" ", "-")}`);
    for (const name of ["gone.txt", "new.txt", "b.ts", "a.ts"]) {
      await row(panel, name).getByRole("button", { name: "Undo the change" }).click();
      if (name !== "a.ts") await row(panel, name).getByText("Undone").waitFor();
    }
    for (const [path, text] of Object.entries(FILES)) await expect.poll(() => read(path)).toBe(text);
    expect(read("new.txt")).toBeUndefined();
    // Told once the last save is over: what a test writes into a file that is being saved is nobody's.
    await status().waitFor({ state: "detached" });
    if (where === "in a repository") expect(git("status", "--porcelain")).toBe("");
  });

  test("they are hunks in the editor, undone one by one", async () => {
    await show("a.ts");
    await run(COMMAND, "It ran.");
    await status().getByText("4 files · 4 hunks").waitFor();
    const lens = it.ui.page.locator(".codelens-decoration");
    await lens.getByText("Plumb changed 2 hunks here").waitFor();
    await it.ui.page.locator(".dirty-diff-glyph").first().waitFor();
    await it.ui.shot(`shell-hunks-${where.replaceAll(" ", "-")}`);
    await command("plumb.nextHunk");
    const line = () => it.ui.vs((vscode) => vscode.window.activeTextEditor?.selection.active.line);
    await expect.poll(line).toBe(2);
    await isAtLine(it.ui, 3);
    await command("plumb.undoHunk");
    await expect.poll(() => read("a.ts")).toBe(FILES["a.ts"].replace("line30 = 30;", "line30 = 333;"));
    await status().getByText("4 files · 3 hunks").waitFor();
  });
});

test("an unsaved document stays unsaved, and what the user saves meanwhile is theirs", async () => {
  await show("src/b.ts");
  await type("src/b.ts", "// mine, not saved\n");
  const panel = await newChat(it.ui);
  it.plan(
    reply(call("Bash", { command: "echo x > new.txt; until [ -e go ]; do sleep 0.02; done; rm go" })),
    reply(say("It went on.")),
  );
  await send(panel, "Run it");
  await expect.poll(() => read("new.txt")).toBe("x\n");
  await type("a.ts", "// mine\n");
  await it.ui.vs(async (vscode, file) => {
    await (await vscode.workspace.openTextDocument(vscode.Uri.file(file))).save();
  }, at("a.ts"));
  await expect.poll(() => read("a.ts")).toBe(`// mine\n${FILES["a.ts"]}`);
  writeFileSync(at("go"), "");
  await panel.getByText("It went on.").waitFor();
  await row(panel, "new.txt").waitFor();
  await expect.poll(() => panel.locator(".row-edits li").count()).toBe(1);
  const isDirty = await it.ui.vs(
    (vscode) => vscode.workspace.textDocuments.find(({ uri }) => uri.path.endsWith("b.ts"))?.isDirty,
  );
  expect(isDirty).toBe(true);
  await it.ui.vs((vscode) => vscode.commands.executeCommand("workbench.action.files.revert"));
});

test("what cannot be undone is said below the command, narrow and wide, in every theme", async () => {
  const panel = await run("printf '\\0' >> data.bin; echo more >> a.ts", "Both are changed.");
  await panel.getByText("The command changed data.bin (", { exact: false }).waitFor();
  await row(panel, "a.ts").waitFor();
  for (const theme of ["light", "dark", "contrast"] as const) {
    await it.ui.setTheme(theme);
    for (const width of [300, 600]) {
      await it.ui.setPanelWidth(width);
      await it.ui.shot(`shell-changes-${theme}-${width}`);
    }
  }
  await it.ui.setTheme("light");
});

const allow = (rules: readonly string[]) =>
  it.ui.vs(async (vscode, list) => {
    const { Global } = vscode.ConfigurationTarget;
    await vscode.workspace.getConfiguration("plumb").update("permissions.allow", list, Global);
  }, rules);

test("the card says before a command runs what could not be undone", async () => {
  await allow([]);
  const panel = await newChat(it.ui);
  it.plan(reply(call("Bash", { command: "rm ../other/notes.txt" })), reply(say("Then not.")));
  await send(panel, "Remove it");
  await card(panel).getByText("What it changes outside of the workspace (../other/notes.txt)").waitFor();
  for (const width of [300, 600]) {
    await it.ui.setPanelWidth(width);
    await it.ui.shot(`shell-card-outside-${width}`);
  }
  await command("plumb.denyPending");
  await panel.getByText("Then not.").waitFor();
  await allow(["Bash"]);
});

test("deleting a chat removes what only it needed, and says when there is little room left", async () => {
  await run("true", "Nothing happened.");
  // Young, so it stays; and larger than what is allowed.
  const long = join(it.ui.plumbHome, "blobs", "long");
  await command("plumb.newChat");
  execFileSync("mkdir", ["-p", long]);
  writeFileSync(join(long, "large.txt"), "x".repeat(2 * 1024 * 1024));
  const lost = join(long, "lost.txt");
  writeFileSync(lost, "nobody names this");
  utimesSync(lost, 1_700_000_000, 1_700_000_000);
  await command("plumb.history");
  const panel = it.ui.panel();
  await panel.getByRole("button", { name: "Delete Run it" }).first().click();
  await panel.getByRole("button", { name: "Delete", exact: true }).click();
  await expect.poll(() => existsSync(lost), { timeout: 30_000 }).toBe(false);
  await it.ui.page.getByRole("dialog", { name: /of the 1 MB you allow/ }).waitFor();
  await it.ui.shot("storage-near");
});
