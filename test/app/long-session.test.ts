import { expect, test } from "vitest";
import { contextPolicy } from "../../src/context/policy.ts";
import { text } from "../../src/core/message.ts";
import { factsOf } from "../../src/models/model-table.ts";
import type { RecordedRequest } from "../support/fake-api/fake-api.ts";
import { call, type Part, reply, say, think } from "../support/fake-api/replies.ts";
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
