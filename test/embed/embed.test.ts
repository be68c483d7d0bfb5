import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, expectTypeOf, test } from "vitest";
import type { ErrorKind } from "../../src/core/errors.ts";
import type * as surface from "../../src/embed/surface.ts";
import { call, gate, reply, say } from "../support/fake-api/replies.ts";
import { collect, embedWorld, plumb } from "./world.ts";

const write = (text: string) => reply(call("Write", { file_path: "a.txt", content: text }, "c1"));
const done = reply(say("Done."));

describe("a turn", () => {
  test("tells what happens in order, and what came of it", async () => {
    const world = await embedWorld([
      reply(call("Read", { file_path: "a.txt" }, "c1")),
      reply(say("It says A.")),
    ]);
    writeFileSync(join(world.dir, "a.txt"), "A");
    const agent = await world.open();
    const events = collect(agent);
    const result = await agent.send("What is in a.txt?");
    expect(result).toMatchObject({ outcome: "done", text: "It says A.", denied: [] });
    expect(result.sessionCostUsd).toBeGreaterThan(0);
    await agent.close();
    const types = (await events).map(({ type }) => type).filter((type) => type !== "thinking");
    expect(types.join(" ").replace(/text( text)+/, "text")).toBe(
      "reply decision call result text reply finished",
    );
    expect(agent.isRunning).toBe(false);
  });

  test("a slow reader gets all of the text, in fewer pieces", async () => {
    const text = "a word and another ".repeat(200);
    const world = await embedWorld([reply(say(text))]);
    const agent = await world.open();
    const events = agent.events();
    await agent.send("Talk.");
    await agent.close();
    const pieces = [];
    for await (const event of events) if (event.type === "text") pieces.push(event.delta);
    expect(pieces.join("")).toBe(text);
    expect(pieces.length).toBe(1);
  });

  test("what is said while it runs is read at its next step", async () => {
    const gateKeeper = Promise.withResolvers<void>();
    const world = await embedWorld([reply(say("One."), gate(gateKeeper.promise)), reply(say("Two."))]);
    const agent = await world.open();
    const first = agent.send("First");
    await expect.poll(() => agent.isRunning && world.api.requests.length).toBe(1);
    const second = agent.send("Second");
    gateKeeper.resolve();
    expect([(await first).text, (await second).text]).toEqual(["Two.", "Two."]);
  });

  test("is cancelled, and goes on", async () => {
    const never = Promise.withResolvers<void>();
    const world = await embedWorld([reply(say("Wait"), gate(never.promise)), reply(say("Here I am."))]);
    const agent = await world.open();
    const turn = agent.send("Go");
    await expect.poll(() => world.api.requests.length).toBe(1);
    await agent.cancel();
    expect(await turn).toMatchObject({ outcome: "cancelled" });
    expect(agent.isRunning).toBe(false);
    never.resolve();
    expect(await agent.resume()).toMatchObject({ outcome: "done", text: "Here I am." });
    expect(await agent.resume()).toBeUndefined();
  });

  test("stops at a limit that was given, and goes on", async () => {
    const world = await embedWorld([reply(call("Read", { file_path: "a.txt" })), reply(say("It says A."))]);
    writeFileSync(join(world.dir, "a.txt"), "A");
    const agent = await world.open({ maxTurns: 1 });
    expect(await agent.send("What is in a.txt?")).toMatchObject({ outcome: "step_limit", text: "" });
    expect(await agent.resume()).toMatchObject({ outcome: "done", text: "It says A." });
  });

  test("two agents work side by side in one process", async () => {
    const first = await embedWorld([write("one"), done]);
    const second = await embedWorld([write("two"), done]);
    const agents = await Promise.all(
      [first, second].map((world) => world.open({ permissionMode: "acceptEdits" })),
    );
    await Promise.all(agents.map((agent) => agent.send("Write")));
    expect([first, second].map(({ dir }) => readFileSync(join(dir, "a.txt"), "utf8"))).toEqual([
      "one",
      "two",
    ]);
  });

  test("what goes wrong in it is in its result", async () => {
    const refused = { type: "error", error: { type: "authentication_error", message: "invalid x-api-key" } };
    const world = await embedWorld([{ status: 401, headers: {}, body: JSON.stringify(refused) }]);
    const agent = await world.open();
    expect(await agent.send("Go")).toMatchObject({ outcome: "failed", error: { kind: "auth" } });
  });
});

describe("what is asked", () => {
  test("is denied without anybody who answers, and named", async () => {
    const world = await embedWorld([write("x"), done]);
    const agent = await world.open();
    const events = collect(agent);
    expect((await agent.send("Write")).denied).toMatchObject([{ name: "Write" }]);
    expect(existsSync(join(world.dir, "a.txt"))).toBe(false);
    await agent.close();
    expect((await events).filter(({ type }) => type === "permission")).toEqual([]);
  });

  test("is denied when the program answers but does not read", async () => {
    const world = await embedWorld([write("x"), done]);
    const agent = await world.open({ answers: true });
    expect((await agent.send("Write")).denied).toHaveLength(1);
  });

  test("is denied when the reader leaves its loop instead of answering", async () => {
    const world = await embedWorld([write("x"), done]);
    const agent = await world.open({ answers: true });
    const reading = (async () => {
      for await (const event of agent.events()) if (event.type === "permission") break;
    })();
    const { outcome } = await agent.send("Write");
    await reading;
    expect(outcome).toBe("done");
    expect(existsSync(join(world.dir, "a.txt"))).toBe(false);
  });

  test("is answered once, and only as it was shown", async () => {
    const world = await embedWorld([write("x"), done]);
    const agent = await world.open({ answers: true });
    const given: boolean[] = [];
    const reading = (async () => {
      for await (const event of agent.events()) {
        if (event.type !== "permission") continue;
        given.push(agent.answer({ ...event, hash: "another" }, { verdict: "allow" }));
        given.push(agent.answer(event, { verdict: "allow" }));
        given.push(agent.answer(event, { verdict: "allow" }));
      }
    })();
    await agent.send("Write");
    await agent.close();
    await reading;
    expect(given).toEqual([false, true, false]);
    expect(readFileSync(join(world.dir, "a.txt"), "utf8")).toBe("x");
  });

  test("is a question with answers, one each", async () => {
    const options = [
      { label: "Red", description: "" },
      { label: "Blue", description: "" },
    ];
    const questions = [{ question: "Which?", header: "Colour", options, multiSelect: false }];
    const world = await embedWorld([reply(call("AskUserQuestion", { questions }, "c1")), done]);
    const agent = await world.open({ answers: true });
    const given: boolean[] = [];
    const reading = (async () => {
      for await (const event of agent.events()) {
        if (event.type !== "question") continue;
        given.push(agent.answer(event, { answers: [] }));
        given.push(agent.answer(event, { answers: [event.questions[0]?.options[1]?.label ?? ""] }));
      }
    })();
    await agent.send("Ask me");
    await agent.close();
    await reading;
    expect(given).toEqual([false, true]);
    expect(JSON.stringify(world.api.requests.at(-1)?.body)).toContain("Blue");
  });
});

describe("a session", () => {
  test("goes on in another agent, and in a fork", async () => {
    const world = await embedWorld([reply(say("One.")), reply(say("Two.")), reply(say("Three."))]);
    const first = await world.open();
    await first.send("First");
    await first.close();
    const second = await world.open({ continue: true });
    expect(second.sessionId).toBe(first.sessionId);
    await second.send("Second");
    const third = await world.open({ resume: first.sessionId, fork: true });
    expect(third.sessionId).not.toBe(first.sessionId);
    expect(await third.send("Third")).toMatchObject({ text: "Three." });
    expect(world.api.requests.at(-1)?.body.messages).toHaveLength(5);
  });

  test("that was closed at a card asks it again", async () => {
    const world = await embedWorld([write("x"), done]);
    const first = await world.open({ answers: true });
    const closing = Promise.withResolvers<void>();
    void (async () => {
      for await (const event of first.events()) if (event.type === "permission") closing.resolve();
    })();
    const turn = first.send("Write");
    await closing.promise;
    await first.close();
    expect(await turn).toMatchObject({ outcome: "cancelled" });
    expect(existsSync(join(world.dir, "a.txt"))).toBe(false);
    const second = await world.open({ answers: true, continue: true });
    const asked: string[] = [];
    const reading = (async () => {
      for await (const event of second.events()) {
        if (event.type !== "permission") continue;
        asked.push(event.name);
        second.answer(event, { verdict: "allow" });
      }
    })();
    expect(await second.resume()).toMatchObject({ outcome: "done", text: "Done." });
    await second.close();
    await reading;
    expect(asked).toEqual(["Write"]);
    expect(readFileSync(join(world.dir, "a.txt"), "utf8")).toBe("x");
  });

  test("has one writer", async () => {
    const world = await embedWorld([reply(say("One."))]);
    const first = await world.open();
    await first.send("First");
    await expect(world.open({ resume: first.sessionId })).rejects.toMatchObject({ kind: "locked" });
  });

  test("cannot be sent to once it is closed", async () => {
    const world = await embedWorld([]);
    const agent = await world.open();
    await agent.close();
    await expect(agent.send("Hello?")).rejects.toBeInstanceOf(plumb.AgentError);
    expect(await collect(agent)).toEqual([]);
  });
});

test.each([
  ["no key", { apiKey: "" }, "no_key"],
  ["no such folder", { cwd: "/no/such/folder" }, "not_found"],
  ["two sessions", { resume: "x", continue: true }, "invalid_input"],
  ["a mode that is none", JSON.parse('{"permissionMode": "yes"}'), "invalid_input"],
  ["rules that are no list", JSON.parse('{"disallowedTools": "Bash"}'), "invalid_input"],
  ["a tool that is none", { tools: ["Fly"] }, "invalid_input"],
])("%s ends it before it begins, with a kind of error", async (_, options, kind) => {
  const world = await embedWorld([]);
  const opening = world.open(options);
  await expect(opening).rejects.toBeInstanceOf(plumb.AgentError);
  await expect(opening).rejects.toMatchObject({ kind });
});

test("the kinds of errors that the package declares are those there are", () => {
  expectTypeOf<surface.ErrorKind>().toEqualTypeOf<ErrorKind>();
});
