import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openTerminal } from "./terminal.ts";

const rowsOf = (out: string): unknown[] =>
  out
    .trim()
    .split("\n")
    .map((line): unknown => JSON.parse(line));

test("plumb config says what counts and what says so, and never a key", async () => {
  const { dir, dataDir, run } = await openTerminal([]);
  mkdirSync(dataDir);
  const own = join(dataDir, "settings.json");
  writeFileSync(
    own,
    '{"budget": {"day": 20}, "sandbox": {"enabled": "off"}, "permissions": {"defaultMode": "plan"}}',
  );
  mkdirSync(join(dir, ".plumb"));
  writeFileSync(join(dir, ".plumb/settings.json"), '{"permissions": {"deny": ["Read(x"]}}');
  const env = {
    ANTHROPIC_API_KEY: "sesame",
    ANTHROPIC_MODEL: "haiku",
    ANTHROPIC_BASE_URL: "https://name:word@gateway.example/x",
  };
  const { code, out } = await run(["config", "--json"], { env }).ended;
  expect(code).toBe(0);
  const has = (name: string, value: unknown, source: string) =>
    expect(rowsOf(out)).toContainEqual({ name, value, source });
  has("key", "set", "ANTHROPIC_API_KEY");
  has("provider", "gateway.example", "ANTHROPIC_BASE_URL");
  has("folder", dataDir, "default");
  has("budget.session", "no limit", "default");
  has("budget.day", 20, own);
  has("sandbox.enabled", "off", own);
  has("instructions.agentsFiles", "fallback", "default");
  has("permissions.defaultMode", "plan", own);
  has("telemetry", "off", "default");
  expect(out).toMatch(/"model","value":"claude-haiku-/);
  expect(out).toMatch(/"problem","value":".*Read\(x/);
  expect(out).not.toMatch(/sesame|word@/);
});

test("what a task would not begin with is said in the same words", async () => {
  const { dataDir, run } = await openTerminal([]);
  mkdirSync(dataDir);
  writeFileSync(join(dataDir, "settings.json"), '{"budget": {"daily": 20}}');
  const results = await Promise.all([run(["config"]).ended, run(["-p", "Go"]).ended]);
  expect(results.map(({ code }) => code)).toEqual([1, 1]);
  expect(results[0].err).toContain('"budget" in');
  expect(results[0].err).toBe(results[1].err);
});

test("whether telemetry is sent, and where to, but not what may stand in an address beside the host", async () => {
  const { dataDir, run } = await openTerminal([]);
  mkdirSync(dataDir);
  const own = join(dataDir, "settings.json");
  writeFileSync(own, '{"telemetry": {"enabled": true, "endpoint": "https://name:word@collector.example/x"}}');
  const { out } = await run(["config", "--json"]).ended;
  const value = "without content, to collector.example";
  expect(rowsOf(out)).toContainEqual({ name: "telemetry", value, source: own });
  const env = { PLUMB_TELEMETRY: "0" };
  expect(rowsOf((await run(["config", "--json"], { env }).ended).out)).toContainEqual({
    ...{ name: "telemetry", value: "off", source: "PLUMB_TELEMETRY" },
  });
});

test("for people it is one line each", async () => {
  const { out } = await (await openTerminal([])).run(["config"]).ended;
  expect(out).toMatch(/^model {2,}claude-\S+ {2}\(default\)$/m);
  expect(out).toMatch(/^permissions\.defaultMode {2,}ask {2}\(default\)$/m);
});
