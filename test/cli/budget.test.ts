import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { dollarsOf } from "../../src/core/cost.ts";
import { createSpending } from "../../src/hosts/node/node-spending.ts";
import { factsOf } from "../../src/models/model-table.ts";
import { call, reply, say } from "../support/fake-api/replies.ts";
import { openTerminal, type Terminal } from "./terminal.ts";

/** A machine that does other things as well takes its time. */
const BUSY = { timeout: 60_000 };
const FILE = Array.from({ length: 900 }, (_, i) => `line ${i} of a file that is read`).join("\n");
/** Always another part, and always as many digits: a longer reply than all before is what no forecast knows. */
const readSomewhere = (_: unknown, index: number) =>
  reply(call("Read", { file_path: "a.txt", offset: 100 + ((index * 41) % 700), limit: 40 }));

/** What the server has billed for input, at the price of the model that was used. */
function billed({ api }: Terminal): number {
  return api.requests.reduce((sum, { usage, body }) => {
    const price = factsOf(body.model)?.price;
    if (!usage || !price) return sum;
    const { inputTokens, readTokens, writtenTokens } = usage;
    const counted = {
      inputTokens,
      cacheReadTokens: readTokens,
      cacheWriteTokens: writtenTokens,
      outputTokens: 0,
    };
    return sum + dollarsOf(counted, price);
  }, 0);
}

test("--max-budget-usd ends a run before it costs more, says so, and a later run goes on", BUSY, async () => {
  let isAtEnd = false;
  const terminal = await openTerminal((request, index) =>
    isAtEnd ? reply(say("Done.")) : readSomewhere(request, index),
  );
  writeFileSync(join(terminal.dir, "a.txt"), FILE);
  const args = ["-p", "Read it", "--output-format", "json"];
  const { code, out } = await terminal.run([...args, "--max-budget-usd", "0.06"]).ended;
  expect(code).not.toBe(0);
  const result = JSON.parse(out);
  expect(result).toMatchObject({ is_error: true, subtype: "error_max_budget_usd" });
  expect(result.total_cost_usd).toBeGreaterThan(0.02);
  expect(result.total_cost_usd).toBeLessThanOrEqual(0.06);
  isAtEnd = true;
  const later = await terminal.run(["-p", "Go on", "--continue", "--max-budget-usd", "1"]).ended;
  expect(later).toMatchObject({ code: 0, out: "Done.\n" });
  expect(terminal.api.violations).toEqual([]);
});

test("a limit for the day in the user's settings holds for programs that run at once", BUSY, async () => {
  const terminal = await openTerminal(readSomewhere);
  writeFileSync(join(terminal.dir, "a.txt"), FILE);
  mkdirSync(terminal.dataDir, { mode: 0o700 });
  writeFileSync(join(terminal.dataDir, "settings.json"), '{ "budget": { "day": 0.2 } }');
  const runs = ["one", "two", "three"].map((prompt) => terminal.run(["-p", prompt]).ended);
  for (const { code, err } of await Promise.all(runs)) {
    expect(code).not.toBe(0);
    expect(err).toContain("All conversations of today have cost");
  }
  const today = await createSpending({ dataDir: terminal.dataDir, now: Date.now }).today();
  expect(today).toBeLessThanOrEqual(0.2);
  expect(today).toBeGreaterThan(0.14);
  expect(billed(terminal)).toBeLessThanOrEqual(0.2);
  expect(readdirSync(join(terminal.dataDir, "spending"))).toHaveLength(1);
});

test(
  "a request is not expected to cost less than it does, also when short results follow long ones",
  BUSY,
  async () => {
    // From the eighteenth on the reads begin again, and are answered in a word.
    const terminal = await openTerminal(readSomewhere);
    writeFileSync(join(terminal.dir, "a.txt"), FILE);
    mkdirSync(terminal.dataDir, { mode: 0o700 });
    writeFileSync(join(terminal.dataDir, "settings.json"), '{ "budget": { "day": 0.2 } }');
    await terminal.run(["-p", "Read it"]).ended;
    const folder = join(terminal.dataDir, "spending");
    const requests = new Map<string, number[]>();
    for (const line of readFileSync(join(folder, readdirSync(folder)[0] ?? ""), "utf8").split("\n")) {
      if (line === "") continue;
      const { id, dollars } = JSON.parse(line);
      requests.set(id, [...(requests.get(id) ?? []), dollars]);
    }
    expect(requests.size).toBeGreaterThan(30);
    for (const [expected = 0, real = 0] of requests.values()) expect(real).toBeLessThanOrEqual(expected);
  },
);

test("settings that are not understood end the program: they may be a limit", BUSY, async () => {
  const terminal = await openTerminal([reply(say("Hello."))]);
  mkdirSync(terminal.dataDir, { mode: 0o700 });
  writeFileSync(join(terminal.dataDir, "settings.json"), '{ "budget": { "dya": 5 } }');
  const { code, err } = await terminal.run(["-p", "Hi"]).ended;
  expect(code).toBe(1);
  expect(err).toContain('"budget" in');
  expect(terminal.api.requests).toEqual([]);
});

test("without a limit the day is kept all the same, for the day on which there is one", BUSY, async () => {
  const terminal = await openTerminal([reply(say("Hello."))]);
  await terminal.run(["-p", "Hi"]).ended;
  const [name = ""] = readdirSync(join(terminal.dataDir, "spending"));
  const [line = ""] = readFileSync(join(terminal.dataDir, "spending", name), "utf8")
    .trim()
    .split("\n");
  expect(JSON.parse(line).dollars).toBeGreaterThan(0.005);
});

test("a result counts with the prices that the user set", BUSY, async () => {
  const terminal = await openTerminal([reply(say("Done."))]);
  mkdirSync(terminal.dataDir, { mode: 0o700 });
  const prices = { "claude-opus-5-5": { input: 1_000, output: 0 } };
  writeFileSync(join(terminal.dataDir, "settings.json"), JSON.stringify({ prices }));
  const args = ["-p", "Hello", "--model", "claude-opus-5-5", "--output-format", "json"];
  const { code, out } = await terminal.run(args).ended;
  expect(code).toBe(0);
  const { total_cost_usd, usage } = JSON.parse(out);
  const input = usage.input_tokens + usage.cache_creation_input_tokens;
  // A thousand dollars for a million tokens, and more for what is written into the cache.
  expect(total_cost_usd).toBeGreaterThanOrEqual(input / 1_000);
});
