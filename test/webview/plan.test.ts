import { expect, test } from "vitest";
import { message, panel } from "./harness/fresh-panel.ts";
import { PLAN, planning } from "./harness/mode-pages.ts";

const card = () => panel.page.getByRole("alertdialog", { name: "Approve this plan?" });
const answers = () => panel.postedOf("permission");

test("a plan is shown as text with its steps, and answered by keys once the card has the focus", async () => {
  const { log, callId } = planning();
  await panel.deliver(log.snapshot(true));
  await card().waitFor();
  expect(await card().getByRole("listitem").count()).toBe(3);
  await message().focus();
  await message().pressSequentially("aeud");
  expect(await answers()).toEqual([]);
  await message().press("Alt+ArrowUp");
  await panel.page.keyboard.press("e");
  expect(await answers()).toEqual([
    {
      type: "permission",
      callId,
      hash: `hash_${callId}`,
      verdict: "allow",
      scope: "once",
      of: "plan-1",
      mode: "acceptEdits",
    },
  ]);
});

test("it can be opened, approved for each of three modes, and rejected with words", async () => {
  const { log, callId } = planning();
  await panel.deliver(log.snapshot(true));
  await card().getByRole("button", { name: "Open plan" }).click();
  expect(await panel.postedOf("openProposal")).toEqual([{ type: "openProposal", callId }]);
  const names = await card().locator(".plan-choices .button-text").allInnerTexts();
  expect(names).toEqual(["Ask before edits", "Accept edits", "Auto", "Reject"]);
  const words = card().getByLabel("Tell Plumb what to change in the plan, or what to mind");
  await words.fill("No");
  await words.press("Escape");
  expect(await words.inputValue()).toBe("");
  await words.press("Enter");
  expect(await answers()).toEqual([]);
  await words.fill("Leave the invoice alone");
  await words.press("Enter");
  const [answer] = await answers();
  expect(answer).toMatchObject({ verdict: "deny", feedback: "Leave the invoice alone" });
  expect(answer).not.toHaveProperty("mode");
});

test("what the user has made of it in the editor is what the card shows and what is approved", async () => {
  const { log, callId } = planning();
  await panel.deliver(log.snapshot(true));
  await card().waitFor();
  const detail = {
    kind: "plan" as const,
    path: "/home/ada/shop/Plan.md",
    markdown: `${PLAN}\n4. Write it down\n`,
    hiddenChars: 0,
    afterHash: "plan-2",
  };
  await panel.deliver({ type: "proposal", callId, hash: `hash_${callId}`, detail });
  await card().getByText("Write it down").waitFor();
  expect(await card().getByText("Edited").count()).toBe(1);
  await card().getByRole("button", { name: "Ask before edits" }).click();
  expect(await answers()).toMatchObject([{ verdict: "allow", mode: "ask", of: "plan-2" }]);
});

test("nothing in a plan runs or loads, and an empty one says so", async () => {
  const { log } = planning(
    "# <img src=x onerror=alert(1)>\n[go](javascript:alert(1)) ![x](https://x.example/x.png)",
  );
  await panel.deliver(log.snapshot(true));
  await card().waitFor();
  expect(await card().locator("img, script, a[href^='javascript']").count()).toBe(0);
  await panel.deliver(planning("").log.snapshot(true));
  await card().getByText("The plan is empty.").waitFor();
});
