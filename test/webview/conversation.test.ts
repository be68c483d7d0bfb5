import { expect, test } from "vitest";
import { text } from "../../src/core/message.ts";
import type { HostToView } from "../../src/protocol/view.ts";
import { asking, focused, message, panel, show } from "./harness/fresh-panel.ts";
import { Log, SURROUNDINGS } from "./harness/log.ts";

test("links lead to the host, which asks; the page never navigates", async () => {
  await panel.deliver(
    new Log().setUp().reply("[site](https://a.example/x) and [file](src/a.ts:3)").snapshot(),
  );
  const address = panel.page.url();
  await panel.page.getByRole("link", { name: "site" }).click();
  await panel.page.getByRole("link", { name: "file" }).click();
  expect(await panel.postedOf("openLink")).toEqual([{ type: "openLink", url: "https://a.example/x" }]);
  expect(await panel.postedOf("openFile")).toEqual([{ type: "openFile", path: "src/a.ts", line: 3 }]);
  expect(panel.page.url()).toBe(address);
});

function longLog(count: number): Log {
  const log = new Log().setUp();
  for (let turn = 0; turn < count; turn += 1)
    log.prompt(`Question ${turn}`).reply(`Answer ${turn}\n\nwith a second paragraph`);
  return log;
}

/** Scrolling by wheel is animated; resolves when the place has stayed the same for some frames. */
const settled = () =>
  panel.page.evaluate(async () => {
    const scroller = document.querySelector(".scroller");
    const frame = () => new Promise(requestAnimationFrame);
    for (let same = 0, last = -1; same < 12; same = scroller?.scrollTop === last ? same + 1 : 0) {
      last = scroller?.scrollTop ?? 0;
      await frame();
    }
  });

test("the end stays in sight until the reader leaves it, and a pill leads back", async () => {
  await panel.deliver(longLog(60).snapshot(true));
  const isAtEnd = () =>
    panel.page
      .locator(".scroller")
      .evaluate((element) => element.scrollHeight - element.scrollTop - element.clientHeight < 40);
  expect(await isAtEnd()).toBe(true);
  const grow: HostToView = {
    type: "live",
    events: [{ type: "text", agentId: "main", delta: "line\n\n".repeat(30) }],
  };
  await panel.deliver(grow);
  expect(await isAtEnd()).toBe(true);
  await panel.page.locator(".scroller").hover();
  await panel.page.mouse.wheel(0, -1500);
  await panel.page.getByRole("button", { name: /latest/ }).waitFor();
  await settled();
  const before = await panel.page.locator(".scroller").evaluate((element) => element.scrollTop);
  await panel.deliver(grow);
  expect(await panel.page.locator(".scroller").evaluate((element) => element.scrollTop)).toBeCloseTo(
    before,
    -1,
  );
  await panel.page.getByRole("button", { name: /latest/ }).click();
  await panel.page.waitForFunction(() => !document.querySelector(".jump-pill"));
  expect(await isAtEnd()).toBe(true);
});

test("older rows are asked for once near the top, and do not move what is being read", async () => {
  const { rows } = longLog(120).transcript;
  const snapshot = longLog(120).snapshot(false, {}, { hasOlder: true });
  if (snapshot.type !== "snapshot") throw new Error("not a snapshot");
  await panel.deliver({ ...snapshot, rows: rows.slice(120) });
  await panel.page.locator(".scroller").hover();
  await panel.page.mouse.wheel(0, -20_000);
  expect(await panel.nextOf("older")).toEqual({ type: "older", beforeKey: rows[120]?.key });
  const place = () =>
    panel.page
      .getByText("Question 61", { exact: true })
      .evaluate((element) => element.getBoundingClientRect().top);
  const before = await place();
  await panel.deliver({ type: "older", rows: rows.slice(0, 120), hasOlder: false });
  expect(Math.abs((await place()) - before)).toBeLessThan(4);
  expect(await panel.postedOf("older")).toHaveLength(1);
});

test("a long session keeps a small page", async () => {
  const log = longLog(2500);
  const started = performance.now();
  await panel.deliver(log.snapshot());
  expect(performance.now() - started).toBeLessThan(4000);
  expect(await panel.page.locator("*").count()).toBeLessThan(1500);
});

test("the draft is restored, kept by the host, and gone once sent", async () => {
  await panel.deliver(new Log().setUp().snapshot(false, {}, { draft: "half a tho" }));
  expect(await message().inputValue()).toBe("half a tho");
  await message().press("End");
  await message().pressSequentially("ught");
  await panel.page.waitForFunction(() => window.panelTest.posted.some((one) => one.type === "draft"));
  await message().press("Enter");
  await panel.page.waitForFunction(() =>
    window.panelTest.posted.some((one) => one.type === "draft" && one.text === ""),
  );
  // At once, not some time later: the page may be gone before that.
  const kept = (await panel.postedOf("draft")).map(({ text }) => text);
  expect([kept[0], ...kept.slice(-2)]).toEqual(["half a thou", "half a thought", ""]);
});

test("text from the host comes after what is there", async () => {
  await panel.deliver({ type: "compose", text: "About this:", focus: true }, new Log().setUp().snapshot());
  await panel.deliver({ type: "compose", text: "and that", focus: true });
  expect(await message().inputValue()).toBe("About this:\nand that");
  expect(await focused()).toBe("Message to Plumb");
});

test("history: searched, resumed, and deleted only after a second click", async () => {
  await show("history");
  await panel.nextOf("listSessions");
  await panel.page.getByRole("button", { name: "Delete Explain the build" }).click();
  expect(await panel.postedOf("deleteSession")).toEqual([]);
  await panel.page.getByRole("button", { name: "Delete", exact: true }).click();
  await panel.page.getByLabel("Search conversations").fill("sign pass");
  await panel.page.getByRole("button", { name: /^Add sign-in/ }).click();
  expect(await panel.postedOf("deleteSession")).toEqual([{ type: "deleteSession", id: "s2" }]);
  expect(await panel.postedOf("openSession")).toEqual([{ type: "openSession", id: "s4" }]);
});

test("an ending offers the button that does something about it", async () => {
  await show("failed");
  await panel.page.getByRole("button", { name: "Sign in" }).click();
  await panel.page.getByRole("button", { name: "Try again" }).click();
  expect((await panel.posted()).map(({ type }) => type)).toEqual(["ready", "focused", "signIn", "continue"]);
  expect(await panel.page.getByRole("button", { name: "Continue" }).count()).toBe(0);
});

test("rows that are nothing to look at are not drawn", async () => {
  const log = new Log().setUp().prompt("Hi").finish("done");
  log.add({ type: "notice", kind: "empty", text: "" });
  await panel.deliver(log.snapshot());
  expect(await panel.page.locator(".row").count()).toBe(1);
});

test("a host of another version asks for a reload, whatever its snapshot holds", async () => {
  await panel.page.evaluate(() =>
    window.dispatchEvent(new MessageEvent("message", { data: { type: "snapshot", protocol: 99 } })),
  );
  await panel.page.getByText("Plumb was updated.").waitFor();
});

test("a read-only conversation offers nothing that would change it", async () => {
  const { log } = asking();
  await panel.deliver(log.snapshot(false, { ...SURROUNDINGS, readOnlyBecause: "another window writes it" }));
  await message().fill("hello");
  await message().press("Enter");
  expect(await panel.page.getByRole("alertdialog").count()).toBe(0);
  expect(await panel.postedOf("prompt")).toEqual([]);
});

test("each step says why it was allowed or denied", async () => {
  const log = new Log().setUp().prompt("Look");
  const step = (callId: string, because: string, rest: object = {}) => {
    const call = { type: "tool_use", id: callId, name: "Read", input: { file_path: "a.ts" } };
    log.add({
      type: "assistant",
      content: [call],
      usage: { inputTokens: 1, outputTokens: 1, cacheReadTokens: 0, cacheWriteTokens: 0 },
      model: "m",
      stopReason: "tool_use",
      sawSeq: 0,
    });
    const isDenied = "verdict" in rest && rest.verdict === "deny";
    log.add({ type: "permission.decided", callId, verdict: "allow", by: "rule", because, hash: "", ...rest });
    if (!isDenied) log.add({ type: "tool.started", callId, name: "Read", title: "Read a.ts", accesses: [] });
    const outcome = isDenied ? "denied" : "done";
    log.add({ type: "tool.finished", callId, isError: isDenied, content: [text("it says so")], outcome });
  };
  step("c1", "workspace file");
  step("c2", "the user decided", { by: "user", scope: "session", verdict: "allow" as const });
  step("c3", "user settings: Read(secret)", { verdict: "deny" as const });
  await panel.deliver(log.snapshot());
  for (const line of await panel.page.locator(".tool .line").all()) await line.click();
  await panel.page.getByText("Why it was allowed: workspace file").waitFor();
  await panel.page.getByText("You allowed it, and what is like it in this session.").waitFor();
  await panel.page.getByText("Why it was denied: user settings: Read(secret)").waitFor();
});
