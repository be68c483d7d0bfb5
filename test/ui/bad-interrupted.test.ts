import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { OUTPUT } from "../dev/paths.ts";
import { call, gate, reply, say } from "../support/fake-api/replies.ts";
import { newChat, type ScriptedUi, send, startScripted } from "./support/scripted.ts";
import { inSecondWindow } from "./support/start-ui.ts";

let it: ScriptedUi;
beforeAll(async () => {
  it = await startScripted({ settings: { "plumb.permissions.allow": ["Bash"] } });
});
afterAll(() => it.ui.stop());
beforeEach(async () => {
  await newChat(it.ui);
});

const never = new Promise<never>(() => undefined);
const runs = (name: string): string => readFileSync(join(it.ui.workspace, name), "utf8");
const slow = (name: string) => call("Bash", { command: `echo run >> ${name}; sleep 1000` });

/** As when the machine runs out of memory: nothing can be said or written any more. */
async function killExtensionHost(): Promise<void> {
  const pid = await it.ui.vs(() => process.pid);
  process.kill(pid, "SIGKILL");
  await it.ui.reload();
}

for (const [name, interrupt] of [
  ["the window is loaded again", () => it.ui.reload()],
  ["the extension host is killed", killExtensionHost],
] as const) {
  test(`${name} in the middle of a reply: the question is there, the turn is said to be interrupted, and it goes on when asked`, async () => {
    it.plan(reply(say("The first words"), gate(never)));
    await send(it.ui.panel(), "Speak slowly");
    await it.ui.panel().getByText("The first words").waitFor();
    const before = it.api.requests.length;
    await interrupt();
    const panel = await it.ui.openPanel();
    await panel.getByText("Speak slowly").first().waitFor();
    await panel.getByText("Plumb was closed while it worked").waitFor();
    await it.ui.shot(`interrupted-reply-${before}`);
    expect(it.api.requests.length).toBe(before);
    it.plan(reply(say("All the words.")));
    await panel.getByRole("button", { name: "Continue" }).click();
    await panel.getByText("All the words.").waitFor();
  });

  test(`${name} while a command runs: it is said to be interrupted and does not run again`, async () => {
    const file = name.includes("killed") ? "killed.txt" : "loaded.txt";
    it.plan(reply(slow(file)));
    await send(it.ui.panel(), "Run slowly");
    await it.ui.panel().locator('.tool[data-state="running"]').waitFor();
    await expect.poll(() => existsSync(join(it.ui.workspace, file))).toBe(true);
    await interrupt();
    const panel = await it.ui.openPanel();
    await panel.locator('.tool[data-state="interrupted"]').waitFor();
    await panel.locator(".finished").getByText("Stopped.").waitFor();
    await it.ui.shot(`interrupted-${file}`);
    it.plan(reply(say("I see that it was interrupted.")));
    await panel.getByRole("button", { name: "Continue" }).click();
    await panel.getByText("I see that it was interrupted.").waitFor();
    expect(runs(file)).toBe("run\n");
  });
}

test("a second window shows the conversation read-only with who has it, and has it once the first has let go", async () => {
  it.plan(reply(say("Said in the first window.")), reply(say("Said in the second window.")));
  await send(it.ui.panel(), "Where are we?");
  await it.ui.panel().getByText("Said in the first window.").waitFor();
  await inSecondWindow(it.ui, async (second, panel) => {
    await second.locator('[aria-label="Show History"]').first().click();
    await panel.getByText("open elsewhere").click();
    await panel.getByText("Said in the first window.").waitFor();
    await panel.getByText("Another window or terminal is writing it.").waitFor();
    await second.screenshot({ path: join(OUTPUT, "ui/windows-second.png") });
    await newChat(it.ui);
    await panel.getByRole("button", { name: "Try again" }).click();
    await panel.getByText("Another window or terminal is writing it.").waitFor({ state: "hidden" });
    await send(panel, "And now?");
    await panel.getByText("Said in the second window.").waitFor();
  });
});
