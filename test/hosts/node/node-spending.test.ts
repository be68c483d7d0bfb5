import { execFile } from "node:child_process";
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { dayOf } from "../../../src/core/calendar.ts";
import { createSpending } from "../../../src/hosts/node/node-spending.ts";

let dataDir = "";
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), "plumb-spending-"));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(dataDir, { recursive: true, force: true });
});
const noon = new Date(2026, 10, 21, 12).getTime();
const open = (now: () => number = () => noon) => createSpending({ dataDir, now });

test("what was begun counts as expected until it is settled, then as it was", async () => {
  const spending = open();
  expect(await spending.today()).toBe(0);
  const entry = await spending.begin(0.5);
  expect(await spending.today()).toBe(0.5);
  await entry.settle(0.125);
  expect(await spending.today()).toBe(0.125);
  await entry.settle(0.25);
  expect(await spending.today()).toBe(0.25);
});

test("two windows see each other's requests, running ones included", async () => {
  const [one, other] = [open(), open()];
  const entry = await one.begin(1);
  await other.begin(2);
  expect(await one.today()).toBe(3);
  expect(await other.today()).toBe(3);
  await entry.settle(0.5);
  expect(await other.today()).toBe(2.5);
});

test("processes that write at the same time lose nothing", async () => {
  const script = `
    import { createSpending } from ${JSON.stringify(new URL("../../../src/hosts/node/node-spending.ts", import.meta.url).href)};
    const spending = createSpending({ dataDir: ${JSON.stringify(dataDir)}, now: () => ${noon} });
    for (let i = 0; i < 500; i += 1) await (await spending.begin(7)).settle(0.25);
  `;
  const run = () => promisify(execFile)(process.execPath, ["--input-type=module-typescript", "-e", script]);
  await Promise.all([run(), run(), run()]);
  expect(await open().today()).toBe(3 * 500 * 0.25);
});

test("a line that was torn, or is nonsense, costs nobody else's", async () => {
  await (await open().begin(1)).settle(1);
  const path = join(dataDir, "spending", `${dayOf(noon)}.jsonl`);
  appendFileSync(path, '{"id":"x","dollars":-5}\nnull\n[]\n{"id":"y","dollars":"1"}\n{"id":"torn","dol');
  const spending = open();
  await spending.begin(2);
  expect(await spending.today()).toBe(3);
});

test("a day is the user's own, and a request belongs to the day on which it began", async () => {
  let now = new Date(2026, 10, 21, 23, 59, 59).getTime();
  const spending = open(() => now);
  const late = await spending.begin(1);
  now = new Date(2026, 10, 22, 0, 0, 5).getTime();
  await late.settle(2);
  expect(await spending.today()).toBe(0);
  await (await spending.begin(4)).settle(4);
  expect(await spending.today()).toBe(4);
});

test.each([
  ["Pacific/Kiritimati", "2026-11-22"],
  ["UTC", "2026-11-21"],
  ["Pacific/Honolulu", "2026-11-21"],
])("midnight is where the user is: %s", (zone, day) => {
  vi.stubEnv("TZ", zone);
  expect(dayOf(Date.UTC(2026, 10, 21, 13))).toBe(day);
});

test("a clock that is put back does not make what was spent unspent", async () => {
  let now = noon + 24 * 60 * 60_000;
  const spending = open(() => now);
  await (await spending.begin(3)).settle(3);
  now = noon;
  expect(await spending.today()).toBe(3);
  now = noon + 3 * 24 * 60 * 60_000;
  expect(await spending.today()).toBe(0);
});

test("is for this user only, and forgets what is two months old", async () => {
  const folder = join(dataDir, "spending");
  mkdirSync(folder, { mode: 0o700 });
  for (const name of ["2026-01-01.jsonl", "2026-11-01.jsonl", "notes.txt"])
    writeFileSync(join(folder, name), "");
  await open().begin(1);
  expect(readdirSync(folder).toSorted()).toEqual(["2026-11-01.jsonl", "2026-11-21.jsonl", "notes.txt"]);
  if (process.platform !== "win32") expect(statSync(join(folder, "2026-11-21.jsonl")).mode & 0o077).toBe(0);
});

test("a folder that cannot be written rejects with storage, so that nobody believes a limit holds", async () => {
  writeFileSync(join(dataDir, "spending"), "a file where the folder should be");
  await expect(open().begin(1)).rejects.toMatchObject({ kind: "storage" });
  await expect(open().today()).rejects.toMatchObject({ kind: "storage" });
});
