import { expect, test } from "vitest";
import { asking, focused, message, panel, show } from "./harness/fresh-panel.ts";
import { Log, ROOT } from "./harness/log.ts";
import { SCENARIOS } from "./harness/scenarios.ts";

test("Enter sends, Shift+Enter begins a line, and an empty message is not sent", async () => {
  await panel.deliver(new Log().setUp().snapshot());
  await message().press("Enter");
  await message().pressSequentially("one");
  await message().press("Shift+Enter");
  await message().pressSequentially("two");
  await message().press("Enter");
  expect(await panel.postedOf("prompt")).toEqual([
    { type: "prompt", text: "one\ntwo", attachments: [], when: "now" },
  ]);
  expect(await message().inputValue()).toBe("");
});

test("while a turn runs Enter queues, Ctrl+Enter steers and Escape stops", async () => {
  await panel.deliver(new Log().setUp().prompt("Go").snapshot(true));
  await message().fill("later");
  await message().press("Enter");
  await message().fill("at once");
  await message().press("Control+Enter");
  await message().press("Escape");
  expect((await panel.postedOf("prompt")).map(({ text, when }) => [text, when])).toEqual([
    ["later", "queue"],
    ["at once", "now"],
  ]);
  expect(await panel.postedOf("stop")).toHaveLength(1);
});

test("an Enter that ends a composition does not send", async () => {
  await panel.deliver(new Log().setUp().snapshot());
  await message().fill("日本");
  await message().dispatchEvent("keydown", { key: "Enter", isComposing: true, keyCode: 229, bubbles: true });
  expect(await panel.postedOf("prompt")).toEqual([]);
});

test("Shift+Tab goes round four modes, and never into Bypass or Don't ask", async () => {
  const log = new Log().setUp();
  await panel.deliver(log.snapshot(false, { canBypass: true }));
  for (const _ of [1, 2, 3, 4]) await message().press("Shift+Tab");
  const modes = async () => (await panel.postedOf("mode")).map(({ mode }) => mode);
  expect(await modes()).toEqual(["acceptEdits", "plan", "auto", "ask"]);
  log.add({ type: "mode", mode: "bypass" });
  await panel.deliver(log.snapshot(false, { canBypass: true }));
  await message().press("Shift+Tab");
  expect((await modes()).at(-1)).toBe("ask");
});

test("Bypass is offered only where the host allows it, and says so as long as it is on", async () => {
  const log = new Log().setUp();
  const offered = async (): Promise<string[]> => {
    await panel.page.getByRole("button", { name: /^Mode: / }).click();
    const names = await panel.page
      .getByRole("menuitemradio")
      .locator(".menu-words > :first-child")
      .allInnerTexts();
    await panel.page.keyboard.press("Escape");
    return names;
  };
  await panel.deliver(log.snapshot(false, { canBypass: false }));
  expect(await offered()).toEqual(["Ask", "Accept edits", "Plan", "Auto", "Don't ask"]);
  await panel.deliver(log.snapshot(false, { canBypass: true }));
  expect(await offered()).toEqual(["Ask", "Accept edits", "Plan", "Auto", "Don't ask", "Bypass"]);
  const banner = panel.page.locator(".banner", { hasText: "Bypass is on" });
  expect(await banner.count()).toBe(0);
  log.add({ type: "mode", mode: "bypass" });
  await panel.deliver(log.snapshot(false, { canBypass: true }));
  await banner.getByRole("button", { name: "Turn off" }).click();
  expect((await panel.postedOf("mode")).at(-1)).toEqual({ type: "mode", mode: "ask" });
});

test("Up in an empty composer brings the last message back", async () => {
  await panel.deliver(new Log().setUp().prompt("first").prompt("second").snapshot());
  await message().press("ArrowUp");
  expect(await message().inputValue()).toBe("second");
});

test("an approval takes no focus: letters typed for the message approve nothing", async () => {
  const { log, callId } = asking();
  await panel.deliver(new Log().setUp().prompt("Run the tests").snapshot(true));
  await message().focus();
  for (const event of log.events.slice(-1)) await panel.deliver({ type: "event", event });
  await message().pressSequentially("assd wait");
  await message().press("Control+Enter");
  expect(await panel.postedOf("permission")).toEqual([]);
  await message().press("Alt+ArrowUp");
  await panel.page.keyboard.press("a");
  expect(await panel.postedOf("permission")).toEqual([
    { type: "permission", callId, hash: `hash_${callId}`, verdict: "allow", scope: "once" },
  ]);
});

test("an approval shows hidden characters, its rule, and is said aloud", async () => {
  await panel.deliver(new Log().setUp().prompt("Run the tests").snapshot(true));
  const { log } = asking();
  for (const event of log.events.slice(-1)) await panel.deliver({ type: "event", event });
  const card = panel.page.getByRole("alertdialog", { name: "Run this command?" });
  expect(await card.innerText()).toContain("npm test <U+202E>gpj.x");
  expect(await card.innerText()).toContain("Bash(npm test)");
  expect(await panel.page.locator('[aria-live="assertive"]').innerText()).toContain("npm test <U+202E>gpj.x");
});

test("with the card focused S allows for the session, and only once", async () => {
  await panel.deliver(asking().log.snapshot(true), { type: "focus", target: "question" });
  await panel.page.keyboard.press("s");
  await panel.page.keyboard.press("s");
  expect((await panel.postedOf("permission")).map((answer) => [answer.verdict, answer.scope])).toEqual([
    ["allow", "session"],
  ]);
});

test("the focus goes to the card that waits, also when it is drawn late; to the message when nothing waits", async () => {
  // Frames that come at once: before what was told can have been drawn.
  await panel.page.evaluate(() => {
    window.requestAnimationFrame = (run) => {
      queueMicrotask(() => run(performance.now()));
      return 0;
    };
  });
  await panel.deliver(asking().log.snapshot(true), { type: "focus", target: "question" });
  await panel.page.locator("[data-waiting]:focus").waitFor();
  await panel.deliver(new Log().setUp().snapshot());
  await panel.page.locator("[data-waiting]").waitFor({ state: "detached" });
  await panel.page.evaluate(
    () => document.activeElement instanceof HTMLElement && document.activeElement.blur(),
  );
  await panel.deliver({ type: "focus", target: "question" });
  await panel.page.locator(".composer-text:focus").waitFor();
});

test("without a rule to remember there is nothing to remember it with", async () => {
  await show("ask-script");
  expect(await panel.page.getByRole("button", { name: /^In this/ }).count()).toBe(0);
  await panel.page.getByRole("alertdialog").focus();
  await panel.page.keyboard.press("w");
  expect(await panel.postedOf("permission")).toEqual([]);
});

test("a denial carries the reason", async () => {
  await panel.deliver(asking().log.snapshot(true));
  await panel.page.getByLabel("Tell Plumb what to do instead").fill("use pnpm");
  await panel.page.getByLabel("Tell Plumb what to do instead").press("Enter");
  expect(await panel.postedOf("permission")).toMatchObject([
    { verdict: "deny", scope: "once", feedback: "use pnpm" },
  ]);
});

test("a change that is not shown whole needs a second consent", async () => {
  await show("ask-edit");
  expect(await panel.page.getByRole("button", { name: /^Allow once/ }).isDisabled()).toBe(true);
  await panel.page.getByLabel("Allow without seeing 212 lines").check();
  await panel.page.getByRole("button", { name: /^Allow once/ }).click();
  expect(await panel.postedOf("permission")).toMatchObject([{ verdict: "allow", scope: "once" }]);
});

test("every question needs an answer; several choices and one's own words go together", async () => {
  await show("question");
  const answer = panel.page.getByRole("button", { name: "Answer", exact: true });
  await panel.page.getByLabel("Passkeys").check();
  expect(await answer.isDisabled()).toBe(true);
  await panel.page.getByLabel("Checkout").check();
  await panel.page.getByLabel("Your own answer to: Which pages need it?").fill("Profile");
  await answer.click();
  expect(await panel.postedOf("answers")).toMatchObject([{ answers: ["Passkeys", "Checkout, Profile"] }]);
});

test("everything can be reached and done by keyboard alone", async () => {
  await panel.deliver(asking().log.snapshot(true));
  await message().focus();
  const seen: string[] = [];
  for (let step = 0; step < 40; step += 1) {
    await panel.page.keyboard.press("Tab");
    seen.push(await focused());
  }
  for (const name of ["Mode: Ask", "Model: Claude Sonnet 5 high", "Stop (Esc)", "Conversation"])
    expect(seen).toContain(name);
  for (const name of ["Allow once", "Deny", "In this session", "Always"])
    expect(
      seen.some((one) => one.startsWith(name)),
      name,
    ).toBe(true);
});

test("the mode menu opens, moves and closes by keyboard and gives the focus back", async () => {
  await panel.deliver(new Log().setUp().snapshot());
  await panel.page.getByRole("button", { name: "Mode: Ask" }).press("Enter");
  await panel.page.keyboard.press("ArrowDown");
  await panel.page.keyboard.press("ArrowDown");
  await panel.page.keyboard.press("Enter");
  expect(await panel.postedOf("mode")).toEqual([{ type: "mode", mode: "plan" }]);
  expect(await focused()).toBe("Mode: Ask");
});

test("@ offers files; the one chosen is named in the text and attached", async () => {
  await show("mention");
  await SCENARIOS["mention"]?.act?.(panel);
  await message().press("ArrowDown");
  await message().press("Enter");
  expect(await message().inputValue()).toBe("Look at @test/cart.test.ts ");
  await message().press("Enter");
  expect((await panel.postedOf("prompt"))[0]?.attachments).toEqual([
    { kind: "file", path: `${ROOT}/test/cart.test.ts`, label: "test/cart.test.ts" },
  ]);
});

test("until the host has looked again, the list stays as far as it fits, and Enter chooses from it", async () => {
  await panel.deliver(new Log().setUp().snapshot());
  const asked = async () => (await panel.postedOf("files")).map(({ query }) => query);
  const options = () => panel.page.getByRole("option").allInnerTexts();
  const files = ["src/util.ts", "src/user.ts"].map((label) => ({ path: `${ROOT}/${label}`, label }));
  await message().fill("Look at @u");
  await expect.poll(asked).toEqual(["u"]);
  await panel.deliver({ type: "files", requestId: 1, files });
  await message().pressSequentially("ti");
  await expect.poll(async () => (await asked()).at(-1)).toBe("uti");
  expect(await options()).toEqual([expect.stringContaining("util.ts")]);
  await message().press("Enter");
  expect(await message().inputValue()).toBe("Look at @src/util.ts ");
  expect(await panel.postedOf("prompt")).toEqual([]);
  // Other words have other files.
  await message().fill("Look at @x");
  expect(await options()).toEqual([]);
});

test("what is typed at once after a file was chosen comes behind it", async () => {
  await panel.deliver(new Log().setUp().snapshot());
  await message().fill("See @u and go on");
  for (const _ of " and go on") await message().press("ArrowLeft");
  await message().pressSequentially("t");
  await expect.poll(async () => (await panel.postedOf("files")).at(-1)?.query).toBe("ut");
  const requestId = (await panel.postedOf("files")).at(-1)?.requestId ?? 0;
  const label = "src/util.ts";
  await panel.deliver({ type: "files", requestId, files: [{ path: `${ROOT}/${label}`, label }] });
  // A machine that is too busy to draw.
  await panel.page.evaluate(() => Object.assign(window, { requestAnimationFrame: () => 0 }));
  await panel.page.keyboard.press("Enter");
  await panel.page.keyboard.type("now");
  expect(await message().inputValue()).toBe("See @src/util.ts nowand go on");
});

test("queued messages are moved, changed and removed by keyboard", async () => {
  await show("strips-plan");
  await panel.page.getByRole("button", { name: /^Queued 1 of 2/ }).press("Alt+ArrowDown");
  await panel.page.getByRole("button", { name: /^Queued 2 of 2/ }).press("Enter");
  await panel.page.getByLabel("Queued message 2").fill("Anything else?");
  await panel.page.getByLabel("Queued message 2").press("Enter");
  await panel.page.getByRole("button", { name: "Remove from the queue" }).first().press("Enter");
  expect(await panel.postedOf("queue")).toEqual([
    { type: "queue", ids: ["q2", "q1"] },
    { type: "queue", ids: ["q1", "q2"], edited: { id: "q2", text: "Anything else?" } },
    { type: "queue", ids: ["q2"] },
  ]);
});

test("edits are kept, undone and opened one by one or all together", async () => {
  await show("conversation");
  await panel.page.getByRole("button", { name: "Keep the change in src/cart.ts" }).first().click();
  await panel.page.getByRole("button", { name: "Open the diff of src/cart.ts" }).first().click();
  await panel.page.getByRole("button", { name: "Undo all" }).click();
  expect(await panel.postedOf("review")).toMatchObject([
    { verdict: "keep" },
    { verdict: "undo", editIds: "all" },
  ]);
  expect(await panel.postedOf("openDiff")).toHaveLength(1);
});

test("what is typed just before another chat arrives stays typed", async () => {
  await panel.deliver(new Log().setUp().snapshot());
  await message().fill("Half a th");
  await panel.deliver(new Log().setUp().snapshot(false, {}, { sessionId: "another" }));
  expect(await message().inputValue()).toBe("Half a th");
});
