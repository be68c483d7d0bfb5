import { readdir, stat, utimes, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { acquireLock, isHeld } from "../../../src/hosts/node/session-lock.ts";
import { temporaryFolder } from "./temporary.ts";

async function hold() {
  const path = join(await temporaryFolder(), "s1.lock");
  const lock = await acquireLock(path, 5);
  onTestFinished(() => lock.release());
  return { path, lock };
}

test("a held lock shows from time to time that its holder lives", async () => {
  const { path } = await hold();
  await utimes(path, new Date(0), new Date(0));
  await expect.poll(async () => (await stat(path)).mtimeMs).toBeGreaterThan(Date.now() - 60_000);
});

test("a holder learns that its lock was taken over, and leaves the new one alone", async () => {
  const { path, lock } = await hold();
  expect(lock.isLost()).toBe(false);
  await writeFile(
    path,
    JSON.stringify({ pid: process.pid, startedAt: "", token: "new", hostname: "elsewhere" }),
  );
  await expect.poll(() => lock.isLost()).toBe(true);
  await lock.release();
  expect(await isHeld(path)).toBe(true);
});

test("a lock from before the machine's last start is nobody's", async () => {
  const path = join(await temporaryFolder(), "s1.lock");
  const holder = { pid: process.pid, startedAt: "unknown", token: "old", hostname: hostname() };
  await writeFile(path, JSON.stringify(holder));
  await utimes(path, new Date(1000), new Date(1000));
  expect(await isHeld(path)).toBe(false);
});

test("however many find the lock of a dead process at once, one takes it", async () => {
  const folder = await temporaryFolder();
  for (let round = 0; round < 20; round += 1) {
    const path = join(folder, `${round}.lock`);
    const dead = { pid: process.pid, startedAt: "before", token: "dead", hostname: hostname() };
    await writeFile(path, JSON.stringify(dead));
    const results = await Promise.allSettled(Array.from({ length: 8 }, () => acquireLock(path)));
    const taken = results.filter((result) => result.status === "fulfilled");
    expect(taken).toHaveLength(1);
    await taken[0]?.value.release();
  }
  expect(await readdir(folder)).toEqual([]);
});
