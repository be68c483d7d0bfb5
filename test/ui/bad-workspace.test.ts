import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { call, reply, say } from "../support/fake-api/replies.ts";
import { card, newChat, type ScriptedUi, send, startScripted } from "./support/scripted.ts";

const FIRST = "première partie";
const SECOND = "zweiter Teil 二";
let it: ScriptedUi;
beforeAll(async () => {
  it = await startScripted({
    prepare: ({ workspace }) => {
      for (const name of [FIRST, SECOND]) {
        mkdirSync(join(workspace, name));
        writeFileSync(join(workspace, name, "a.txt"), `old in ${name}\n`);
      }
      const folders = [{ path: FIRST }, { path: SECOND }];
      writeFileSync(join(workspace, "both.code-workspace"), JSON.stringify({ folders }));
    },
  });
});
afterAll(() => it.ui.stop());

/** Opens something else in this window, as a person does, and waits for what takes its place. */
async function openInstead(command: string, path: string, address: RegExp): Promise<void> {
  await it.ui.replace(() => {
    const opening = it.ui.vs(
      async (vscode, name, target) => {
        const what = target === "" ? [] : [vscode.Uri.file(target), { forceReuseWindow: true }];
        await vscode.commands.executeCommand(name, ...what);
      },
      command,
      path,
    );
    // The extension host that would answer is the one that goes.
    opening.catch(() => undefined);
    return it.ui.page.waitForURL(address);
  });
}

const text = (folder: string): string => readFileSync(join(it.ui.workspace, folder, "a.txt"), "utf8");

test("of two folders with the same file, without git and with unusual names, the card says which one is changed, and only that one is", async () => {
  await openInstead("vscode.openFolder", join(it.ui.workspace, "both.code-workspace"), /workspace=/);
  // On a busy machine the browser's editor may come up before it could read the workspace file, and stays empty.
  const folders = async (): Promise<number> => {
    const count = await it.ui.vs((vscode) => vscode.workspace.workspaceFolders?.length ?? 0);
    if (count === 0) await it.ui.reload();
    return count;
  };
  await expect.poll(folders, { timeout: 60_000 }).toBe(2);
  const panel = await newChat(it.ui);
  const second = join(it.ui.workspace, SECOND, "a.txt");
  it.plan(
    reply(
      call("Read", { file_path: "a.txt" }),
      call("Read", { file_path: second }),
      call("Glob", { pattern: "*.txt" }),
      call("Bash", { command: "git status", description: "Look for git" }),
    ),
    reply(call("Edit", { file_path: second, old_string: "old", new_string: "new" })),
    reply(say("That is all.")),
  );
  await send(panel, "Change the second");
  // What only reads is not asked about.
  await card(panel).getByText(`Change ${SECOND}/a.txt?`).waitFor();
  await it.ui.shot("workspace-two");
  await card(panel).getByRole("button", { name: "Allow once" }).click();
  await panel.getByText("That is all.").waitFor();
  await it.ui.shot("workspace-two-done");
  expect(text(FIRST)).toBe(`old in ${FIRST}\n`);
  expect(text(SECOND)).toBe(`new in ${SECOND}\n`);
  const first = JSON.stringify(it.api.requests[1]?.body.messages.at(-1)?.content);
  expect(first).toContain(`old in ${FIRST}`);
  expect(first).toContain("not a git repository");
});

test("a window without a folder says so, and a conversation works in it", async () => {
  await openInstead("workbench.action.closeFolder", "", /ew=true/);
  const panel = await newChat(it.ui);
  await panel.getByText("No folder is open").waitFor();
  it.plan(reply(say("Talking is possible.")));
  await send(panel, "Can we talk?");
  await panel.getByText("Talking is possible.").waitFor();
  await it.ui.shot("workspace-none");
});
