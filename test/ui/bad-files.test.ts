import { chmodSync, existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { call, reply, say } from "../support/fake-api/replies.ts";
import { composer, newChat, type ScriptedUi, send, startScripted } from "./support/scripted.ts";

const MEGABYTE = 1024 * 1024;
const LINE = `${"line of a large file ".repeat(4)}\n`;
let it: ScriptedUi;
beforeAll(async () => {
  it = await startScripted({
    workspaceFiles: { "stale.txt": "one\ntwo\n", "gone.txt": "here\n", "fixed.txt": "cannot change\n" },
    settings: { "plumb.permissions.allow": ["Bash", "Edit", "Write"] },
    prepare: ({ workspace }) => {
      writeFileSync(
        join(workspace, "large.txt"),
        `FIRST\n${LINE.repeat((51 * MEGABYTE) / LINE.length)}LAST\n`,
      );
      chmodSync(join(workspace, "fixed.txt"), 0o444);
    },
  });
});
afterAll(() => it.ui.stop());
beforeEach(async () => {
  await newChat(it.ui);
});

const path = (name: string): string => join(it.ui.workspace, name);
/** What the tools told the model, in the newest request. */
const told = (): string => {
  const messages = it.api.requests.at(-1)?.body.messages ?? [];
  return JSON.stringify(messages.at(-1)?.content);
};
async function ask(words: string): Promise<ReturnType<typeof it.ui.panel>> {
  const panel = it.ui.panel();
  await send(panel, words);
  await panel.getByText("That is all.").waitFor();
  return panel;
}

test("a file of more than 50 MB is read in parts, mentioned, and refused in words, while the panel goes on answering", async () => {
  it.plan(
    reply(call("Read", { file_path: "large.txt" })),
    reply(call("Edit", { file_path: "large.txt", old_string: "FIRST", new_string: "CHANGED" })),
    reply(call("Write", { file_path: "large.txt", content: "small\n" })),
    reply(say("That is all.")),
  );
  const panel = it.ui.panel();
  await composer(panel).fill("@large");
  await panel.getByRole("option").first().waitFor();
  await it.ui.shot("files-mention");
  await composer(panel).press("Enter");
  await composer(panel).pressSequentially(" change it");
  await it.ui.shot("files-mentioned");
  await composer(panel).press("Enter");
  await panel.getByText("That is all.").waitFor();
  await it.ui.shot("files-large");
  const told = JSON.stringify(it.api.requests.slice(-3).map(({ body }) => body.messages.at(-1)?.content));
  expect(told).toContain("Go on: call Read with offset=");
  expect(told).toContain("change it with a command");
  expect(statSync(path("large.txt")).size).toBeGreaterThan(50 * MEGABYTE);
});

test("a file that is deleted, changed or write-protected between reading and editing is left alone, in words", async () => {
  it.plan(
    reply(
      call("Read", { file_path: "stale.txt" }),
      call("Read", { file_path: "gone.txt" }),
      call("Read", { file_path: "fixed.txt" }),
    ),
    reply(
      call("Bash", {
        command: "rm gone.txt && printf 'one\\nTHREE\\n' > stale.txt",
        description: "Change things",
      }),
    ),
    reply(
      call("Edit", { file_path: "stale.txt", old_string: "one", new_string: "1" }),
      call("Edit", { file_path: "gone.txt", old_string: "here", new_string: "there" }),
      call("Edit", { file_path: "fixed.txt", old_string: "cannot", new_string: "can" }),
    ),
    reply(say("That is all.")),
  );
  const panel = await ask("Change three files");
  await it.ui.shot("files-changed");
  // What the command did to files that were read is told with its result, as a patch.
  const toldBefore = JSON.stringify(it.api.requests.at(-2)?.body.messages.at(-1)?.content);
  expect(toldBefore).toContain("+THREE");
  expect(toldBefore).toContain("gone.txt");
  expect(told()).toContain("gone.txt does not exist");
  expect(told()).toContain("fixed.txt is read-only, so it was not changed");
  expect(readFileSync(path("stale.txt"), "utf8")).toBe("1\nTHREE\n");
  expect(existsSync(path("gone.txt"))).toBe(false);
  expect(readFileSync(path("fixed.txt"), "utf8")).toBe("cannot change\n");
  await expect.poll(() => panel.locator('.tool[data-state="failed"]').count()).toBe(2);
});

test("a command that prints 200 MB is stopped, shows both ends and says what to do instead", async () => {
  it.plan(
    reply(
      call("Bash", {
        command: "echo BEGIN; yes 0123456789012345678901234567890123456789 | head -c 209715200; echo END",
      }),
    ),
    reply(say("That is all.")),
  );
  const panel = await ask("Print a lot");
  expect(told()).toContain("BEGIN");
  expect(told()).toContain(
    "printed more than 64 MB and was stopped; filter the output, or redirect it to a file",
  );
  // What failed is open by itself.
  await panel.locator(".tool-body").getByText("printed more than 64 MB").waitFor();
  await it.ui.shot("files-loud");
});

test("a command that reads the terminal finds it empty instead of waiting for ever", async () => {
  it.plan(
    reply(
      call("Bash", { command: 'read answer; echo "got [$answer] $?"' }),
      call("Bash", { command: "cat; echo cat ended" }),
      call("Bash", { command: "read password < /dev/tty; echo tty $?" }),
    ),
    reply(say("That is all.")),
  );
  await ask("Ask me");
  expect(told()).toContain("got [] 1");
  expect(told()).toContain("cat ended");
  expect(told()).toContain("tty 1");
  await it.ui.shot("files-terminal");
});
