import { describe, expect, test } from "vitest";
import type { App } from "../../src/app/app.ts";
import { contextPolicy } from "../../src/context/policy.ts";
import { text } from "../../src/core/message.ts";
import { factsOf } from "../../src/models/model-table.ts";
import type { RecordedRequest, Script } from "../support/fake-api/fake-api.ts";
import { MODELS } from "../support/fake-api/models.ts";
import {
  call,
  gate,
  httpError,
  type Part,
  type Reply,
  refuse,
  reply,
  say,
  summary,
  think,
} from "../support/fake-api/replies.ts";
import type { RequestBody } from "../support/fake-api/schema.ts";
import { answerAll, eventsOf, eventually, isType, startWorld, type World } from "../support/start-app.ts";

const WINDOW = 60_000;
const SIGNING = "claude-opus-5-5";
/** Of the same kind, but it signs no summaries. */
const PLAIN = "claude-haiku-5-5";
const go = [text("Find out how the importer works. Change nothing.")];

const isAsking = (body: RequestBody): boolean =>
  JSON.stringify(body.messages.at(-1)).includes("Write the handover");
const isSide = (body: RequestBody): boolean => body.compaction !== undefined || isAsking(body);

/** What is asked on the side, and what was cleared, begin a conversation of their own for the law that it only grows. */
const conversationOf = (body: RequestBody): string => {
  const all = JSON.stringify(body.messages, (key, value) => (key === "cache_control" ? undefined : value));
  const notes = all.split("cleared to save room").length + all.split("cleared: a newer").length;
  return `${isSide(body)} ${notes} ${all.slice(0, 300)}`;
};

const files = (count: number, chars = 6_000): Record<string, string> =>
  Object.fromEntries(
    Array.from({ length: count }, (_, n) => [
      `src/f${n}.ts`,
      `// file ${n}\n${"const value = compute(other);\n".repeat(chars / 30)}`,
    ]),
  );
const read = (n: number): Part => call("Read", { file_path: `src/f${n}.ts` });

/** Reads one file after the other, and writes a summary when asked for one. `talks`: says much about each. */
function reading(count: number, answer: (body: RequestBody) => Reply = summarising, talks = false): Script {
  let n = 0;
  const words = talks ? "This one is about values and how they are computed. ".repeat(120) : "";
  return ({ body }) => {
    if (isSide(body)) return answer(body);
    n += 1;
    return n <= count
      ? reply(think(`Number ${n}.`), say(`I read ${n}. ${words}`), read(n - 1))
      : reply(say(`I have seen ${count} files.`));
  };
}
const talking = (count: number, answer = summarising): Script => reading(count, answer, true);
const summarising = (body: RequestBody): Reply =>
  reply(
    body.compaction ? summary("They want to know how it works.") : say("They want to know how it works."),
  );

const small = { models: MODELS.map((model) => ({ ...model, contextTokens: WINDOW })), conversationOf };
const policy = (options: { clearsEarly?: boolean; compactAt?: number; window?: number } = {}) =>
  contextPolicy({
    compactAt: () => options.compactAt ?? 80,
    clearsEarly: () => options.clearsEarly ?? false,
    modelOf: (model) => {
      const facts = factsOf(model);
      return facts && { ...facts, contextTokens: options.window ?? WINDOW };
    },
  });
const opened = (world: World, model: string, more: Parameters<World["open"]>[0] = {}): Promise<App> =>
  world.open({ model, context: policy(), maxOutputTokens: 1_000, maxSteps: 500, ...more });
const share = ({ usage }: RecordedRequest): number => {
  const { inputTokens = 0, readTokens = 0, writtenTokens = 0 } = usage ?? {};
  return readTokens / (inputTokens + readTokens + writtenTokens);
};
const strategies = (app: App): string[] => eventsOf(app, "compacted").map(({ strategy }) => strategy);

describe("room is made by itself", () => {
  test.each([
    [SIGNING, "signed"],
    [PLAIN, "summarise"],
  ])("at a share of the window, by %s", async (model, strategy) => {
    const world = await startWorld({ script: talking(40), files: files(40, 300), ...small });
    const app = await opened(world, model);
    expect(await app.prompt(go, "now")).toBe("done");
    expect(new Set(strategies(app))).toEqual(new Set([strategy]));
    expect(strategies(app).length).toBeLessThanOrEqual(4);
    const { requests, refusals, violations } = world.api;
    expect(refusals).toEqual([]);
    expect(violations).toEqual([]);
    const last = JSON.stringify(requests.at(-1)?.body.messages);
    expect(last).toContain("Change nothing.");
    expect(last).toContain("They want to know how it works.");
    for (const { tokensBefore = 0, tokensAfter = 0 } of eventsOf(app, "compacted"))
      expect(tokensAfter).toBeLessThan(tokensBefore / 2);
    // Nearly all of what a summary is made of comes from the cache.
    const asked = requests.filter(({ body }) => isSide(body));
    for (const request of asked) expect(share(request)).toBeGreaterThanOrEqual(0.95);
    for (const { usage } of eventsOf(app, "compacted"))
      expect(usage?.cacheReadTokens).toBeGreaterThan(20_000);
  });

  test("a signed summary is replayed first, with its header, on every later request", async () => {
    const world = await startWorld({ script: talking(20), files: files(20, 300), ...small });
    const app = await opened(world, SIGNING);
    await app.prompt(go, "now");
    const since = eventsOf(app, "compacted")[0];
    const later = world.api.requests.filter(({ body }) => body.messages[0]?.role === "assistant");
    expect(later.length).toBeGreaterThan(2);
    for (const { headers, body } of later) {
      expect(headers["anthropic-beta"]).toBe("compact-2026-09-04");
      expect(body.messages[0]).toMatchObject({ role: "assistant", content: [since?.signed] });
    }
    // Another process goes on with the same bytes, and a model that cannot read the block gets its words.
    await app.close();
    const again = await opened(world, PLAIN, { isNew: false });
    expect(await again.prompt([text("Go on.")], "now")).toBe("done");
    const last = world.api.requests.at(-1);
    expect(last?.headers["anthropic-beta"]).toBeUndefined();
    expect(JSON.stringify(last?.body.messages[0])).toContain("Summary of the conversation so far");
    expect(world.api.refusals).toEqual([]);
  });

  test("a sub-agent makes room in its own window", async () => {
    let n = 0;
    const script: Script = ({ body }) => {
      if (isSide(body)) return summarising(body);
      const isChild = !JSON.stringify(body.messages).includes("Find out how");
      if (!isChild)
        return n === 0
          ? reply(call("Agent", { subagent_type: "explore", description: "look", prompt: "Read all of it." }))
          : reply(say("It works."));
      n += 1;
      return n <= 24
        ? reply(say("Next thing to read. ".repeat(300)), read(n))
        : reply(say("I read all of it."));
    };
    const world = await startWorld({ script, files: files(26, 300), ...small });
    const app = await opened(world, SIGNING);
    expect(await app.prompt(go, "now")).toBe("done");
    expect(eventsOf(app, "compacted").map(({ agentId }) => agentId === "main")).toEqual([false]);
    expect(world.api.refusals).toEqual([]);
  });

  test("what fails is told, nothing is lost, and it is not tried at every step", async () => {
    const world = await startWorld({ script: talking(17, () => refuse()), files: files(17, 300), ...small });
    const app = await opened(world, PLAIN);
    expect(await app.prompt(go, "now")).toBe("done");
    expect(strategies(app)).toEqual([]);
    const told = eventsOf(app, "notice").filter(({ kind }) => kind === "warning");
    expect(told.length).toBeGreaterThan(0);
    expect(told[0]?.text).toContain("declined to summarise");
    expect(told.length).toBeLessThan(5);
    expect(JSON.stringify(world.api.requests.at(-1)?.body.messages)).toContain("// file 0");
  });

  test("where next to nothing is left and no summary is to be had, it goes on from the records", async () => {
    const world = await startWorld({ script: talking(40, () => refuse()), files: files(40, 300), ...small });
    const app = await opened(world, PLAIN);
    expect(await app.prompt(go, "now")).toBe("done");
    expect(strategies(app)).toContain("fresh");
    expect(JSON.stringify(world.api.requests.at(-1)?.body.messages)).toContain("Change nothing.");
  });
});

test("two hundred requests that would grow beyond a window of 200,000 tokens need at most two summaries or cuts", async () => {
  const todos = [{ content: "Read all of it", status: "in_progress", activeForm: "Reading" }];
  let n = 0;
  const script: Script = ({ body }) => {
    if (isSide(body)) return summarising(body);
    n += 1;
    if (n === 1) return reply(call("TodoWrite", { todos }));
    return n < 200
      ? reply(say(`Number ${n}. ${"It is about values. ".repeat(40)}`), read(n))
      : reply(say("Read."));
  };
  const world = await startWorld({ script, files: files(200, 2_100), conversationOf });
  const model = "claude-sonnet-4-5";
  const app = await opened(world, model, { context: policy({ window: 200_000 }), maxOutputTokens: 32_000 });
  expect(await app.prompt(go, "now")).toBe("done");
  const rooms = app.session.events.filter(({ type }) => type === "compacted" || type === "cleared");
  expect(rooms.length).toBeGreaterThan(0);
  expect(rooms.length).toBeLessThanOrEqual(2);
  const last = JSON.stringify(world.api.requests.at(-1)?.body.messages);
  expect(last).toContain("Change nothing.");
  expect(last).toContain("Read all of it");
  expect(world.api.refusals).toEqual([]);
  expect(world.api.violations).toEqual([]);
}, 60_000);

describe("a request that is refused as too long", () => {
  test("room is made once for it, though it was not expected to be too long", async () => {
    const world = await startWorld({ script: reading(30), files: files(30), ...small });
    const app = await opened(world, PLAIN, { context: policy({ window: 1_000_000 }) });
    expect(await app.prompt(go, "now")).toBe("done");
    expect(world.api.refusals.length).toBeGreaterThan(0);
    expect(world.api.refusals.every((words) => words.includes("prompt is too long"))).toBe(true);
    expect(JSON.stringify(world.api.requests.at(-1)?.body.messages)).toContain("Change nothing.");
  });

  test("when the summary does not fit either, an extract of the records does", async () => {
    const world = await startWorld({
      script: ({ body }, i) =>
        isSide(body)
          ? httpError(400, { message: "prompt is too long: 9 tokens > 8 maximum" })
          : i === 0
            ? reply(...Array.from({ length: 12 }, (_, n) => read(n)))
            : reply(say("Done.")),
      files: files(12, 24_000),
      ...small,
    });
    const app = await opened(world, PLAIN, { context: policy({ window: 1_000_000 }) });
    expect(await app.prompt(go, "now")).toBe("done");
    expect(strategies(app)).toContain("emergency");
    expect(eventsOf(app, "notice").at(-1)?.text).toContain("all of it is still here");
  });

  test("a message that alone is too long is cut, and answered", async () => {
    const world = await startWorld({ script: reading(0), ...small });
    const app = await opened(world, PLAIN, { context: policy({ window: 1_000_000 }) });
    expect(await app.prompt([text(`Explain: ${"a line of a log\n".repeat(15_000)}`)], "now")).toBe("done");
    expect(strategies(app)).toEqual(["emergency"]);
  });

  test("it ends when there is nothing left to leave out", async () => {
    const world = await startWorld({
      script: () => httpError(400, { message: "prompt is too long: 9 > 8 maximum" }),
      ...small,
    });
    const app = await opened(world, PLAIN);
    expect(await app.prompt(go, "now")).toBe("failed");
    expect(eventsOf(app, "finished").at(-1)?.error?.kind).toBe("context_overflow");
    expect(world.api.requests.length).toBeLessThan(6);
  });
});

describe("room is made by hand", () => {
  const afterSome = async (
    more: { script?: Script; model?: string } = {},
  ): Promise<{ world: World; app: App }> => {
    const world = await startWorld({ script: more.script ?? reading(6), files: files(12), ...small });
    const app = await opened(world, more.model ?? PLAIN);
    await app.prompt(go, "now");
    return { world, app };
  };

  test("with what the person wants to be kept, and goes on from there", async () => {
    const { world, app } = await afterSome();
    const done = await app.contextDesk.compact("the names of the files");
    expect(done.kind).toBe("done");
    expect(eventsOf(app, "compacted")[0]).toMatchObject({ focus: "the names of the files" });
    expect(share(world.api.requests.at(-1)!)).toBeGreaterThanOrEqual(0.95);
    expect(await app.prompt([text("And now?")], "now")).toBe("done");
    expect(world.api.refusals).toEqual([]);
  });

  test("with too little to summarise nothing happens, and it says why", async () => {
    const world = await startWorld({ script: reading(0), ...small });
    const app = await opened(world, PLAIN);
    expect((await app.contextDesk.compact()).kind).toBe("nothing");
    await app.prompt(go, "now");
    expect(await app.contextDesk.compact()).toMatchObject({ kind: "nothing", because: expect.any(String) });
    expect(world.api.requests).toHaveLength(1);
  });

  test("by the model that has it in its cache, also when another one was chosen since", async () => {
    const { world, app } = await afterSome();
    app.setModel(SIGNING, "");
    expect((await app.contextDesk.compact()).kind).toBe("done");
    expect(world.api.requests.at(-1)?.body.model).toBe(PLAIN);
    expect(share(world.api.requests.at(-1)!)).toBeGreaterThanOrEqual(0.95);
    expect(await app.prompt([text("And now?")], "now")).toBe("done");
    expect(world.api.requests.at(-1)?.body.model).toBe(SIGNING);
    expect(world.api.refusals).toEqual([]);
  });

  test("while it works: before the next request, and the turn goes on", async () => {
    let open = (): void => undefined;
    const opens = new Promise<void>((resolve) => (open = resolve));
    let n = 0;
    const script: Script = ({ body }) => {
      if (isSide(body)) return summarising(body);
      n += 1;
      return n === 6 ? reply(gate(opens), read(n)) : n < 9 ? reply(read(n)) : reply(say("Done."));
    };
    const world = await startWorld({ script, files: files(12), ...small });
    const app = await opened(world, PLAIN);
    const turn = app.prompt(go, "now");
    await expect.poll(() => world.api.requests.length).toBe(6);
    const compacting = app.contextDesk.compact();
    await expect(app.contextDesk.compact()).rejects.toThrow("already");
    open();
    expect((await compacting).kind).toBe("done");
    expect(await turn).toBe("done");
    expect(eventsOf(app, "compacted")).toHaveLength(1);
    expect(world.api.refusals).toEqual([]);
  });

  test("waiting for its turn, and everything is stopped: it is stopped as well", async () => {
    const never = new Promise<void>(() => undefined);
    let n = 0;
    const world = await startWorld({
      script: () => (++n === 5 ? reply(gate(never)) : reply(read(n))),
      files: files(12),
      ...small,
    });
    const app = await opened(world, PLAIN);
    const turn = app.prompt(go, "now");
    await expect.poll(() => world.api.requests.length).toBe(5);
    const compacting = app.contextDesk.compact();
    compacting.catch(() => undefined);
    app.stop();
    expect(await turn).toBe("cancelled");
    await expect(compacting).rejects.toMatchObject({ name: "AbortError" });
    expect(world.api.requests).toHaveLength(5);
    expect(app.isRunning).toBe(false);
  });

  test("a provider that is busy for a moment is asked again", async () => {
    let busy = 2;
    const { app, world } = await afterSome({
      script: reading(6, (body) => (busy-- > 0 ? httpError(529) : summarising(body))),
    });
    expect((await app.contextDesk.compact()).kind).toBe("done");
    expect(world.slept.slice(-2)).toEqual([300, 2_000]);
  });

  test("stopped half-way: all is as it was", async () => {
    const never = new Promise<void>(() => undefined);
    const { world, app } = await afterSome({ script: reading(6, () => reply(say("They"), gate(never))) });
    const length = app.session.events.length;
    const compacting = app.contextDesk.compact();
    compacting.catch(() => undefined);
    await expect.poll(() => world.api.requests.filter(({ body }) => isSide(body)).length).toBe(1);
    app.stop();
    await expect(compacting).rejects.toThrow();
    expect(app.session.events).toHaveLength(length);
    expect(app.isRunning).toBe(false);
  });

  test("closed in the middle: the next window has all of it", async () => {
    const never = new Promise<void>(() => undefined);
    const { world, app } = await afterSome({ script: reading(6, () => reply(gate(never))) });
    const compacting = app.contextDesk.compact();
    compacting.catch(() => undefined);
    await expect.poll(() => world.api.requests.filter(({ body }) => isSide(body)).length).toBe(1);
    await app.close();
    const again = await opened(world, PLAIN, { isNew: false });
    expect(eventsOf(again, "compacted")).toEqual([]);
    expect(await again.prompt([text("Go on.")], "now")).toBe("done");
    expect(JSON.stringify(world.api.requests.at(-1)?.body.messages)).toContain("// file 0");
  });

  test("what is said meanwhile is answered afterwards, and not summarised", async () => {
    let open = (): void => undefined;
    const opens = new Promise<void>((resolve) => (open = resolve));
    const { world, app } = await afterSome({
      script: reading(6, () => reply(gate(opens), say("So far so good."))),
    });
    const compacting = app.contextDesk.compact();
    await expect.poll(() => world.api.requests.filter(({ body }) => isSide(body)).length).toBe(1);
    expect(await app.prompt([text("One more thing.")], "now")).toBe("queued");
    open();
    expect((await compacting).kind).toBe("done");
    await expect.poll(() => app.isRunning).toBe(false);
    expect(JSON.stringify(world.api.requests.at(-1)?.body.messages)).toContain("One more thing.");
    expect(eventsOf(app, "finished").at(-1)?.outcome).toBe("done");
    expect(world.api.refusals).toEqual([]);
  });

  test("a summary that fails is an error for who asked, and nothing else", async () => {
    const { app } = await afterSome({
      script: reading(6, () => reply(call("Read", { file_path: "src/f1.ts" }))),
    });
    const length = app.session.events.length;
    await expect(app.contextDesk.compact()).rejects.toThrow("called tools instead");
    expect(app.session.events).toHaveLength(length);
  });

  test("after a turn that was stopped: it is not taken for one that was cut off", async () => {
    let stop = (): void => undefined;
    const stopping = new Promise<void>((resolve) => (stop = resolve));
    let n = 0;
    const script: Script = ({ body }) => {
      if (isSide(body)) return summarising(body);
      n += 1;
      if (n === 6) stop();
      return n === 6 ? reply(gate(new Promise(() => undefined))) : reply(read(n));
    };
    const world = await startWorld({ script, files: files(12), ...small });
    const app = await opened(world, PLAIN);
    const turn = app.prompt(go, "now");
    await stopping;
    app.stop();
    expect(await turn).toBe("cancelled");
    expect((await app.contextDesk.compact()).kind).toBe("done");
    await app.close();
    const again = await opened(world, PLAIN, { isNew: false });
    expect(eventsOf(again, "finished")).toHaveLength(1);
    expect(eventsOf(again, "notice").filter(({ kind }) => kind === "interrupted")).toEqual([]);
    expect(again.canContinue).toBe(true);
  });

  test("a card that is open stays open", async () => {
    let n = 0;
    const script: Script = ({ body }) => {
      if (isSide(body)) return summarising(body);
      n += 1;
      return n < 7
        ? reply(read(n))
        : n === 7
          ? reply(call("Write", { file_path: "new.txt", content: "made" }))
          : reply(say("Done."));
    };
    const world = await startWorld({ script, files: files(12), ...small });
    const first = await opened(world, PLAIN);
    void first.prompt(go, "now");
    await eventually(first, isType("permission.asked"));
    await first.close();
    const app = await opened(world, PLAIN, { isNew: false });
    expect(app.hasOpenQuestion).toBe(true);
    expect((await app.contextDesk.compact()).kind).toBe("done");
    expect(app.hasOpenQuestion).toBe(true);
    answerAll(app, { verdict: "allow", scope: "once" });
    expect(await app.resume()).toBe("done");
    expect(world.read("new.txt")).toBe("made");
    expect(world.api.refusals).toEqual([]);
  });
});

describe("what a person does about the window", () => {
  test("a summary can be put in other words, which are sent from then on", async () => {
    const world = await startWorld({ script: reading(6), files: files(8), ...small });
    const app = await opened(world, SIGNING);
    await app.prompt(go, "now");
    expect(() => app.contextDesk.editSummary("x")).toThrow("Nothing has been summarised");
    await app.contextDesk.compact();
    expect(() => app.contextDesk.editSummary(" ")).toThrow("empty");
    app.contextDesk.editSummary("It is all about CSV.");
    expect(await app.prompt([text("Go on.")], "now")).toBe("done");
    const last = JSON.stringify(world.api.requests.at(-1)?.body.messages);
    expect(last).toContain("It is all about CSV.");
    expect(last).not.toContain("how it works.");
    expect(last).toContain("Change nothing.");
    expect(world.api.refusals).toEqual([]);
  });

  test("a result can be taken out, or pinned so that it stays through a summary", async () => {
    const world = await startWorld({ script: reading(8), files: files(8), ...small });
    const app = await opened(world, PLAIN);
    await app.prompt(go, "now");
    const results = eventsOf(app, "tool.finished").map(({ callId }) => callId);
    const [first = "", second = "", third = ""] = results;
    expect(app.contextDesk.pin(first)).toBe(true);
    expect(app.contextDesk.pin(first)).toBe(false);
    expect(app.contextDesk.pin("nothing")).toBe(false);
    expect(app.contextDesk.pin(third)).toBe(true);
    expect(app.contextDesk.drop([second, third, "nothing"])).toBe(2);
    expect(app.contextDesk.drop([second])).toBe(0);
    await app.contextDesk.compact();
    await app.prompt([text("Go on.")], "now");
    const last = JSON.stringify(world.api.requests.at(-1)?.body.messages);
    expect(last).toContain("// file 0");
    expect(last).not.toContain("// file 1\\n");
    expect(world.api.refusals).toEqual([]);
  });
});

describe("old results are cleared early", () => {
  test("a long session costs far less of what it would without, and no request is refused", async () => {
    const cost = async (clearsEarly: boolean): Promise<{ cost: number; cleared: number }> => {
      const world = await startWorld({
        script: reading(70),
        files: files(70, 4_500),
        conversationOf,
      });
      const app = await opened(world, SIGNING, { context: policy({ clearsEarly, window: 1_000_000 }) });
      expect(await app.prompt(go, "now")).toBe("done");
      expect(world.api.refusals).toEqual([]);
      expect(world.api.violations).toEqual([]);
      const weighted = world.api.requests.map(
        ({ usage }) =>
          (usage?.inputTokens ?? 0) + 1.25 * (usage?.writtenTokens ?? 0) + 0.1 * (usage?.readTokens ?? 0),
      );
      return { cost: weighted.reduce((sum, one) => sum + one, 0), cleared: eventsOf(app, "cleared").length };
    };
    const without = await cost(false);
    const early = await cost(true);
    expect(without.cleared).toBe(0);
    expect(early.cleared).toBeGreaterThan(0);
    expect(early.cleared).toBeLessThanOrEqual(8);
    expect(early.cost).toBeLessThan(without.cost * 0.7);
  });
});
