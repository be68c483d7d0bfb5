import { expect, test } from "vitest";
import { message, panel } from "./harness/fresh-panel.ts";
import { leftBehind } from "./harness/mode-pages.ts";

const queue = () => panel.page.getByRole("region", { name: "3 questions wait for you" });

test("what was put off is a list: each can be read whole, allowed once, or denied with words", async () => {
  const log = leftBehind();
  await panel.deliver(log.snapshot());
  await queue().waitFor();
  expect(await queue().getByRole("listitem").count()).toBe(3);
  expect(await queue().getByRole("button", { name: "Allow once" }).count()).toBe(1);
  await queue().getByRole("button", { name: "Allow once" }).click();
  await queue().getByRole("button", { name: "2. git push origin main" }).click();
  const words = queue().getByLabel("Tell Plumb something about question 2");
  await words.fill("not on a Friday");
  await words.press("Enter");
  const posted = await panel.postedOf("later");
  expect(posted).toMatchObject([{ verdict: "allow" }, { verdict: "deny", feedback: "not on a Friday" }]);
  expect(posted[0]).not.toHaveProperty("feedback");
  const [first] = log.transcript.status.later;
  const decided = {
    type: "later.decided" as const,
    callId: first!.callId,
    hash: first!.approval.hash,
    verdict: "allow" as const,
  };
  await panel.deliver({ type: "event", event: log.add(decided) });
  await panel.page.getByRole("region", { name: "2 questions wait for you" }).waitFor();
});

test("the queue is reached and answered by keyboard alone", async () => {
  await panel.deliver(leftBehind().snapshot());
  await queue().waitFor();
  await message().focus();
  await message().press("Alt+ArrowUp");
  await panel.page.keyboard.press("Tab");
  await panel.page.keyboard.press("Tab");
  await panel.page.keyboard.press("Tab");
  await panel.page.keyboard.press("Enter");
  expect(await panel.postedOf("later")).toMatchObject([{ verdict: "allow" }]);
});

test("an open card comes before the queue, and letters typed anywhere decide nothing in it", async () => {
  const log = leftBehind();
  log.askPermission(
    "Bash",
    "npm test",
    { kind: "command", command: "npm test", cwd: "/", description: "" },
    [],
  );
  await panel.deliver(log.snapshot(true));
  await panel.page.getByRole("alertdialog", { name: "Run this command?" }).waitFor();
  expect(await queue().count()).toBe(0);
});

test("while the person is away the panel says so, and can be told that they are back", async () => {
  await panel.deliver(leftBehind().snapshot(true, { isAway: true }));
  await panel.page.getByRole("button", { name: "I’m back" }).click();
  expect(await panel.postedOf("away")).toEqual([{ type: "away", isAway: false }]);
});
