import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readUserBudget } from "../../../src/hosts/node/user-budget.ts";

let dataDir = "";
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), "plumb-user-budget-"));
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));
const write = (text: string): void => writeFileSync(join(dataDir, "settings.json"), text);

test("without a file, and with one about something else, there is no limit", async () => {
  expect((await readUserBudget(dataDir)).limits).toEqual({ session: undefined, day: undefined });
  write('{"sandbox": {"enabled": "off"}}');
  expect((await readUserBudget(dataDir)).limits).toEqual({ session: undefined, day: undefined });
});

test("limits and prices are read, with comments and a trailing comma", async () => {
  write('{\n // mine\n "budget": {"session": 5, "day": 20}, "prices": {"m": {"input": 1, "output": 2}},}');
  const { limits, priceOf } = await readUserBudget(dataDir);
  expect(limits).toEqual({ session: 5, day: 20 });
  expect(priceOf("m")?.output).toBe(2);
});

test.each([
  '{"budget": 5}',
  '{"budget": {"session": "5"}}',
  '{"budget": {"sesion": 5}}',
  '{"budget": {"day": -1}}',
  '{"prices": {"m": 3}}',
])("what is not understood ends the program rather than the limit: %s", async (text) => {
  write(text);
  await expect(readUserBudget(dataDir)).rejects.toMatchObject({ kind: "invalid_input" });
});
