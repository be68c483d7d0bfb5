import { expect, test } from "vitest";
import type { HostToView } from "../../src/protocol/view.ts";
import { compacted, REPORT, SUMMARY, told } from "./harness/context.ts";
import { fixedCart } from "./harness/fixtures.ts";
import { asking, focused, message, panel } from "./harness/fresh-panel.ts";
import { Log, SURROUNDINGS } from "./harness/log.ts";

const button = (name: string | RegExp) => panel.page.getByRole("button", { name });
const edit = () => panel.page.getByRole("button", { name: "Edit", exact: true });
const options = () => panel.page.getByRole("listbox", { name: "Commands" }).getByRole("option");
const tray = () => panel.page.getByRole("region", { name: "Context of the model" });
const said = () => panel.page.locator("[aria-live]").allInnerTexts();

test("a slash at the beginning offers commands, which are filtered and chosen by keys", async () => {
  await panel.deliver(new Log().setUp().snapshot());
  await message().pressSequentially("/");
  expect(await options().count()).toBe(SURROUNDINGS.slash?.length);
  await message().pressSequentially("co");
  expect(await options().allInnerTexts()).toEqual([
    expect.stringContaining("/context"),
    expect.stringContaining("/cost"),
    expect.stringContaining("/compact [what to keep]"),
  ]);
  await message().press("ArrowDown");
  expect(await options().nth(1).getAttribute("aria-selected")).toBe("true");
  expect(await message().getAttribute("aria-activedescendant")).toBe(
    await options().nth(1).getAttribute("id"),
  );
  await message().press("Enter");
  expect(await panel.postedOf("slash")).toEqual([{ type: "slash", name: "cost", argument: "" }]);
  expect(await message().inputValue()).toBe("");
  // The next one is offered again.
  await message().pressSequentially("/he");
  expect(await options().count()).toBe(1);
});

test("a command with an argument is completed first, and run by the next Enter", async () => {
  await panel.deliver(new Log().setUp().snapshot());
  await message().pressSequentially("/comp");
  await message().press("Enter");
  expect(await message().inputValue()).toBe("/compact ");
  expect(await panel.postedOf("slash")).toEqual([]);
  await message().pressSequentially("the names of tests");
  await message().press("Enter");
  expect(await panel.postedOf("slash")).toEqual([
    { type: "slash", name: "compact", argument: "the names of tests" },
  ]);
  // Written out, nothing is left to be completed.
  await message().pressSequentially("/compact");
  await message().press("Enter");
  expect((await panel.postedOf("slash")).at(-1)).toEqual({ type: "slash", name: "compact", argument: "" });
  await message().pressSequentially("/con");
  await message().press("Tab");
  expect(await message().inputValue()).toBe("/context ");
});

test("Escape closes the list, and the panel is not stopped by it", async () => {
  await panel.deliver(new Log().setUp().prompt("Go").snapshot(true));
  await message().pressSequentially("/c");
  await message().press("Escape");
  expect(await options().count()).toBe(0);
  expect(await panel.postedOf("stop")).toEqual([]);
  await message().pressSequentially("o");
  expect(await options().count()).toBe(0);
  await message().fill("");
  await message().pressSequentially("/");
  expect(await options().count()).toBeGreaterThan(0);
});

test("a path is a message; an unknown command is said first, and sent by a second Enter", async () => {
  await panel.deliver(new Log().setUp().snapshot());
  await message().fill("/usr/bin/env is missing");
  await message().press("Enter");
  expect((await panel.postedOf("prompt")).map(({ text }) => text)).toEqual(["/usr/bin/env is missing"]);
  await message().fill("/compcat everything");
  await message().press("Enter");
  await panel.page.getByText("There is no command /compcat. Did you mean /compact?").first().waitFor();
  expect(await panel.postedOf("prompt")).toHaveLength(1);
  expect(await message().inputValue()).toBe("/compcat everything");
  await message().press("Enter");
  expect((await panel.postedOf("prompt")).at(-1)?.text).toBe("/compcat everything");
  expect(await panel.postedOf("slash")).toEqual([]);
});

test("a command runs at once while a turn runs, and what is attached stays for the next message", async () => {
  const file = { kind: "file" as const, path: "/home/ada/shop/a.ts", label: "a.ts" };
  await panel.deliver(
    new Log()
      .setUp()
      .prompt("Go")
      .snapshot(true, { attachments: [file] }),
  );
  await message().fill("/cost");
  await message().press("Enter");
  expect(await panel.postedOf("slash")).toHaveLength(1);
  expect(await panel.postedOf("prompt")).toEqual([]);
  await panel.page.getByText("a.ts").first().waitFor();
});

test("the meter opens the tray, which asks for a report only while it is open", async () => {
  await panel.deliver(fixedCart().snapshot());
  expect(await panel.postedOf("context")).toEqual([]);
  await button(/^Context \d+ % full/).click();
  await tray().getByText("Looking…").waitFor();
  await panel.deliver(told());
  await tray().getByText("88.3k of 200k tokens (44 %)").waitFor();
  await tray().getByText("Next request: about $0.041").waitFor();
  expect(await tray().getByRole("img").getAttribute("aria-label")).toContain("Tool results 16 %");
  await button(/^Context \d+ % full/).click();
  await tray().waitFor({ state: "detached" });
  expect((await panel.postedOf("context")).map(({ isOpen }) => isOpen)).toEqual([true, false]);
});

test("what another conversation holds is never shown as this one's", async () => {
  await panel.deliver(fixedCart().snapshot(), { type: "tray", page: "window" }, told(REPORT, "another"));
  await tray().getByText("Looking…").waitFor();
  await panel.deliver(told());
  await tray().getByText("88.3k of").waitFor();
  await panel.deliver(fixedCart().snapshot(false, {}, { sessionId: "session-2" }));
  await tray().getByText("Looking…").waitFor();
  await expect
    .poll(async () => (await panel.postedOf("context")).map(({ isOpen }) => isOpen))
    .toEqual([true, false, true]);
});

test("a part is dropped or pinned by what stands in it, once for each report", async () => {
  await panel.deliver(fixedCart().snapshot(), { type: "tray", page: "window" }, told());
  await button(/^Drop src\/cart\.ts/).dblclick();
  await button("Unpin src/checkout.ts").click();
  await button("Pin npm test -- --run").click();
  expect(await panel.postedOf("dropResults")).toEqual([{ type: "dropResults", callIds: ["c1"] }]);
  expect(await panel.postedOf("pin")).toEqual([
    { type: "pin", callIds: ["c2"], isPinned: false },
    { type: "pin", callIds: ["c4"], isPinned: true },
  ]);
  await button(/^Conversation/).click();
  await button(/^Pin The cart total/).click();
  expect((await panel.postedOf("pin")).at(-1)).toEqual({ type: "pin", callIds: [], seq: 1, isPinned: true });
  await button("Compact now").click();
  expect(await panel.postedOf("compact")).toEqual([{ type: "compact", keep: "" }]);
});

test("of a conversation that can only be read nothing is dropped, pinned or compacted", async () => {
  const log = fixedCart();
  await panel.deliver(
    log.snapshot(false, { readOnlyBecause: "another window is writing it." }),
    { type: "tray", page: "window" },
    told(),
  );
  await tray().getByText("cart.ts", { exact: true }).waitFor();
  expect(await button(/^(Drop|Pin|Unpin|Compact) /).count()).toBe(0);
});

test("the tray is gone through by keys: tabs by arrows, Escape back to the message", async () => {
  await panel.deliver(fixedCart().snapshot(true), { type: "tray", page: "window" }, told());
  await tray().getByRole("tab", { name: "Context" }).focus();
  await panel.page.keyboard.press("ArrowRight");
  await tray().getByRole("tab", { name: "Cost", selected: true }).waitFor();
  await tray().getByText("judging commands").waitFor();
  await panel.page.keyboard.press("ArrowLeft");
  await panel.page.keyboard.press("ArrowLeft");
  await tray().getByRole("tabpanel", { name: "Commands" }).waitFor();
  await panel.page.keyboard.press("Escape");
  await tray().waitFor({ state: "detached" });
  expect(await focused()).toBe("Message to Plumb");
  expect(await panel.postedOf("stop")).toEqual([]);
});

test("instructions are listed with where they come from, and opened by a click; what was left out says why", async () => {
  await panel.deliver(fixedCart().snapshot(), { type: "tray", page: "instructions" }, told());
  await tray().getByText("3 files, 1.7k tokens").waitFor();
  await tray().getByText("claudeMdExcludes leaves it out").waitFor();
  await button(/AGENTS\.md/).click();
  expect(await panel.postedOf("openFile")).toEqual([
    { type: "openFile", path: "/home/ada/shop/packages/api/AGENTS.md" },
  ]);
});

test("a nearly full window is said once above the composer, and again only when it is fuller", async () => {
  const log = fixedCart();
  const fill = (cacheReadTokens: number) =>
    log.add({
      type: "assistant",
      content: [{ type: "text", text: "Done." }],
      usage: { inputTokens: 0, outputTokens: 0, cacheReadTokens, cacheWriteTokens: 0 },
      model: "claude-sonnet-5",
      stopReason: "end_turn",
      sawSeq: 0,
    });
  fill(140_000);
  await panel.deliver(log.snapshot());
  expect(await button("Compact now").count()).toBe(0);
  await panel.deliver({ type: "event", event: fill(156_000) });
  await button("Compact now").waitFor();
  await expect.poll(said).toContainEqual(expect.stringContaining("context is 78 % full"));
  await button("Go on").click();
  await panel.deliver({ type: "event", event: fill(170_000) });
  expect(await button("Compact now").count()).toBe(0);
  await panel.deliver({ type: "event", event: fill(184_000) });
  await button("Compact now").click();
  expect(await panel.postedOf("compact")).toHaveLength(1);
});

test("a limit that is near is said above the composer, can be raised or gone on with, and is said again when it is reached", async () => {
  const near = (spent: number, dollars = 5): HostToView => ({
    type: "limits",
    near: [{ scope: "session", dollars, spent }],
  });
  await panel.deliver(fixedCart().snapshot(), near(4.12));
  await expect.poll(said).toContainEqual(expect.stringContaining("has cost $4.12 of your limit of $5.00"));
  await button("Raise to $10.00").click();
  expect(await panel.postedOf("raiseLimit")).toEqual([{ type: "raiseLimit", scope: "session", dollars: 10 }]);
  await button("Go on").click();
  await panel.deliver(near(4.4));
  expect(await button(/^Raise to/).count()).toBe(0);
  await panel.deliver(near(5.2));
  await button("Raise to $10.40").waitFor();
  await panel.deliver({ type: "limits", near: [] });
  await button(/^Raise to/).waitFor({ state: "detached" });
});

test("while room is made the panel says so, and it can be stopped; what waits for a request cannot", async () => {
  await panel.deliver(fixedCart().snapshot(true), { type: "compacting", state: "waiting" });
  await panel.page.locator(".context-line").getByText("before the next request").waitFor();
  expect(await panel.page.getByRole("button", { name: "Stop", exact: true }).count()).toBe(0);
  await panel.deliver({ type: "compacting", state: "on" });
  await panel.page.getByRole("button", { name: "Stop", exact: true }).click();
  expect(await panel.postedOf("stopCompacting")).toHaveLength(1);
  await panel.deliver({ type: "compacting", state: "off" });
  await panel.page.locator(".context-line").waitFor({ state: "detached" });
});

test("a tray that a command opened is said, and reached from the message by Alt+Up", async () => {
  await panel.deliver(fixedCart().snapshot());
  await message().focus();
  await panel.deliver({ type: "tray", page: "window" }, told());
  await expect.poll(said).toContainEqual(expect.stringMatching(/^88.3k of 200k .* Press Alt\+Up Arrow/));
  expect(await focused()).toBe("Message to Plumb");
  await message().press("Alt+ArrowUp");
  expect(await focused()).toBe("Context");
});

test("while a question waits the tray makes room for it", async () => {
  await panel.deliver(fixedCart().snapshot(), { type: "tray", page: "window" }, told());
  await tray().getByText("88.3k of").waitFor();
  await panel.deliver(asking().log.snapshot(true));
  await tray().waitFor({ state: "detached" });
  await panel.deliver(fixedCart().snapshot());
  await tray().getByText("88.3k of").waitFor();
});

test("commands run where a conversation can only be read, and messages do not", async () => {
  await panel.deliver(fixedCart().snapshot(false, { readOnlyBecause: "another window is writing it." }));
  await message().fill("/cost");
  await message().press("Enter");
  await message().fill("Hello");
  await message().press("Enter");
  expect(await panel.postedOf("slash")).toHaveLength(1);
  expect(await panel.postedOf("prompt")).toEqual([]);
});

test("a compaction is a card: what it saved, what the model reads instead, what stays word for word", async () => {
  await panel.deliver(compacted({ focus: "names" }).snapshot());
  const card = panel.page.getByRole("group", { name: "Room was made" });
  await card.getByText("152k → 31.2k tokens").waitFor();
  await card.getByText("Asked to keep: names").waitFor();
  expect(await card.getByText("Open: src/report.ts").count()).toBe(0);
  await button("What the model reads instead").click();
  await card.getByText("Open: src/report.ts").waitFor();
  await card.getByText("The user's first message").waitFor();
});

test("a summary is edited in place, until the host has it; a draft is not lost, Cancel forgets it", async () => {
  const log = compacted();
  await panel.deliver(log.snapshot());
  const field = panel.page.getByRole("textbox", { name: "Summary" });
  await edit().click();
  expect(await field.inputValue()).toBe(SUMMARY);
  expect(await button("Save").isDisabled()).toBe(true);
  await field.fill("Other words.");
  await field.press("Escape");
  expect(await field.count()).toBe(0);
  await edit().click();
  await field.fill("Round once.");
  await panel.deliver(log.snapshot());
  expect(await field.inputValue()).toBe("Round once.");
  await field.press("Control+Enter");
  expect(await panel.postedOf("editSummary")).toEqual([{ type: "editSummary", text: "Round once." }]);
  await panel.deliver({
    type: "event",
    event: log.add({ type: "compacted", summary: "Round once.", keepFromSeq: 0, strategy: "edited" }),
  });
  await field.waitFor({ state: "detached" });
  const card = panel.page.getByRole("group", { name: "Room was made" });
  expect(await card.count()).toBe(1);
  await card.getByText("Edited").waitFor();
  await card.getByText("Round once.").waitFor();
});

test("only the newest summary can be edited", async () => {
  const log = compacted();
  log.add({ type: "compacted", summary: "The newest.", keepFromSeq: 0, strategy: "fresh" });
  await panel.deliver(log.snapshot());
  await panel.page.getByText("began afresh").waitFor();
  expect(await edit().count()).toBe(1);
  await edit().click();
  expect(await panel.page.getByRole("textbox", { name: "Summary" }).inputValue()).toBe("The newest.");
});
