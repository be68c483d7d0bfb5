import { expect, test } from "vitest";
import * as z from "zod";
import { call, httpError, reply, say, think } from "../support/fake-api/replies.ts";
import { startClient } from "./stream-client.ts";
import { openTerminal, type Terminal } from "./terminal.ts";

const MODELS = ["--model", "opus", "--fallback-model", "sonnet,haiku"];
const BUSY = httpError(529, { headers: { "retry-after": "0" } });

const modelsAsked = ({ api }: Terminal): string[] =>
  api.requests
    .map(({ body }) =>
      z
        .object({ model: z.string() })
        .parse(body)
        .model.replace(/^claude-(\w+)-.*$/, "$1"),
    )
    .filter((model, at, all) => model !== all[at - 1]);
const isFor = (body: unknown, family: string): boolean =>
  z.object({ model: z.string() }).parse(body).model.startsWith(`claude-${family}-`);

test("an overload that does not end: the turn goes on with the next model, and the one after it begins as before", async () => {
  let isBusy = false;
  const terminal = await openTerminal(({ body }, index) => {
    if (index === 0) return reply(think("Hm."), call("Glob", { pattern: "*" }));
    isBusy ||= index === 1;
    if (isBusy && isFor(body, "opus")) return BUSY;
    isBusy = false;
    return reply(say(isFor(body, "opus") ? "From opus." : "From another."));
  });
  const client = startClient(terminal, MODELS);
  client.say("Go");
  expect(await client.next("result")).toMatchObject({ subtype: "success", result: "From another." });
  expect(await client.next("informational")).toMatchObject({ level: "warning" });
  const told = client.frames.find(({ content }) => String(content).includes("goes on"));
  expect(told?.["content"]).toMatch(/^claude-opus-\S+ stays overloaded, so claude-sonnet-\S+ goes on\./);
  const from = client.frames.length;
  client.say("More");
  expect(await client.next("result", from)).toMatchObject({ result: "From opus." });
  expect(await client.next("init", from)).toMatchObject({ model: expect.stringContaining("opus") });
  client.end();
  await client.ended;
  expect(modelsAsked(terminal)).toEqual(["opus", "sonnet", "opus"]);
  expect(terminal.api.requests.filter(({ body }) => isFor(body, "opus"))).toHaveLength(1 + 6 + 1);
  expect(terminal.api.violations).toEqual([]);
  expect(terminal.api.refusals).toEqual([]);
});

test("one model after the other; the last is given all its tries, and then the turn has failed", async () => {
  const terminal = await openTerminal(() => BUSY);
  const { code, err } = await terminal.run(["-p", "Go", ...MODELS]).ended;
  expect(code).toBe(1);
  expect(modelsAsked(terminal)).toEqual(["opus", "sonnet", "haiku"]);
  expect(terminal.api.requests).toHaveLength(6 + 6 + 8);
  expect(err).toMatch(
    /claude-sonnet-\S+ stays overloaded, so claude-haiku-\S+ goes on\. .* begins with claude-opus/,
  );
});

test("a model that is named twice, or that is the first one, does not begin the round again", async () => {
  const terminal = await openTerminal((_, index) => (index < 40 ? BUSY : reply(say("ok"))));
  const models = ["--model", "opus", "--fallback-model", "sonnet,opus,sonnet"];
  expect(await terminal.run(["-p", "Go", ...models]).ended).toMatchObject({ code: 1 });
  expect(modelsAsked(terminal)).toEqual(["opus", "sonnet"]);
});

test("who goes on with the session later begins with the first model again", async () => {
  let isBusy = true;
  const terminal = await openTerminal(({ body }) =>
    isBusy && isFor(body, "opus") ? BUSY : reply(say(isFor(body, "opus") ? "opus" : "sonnet")),
  );
  const models = ["--model", "opus", "--effort", "low", "--fallback-model", "sonnet"];
  expect(await terminal.run(["-p", "Go", ...models]).ended).toMatchObject({ out: "sonnet\n" });
  isBusy = false;
  expect(await terminal.run(["-p", "More", "--continue"]).ended).toMatchObject({ out: "opus\n" });
});

test("other failures are no reason for another model, and a short overload is waited for", async () => {
  const limited = httpError(429, { headers: { "retry-after": "0" } });
  const terminal = await openTerminal([BUSY, BUSY, limited, reply(say("ok")), httpError(401)]);
  expect(await terminal.run(["-p", "Go", ...MODELS]).ended).toMatchObject({ code: 0, out: "ok\n" });
  expect(await terminal.run(["-p", "Go", ...MODELS]).ended).toMatchObject({ code: 1 });
  expect(modelsAsked(terminal)).toEqual(["opus"]);
});

test("a sub-agent goes on with another model, and so does who started it only when it must", async () => {
  const terminal = await openTerminal(({ body }) => {
    const said = JSON.stringify(body.messages);
    if (said.includes("tool_result")) return reply(say("Done."));
    if (said.includes("You are the child") && !said.includes('"name":"Agent"'))
      return isFor(body, "opus") ? BUSY : reply(say("The child is done."));
    if (said.includes("tool_result")) return reply(say("Done."));
    return reply(call("Agent", { description: "Help", prompt: "You are the child" }));
  });
  expect(await terminal.run(["-p", "Go", ...MODELS]).ended).toMatchObject({ code: 0, out: "Done.\n" });
  expect(modelsAsked(terminal)).toEqual(["opus", "sonnet", "opus"]);
});

test("the switch is in the log as an epoch of its own", async () => {
  const terminal = await openTerminal(({ body }) => (isFor(body, "opus") ? BUSY : reply(say("ok"))));
  await terminal.run(["-p", "Go", ...MODELS]).ended;
  const { out } = await terminal.run(["sessions", "--json"]).ended;
  const { id } = z.object({ id: z.string() }).parse(JSON.parse(out));
  const { out: log } = await terminal.run(["log", id, "--format", "text"]).ended;
  expect(log).toContain("stays overloaded");
});

test.each(["", "a,b,c,d"])("--fallback-model %j is refused", async (models) => {
  const terminal = await openTerminal([]);
  const { code, err } = await terminal.run(["-p", "x", "--fallback-model", models]).ended;
  expect({ code, err }).toEqual({ code: 1, err: expect.stringContaining("one to three models") });
});
