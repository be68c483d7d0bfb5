import { expect, test } from "vitest";
import { contextPolicy } from "../../src/context/policy.ts";
import { text } from "../../src/core/message.ts";
import { factsOf } from "../../src/models/model-table.ts";
import type { RecordedRequest } from "../support/fake-api/fake-api.ts";
import { MODELS } from "../support/fake-api/models.ts";
import { call, type Part, reply, say, summary, think } from "../support/fake-api/replies.ts";
import type { RequestBody } from "../support/fake-api/schema.ts";
import { eventsOf, startWorld } from "../support/start-app.ts";

const REQUESTS = 200;
const PROMPTS = 10;
const FILES = 260;
const TARGET_TOKENS = 180_000;
/** Of what the fake counts as three bytes a token, with room for prompts, calls and tools. */
const FILE_CHARS = Math.round((TARGET_TOKENS * 3 * 0.88) / FILES);

const fileText = (n: number): string =>
  `// file ${n}\n${"export const value = compute(another); // which is used below\n".repeat(50)}`.slice(
    0,
    FILE_CHARS,
  );

/** Replies of an agent that reads its way through a project: mostly one file at a time, sometimes many at once. */
function script() {
  let next = 0;
  const read = (): Part => call("Read", { file_path: `src/f${(next++ % FILES) + 1}.ts` });
  return (_: RecordedRequest, index: number) => {
    if ((index + 1) % (REQUESTS / PROMPTS) === 0) return reply(say("That is what I found."));
    const count = index === 30 ? 12 : index === 90 ? 20 : index === 150 ? 30 : 1;
    return reply(think("Which one next?"), say("I look."), ...Array.from({ length: count }, read));
  };
}

test("a session of two hundred requests and 180,000 tokens pays for every token once", async () => {
  const world = await startWorld({
    script: script(),
    files: Object.fromEntries(Array.from({ length: FILES }, (_, n) => [`src/f${n + 1}.ts`, fileText(n + 1)])),
  });
  // What it costs to send everything again: clearing old results is a matter of its own.
  const context = contextPolicy({ compactAt: () => 80, clearsEarly: () => false, modelOf: factsOf });
  let app = await world.open({ maxSteps: 1_000, context });
  for (let n = 1; n <= PROMPTS; n += 1) {
    expect(await app.prompt([text(`Step ${n}: go on with the next part of the project.`)], "now")).toBe(
      "done",
    );
    // Half of it in another process: the same bytes must come from the file.
    if (n !== PROMPTS / 2) continue;
    await app.close();
    app = await world.open({ maxSteps: 1_000, isNew: false, context });
  }
  const { requests, violations, refusals } = world.api;
  const usages = requests.map(({ usage }) => usage ?? { inputTokens: 0, readTokens: 0, writtenTokens: 0 });
  const last = usages.at(-1);
  const finalTokens = (last?.inputTokens ?? 0) + (last?.readTokens ?? 0) + (last?.writtenTokens ?? 0);
  const freshTokens = usages.reduce((sum, one) => sum + one.inputTokens + one.writtenTokens, 0);
  expect(requests).toHaveLength(REQUESTS);
  expect(finalTokens).toBeGreaterThan(TARGET_TOKENS);
  expect(freshTokens / finalTokens).toBeLessThanOrEqual(1.02);
  expect(refusals).toEqual([]);
  expect(violations).toEqual([]);
  expect(eventsOf(app, "cache.broken")).toEqual([]);
}, 60_000);

const FIRST = "Find out what every part of this project is for, and change nothing but NOTES.md.";
const PLAN = ["Read all parts", "Write NOTES.md", "Tell what is left"];

/** What was cleared or summarised begins a conversation of its own, for the law that it only grows. */
function epochOf(body: RequestBody): string {
  const said = JSON.stringify(body.messages, (key, value) => (key === "cache_control" ? undefined : value));
  return `${said.split("[Old result, cleared").length + said.split("[An older copy, cleared").length} ${said.slice(0, 300)}`;
}

test.each([
  ["as soon as it pays", true],
  ["when it is full", false],
])(
  "in a window half as large room is made %s, with two summaries at most, and what was asked, the plan and the files stay",
  async (_, clearsEarly) => {
    const WINDOW = 130_000;
    const reading = script();
    let n = 0;
    const world = await startWorld({
      models: MODELS.map((model) => ({ ...model, contextTokens: WINDOW })),
      conversationOf: epochOf,
      files: Object.fromEntries(
        Array.from({ length: FILES }, (_, i) => [`src/f${i + 1}.ts`, fileText(i + 1)]),
      ),
      script: (request) => {
        if (request.body.compaction) return reply(summary("Half of the parts are read; they are all alike."));
        n += 1;
        if (n === 2)
          return reply(call("TodoWrite", { todos: PLAN.map((content) => ({ content, status: "pending" })) }));
        if (n === 3) return reply(call("Write", { file_path: "NOTES.md", content: "# Notes\n" }));
        return reading(request, n - 1);
      },
    });
    const modelOf = (model: string) => {
      const facts = factsOf(model);
      return facts && { ...facts, contextTokens: WINDOW };
    };
    const context = contextPolicy({ compactAt: () => 80, clearsEarly: () => clearsEarly, modelOf });
    const app = await world.open({ maxSteps: 1_000, maxOutputTokens: 8_000, mode: "acceptEdits", context });
    for (let prompt = 1; prompt <= PROMPTS; prompt += 1) {
      const words = prompt === 1 ? FIRST : `Step ${prompt}: go on with the next part of the project.`;
      expect(await app.prompt([text(words)], "now")).toBe("done");
    }
    const { requests, violations, refusals } = world.api;
    expect(refusals).toEqual([]);
    expect(violations).toEqual([]);
    expect(eventsOf(app, "compacted").length).toBeLessThanOrEqual(2);
    expect(eventsOf(app, "cleared").length + eventsOf(app, "compacted").length).toBeGreaterThan(0);
    const last = JSON.stringify(requests.at(-1)?.body.messages);
    for (const kept of [FIRST, ...PLAN, "NOTES.md"]) expect(last).toContain(kept);
    const broken = eventsOf(app, "cache.broken");
    expect(broken.length).toBeGreaterThan(0);
    for (const one of broken) expect(one).toMatchObject({ isIntended: true });
  },
  60_000,
);
