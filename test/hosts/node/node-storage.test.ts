import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { appendFile, readdir, readFile, rm, stat, truncate, utimes, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import type { Readable, Writable } from "node:stream";
import { expect, onTestFinished, test, vi } from "vitest";
import { createStorage, defaultDataDir, workspaceKey } from "../../../src/hosts/node/node-storage.ts";
import { runLimited } from "./run-limited.ts";
import { temporaryFolder } from "./temporary.ts";

// Starting processes takes its time on a busy machine.
vi.setConfig({ testTimeout: 30_000 });

type Holder = ChildProcessByStdio<Writable, Readable, null>;

const open = (dataDir: string) => createStorage({ dataDir, workspaceKey: "key" });
const sessionsIn = (dataDir: string): string => join(dataDir, "projects/key/sessions");

async function startHolder(dataDir: string): Promise<Holder> {
  const child = spawn(process.execPath, [join(import.meta.dirname, "hold-lock.ts"), dataDir], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  await once(child.stdout, "data");
  return child;
}

async function tryToOpen(child: Holder): Promise<string> {
  child.stdin.write("go\n");
  const [answer] = await once(child.stdout, "data");
  return String(answer).trim();
}

async function killHard(child: Holder): Promise<void> {
  child.kill("SIGKILL");
  await once(child, "exit");
}

test("a process that was killed does not keep its lock", async () => {
  const dataDir = await temporaryFolder();
  const child = await startHolder(dataDir);
  expect(await tryToOpen(child)).toBe("opened");
  await expect(open(dataDir).openLog("s1")).rejects.toMatchObject({ kind: "locked" });
  expect((await open(dataDir).listLogs())[0]?.isLocked).toBe(true);
  await killHard(child);
  expect((await open(dataDir).listLogs())[0]?.isLocked).toBe(false);
  const log = await open(dataDir).openLog("s1");
  await log.close();
  expect(await readdir(sessionsIn(dataDir))).toEqual(["s1.jsonl"]);
});

test("of several processes that find the lock of a dead one, exactly one takes it", async () => {
  const dataDir = await temporaryFolder();
  const dead = await startHolder(dataDir);
  await tryToOpen(dead);
  const racers = await Promise.all(Array.from({ length: 5 }, () => startHolder(dataDir)));
  await killHard(dead);
  const results = await Promise.all(racers.map(tryToOpen));
  expect(results.toSorted()).toEqual(["locked", "locked", "locked", "locked", "opened"]);
});

test("a lock whose process number now belongs to another process is stale", async () => {
  const dataDir = await temporaryFolder();
  await (await open(dataDir).openLog("s1")).close();
  const lock = { pid: process.ppid, startedAt: "1", token: "t", hostname: hostname() };
  await writeFile(join(sessionsIn(dataDir), "s1.lock"), JSON.stringify(lock));
  await (await open(dataDir).openLog("s1")).close();
});

test("a lock of another machine counts while its heartbeat is fresh", async () => {
  const dataDir = await temporaryFolder();
  await (await open(dataDir).openLog("s1")).close();
  const path = join(sessionsIn(dataDir), "s1.lock");
  await writeFile(path, JSON.stringify({ pid: 1, startedAt: "1", token: "t", hostname: "elsewhere" }));
  await expect(open(dataDir).openLog("s1")).rejects.toMatchObject({ kind: "locked" });
  const longAgo = new Date(Date.now() - 3_600_000);
  await utimes(path, longAgo, longAgo);
  await (await open(dataDir).openLog("s1")).close();
});

test("a damaged lock file does not lock a session for ever", async () => {
  const dataDir = await temporaryFolder();
  await (await open(dataDir).openLog("s1")).close();
  const path = join(sessionsIn(dataDir), "s1.lock");
  await writeFile(path, "");
  // It may be in the making at this moment; a crash leaves it so for good.
  await expect(open(dataDir).openLog("s1")).rejects.toMatchObject({ kind: "locked" });
  for (const awayMs of [-10_000, 3_600_000]) {
    await writeFile(path, "");
    const then = new Date(Date.now() + awayMs);
    await utimes(path, then, then);
    await (await open(dataDir).openLog("s1")).close();
  }
});

test.each([
  ["deleted", (path: string) => rm(path), "was deleted"],
  ["cut", (path: string) => truncate(path, 3), "changed by another program"],
  [
    "continued by something else",
    (path: string) => appendFile(path, "foreign"),
    "changed by another program",
  ],
])(
  "a log that is %s while it is open says so instead of losing what is written",
  async (_name, act, words) => {
    const dataDir = await temporaryFolder();
    const log = await open(dataDir).openLog("s1");
    onTestFinished(() => log.close());
    log.append("first");
    await act(join(sessionsIn(dataDir), "s1.jsonl"));
    expect(() => log.append("second")).toThrow(
      expect.objectContaining({ kind: "storage", message: expect.stringContaining(words) }),
    );
  },
);

test("a record that does not fit on the disk is taken back whole", async () => {
  const result = await runLimited("append-until-full.ts", await temporaryFolder());
  expect(result).toEqual({ kind: "storage", content: "small\nfits again\n" });
});

test.each([
  ["a torn record", "whole\n", '{"torn'],
  ["nothing but a torn record", "", '{"torn'],
  ["a long one, after bytes that are no text", "\xff\xfe\n", "x".repeat(200_000)],
])("%s is cut off and kept beside the log, which goes on after it", async (_name, whole, torn) => {
  const dataDir = await temporaryFolder();
  await (await open(dataDir).openLog("s1")).close();
  const path = join(sessionsIn(dataDir), "s1.jsonl");
  await writeFile(path, Buffer.from(whole + torn, "latin1"));
  const log = await open(dataDir).openLog("s1");
  log.cutTornTail();
  log.append("next");
  log.cutTornTail();
  await log.close();
  expect(await readFile(path, "latin1")).toBe(`${whole}next\n`);
  expect(await readFile(`${path}.torn`, "latin1")).toBe(torn);
});

test("files are for this user only", async () => {
  const dataDir = await temporaryFolder();
  const storage = open(dataDir);
  await (await storage.openLog("s1")).close();
  await storage.writeDocument("rules", "{}");
  const mode = async (path: string) => (await stat(join(dataDir, path))).mode & 0o777;
  expect(await mode("projects/key/sessions")).toBe(0o700);
  expect(await mode("projects/key/sessions/s1.jsonl")).toBe(0o600);
  expect(await mode("projects/key/rules.json")).toBe(0o600);
});

test("the Plumb folder is where PLUMB_HOME says, and for this user only", async () => {
  const home = join(await temporaryFolder(), "deep/plumb");
  expect(defaultDataDir({ PLUMB_HOME: home })).toBe(home);
  expect((await stat(home)).mode & 0o777).toBe(0o700);
});

test.runIf(process.platform === "linux")(
  "a Plumb folder that cannot be is told in words, and at once",
  async () => {
    const file = join(await temporaryFolder(), "file");
    await writeFile(file, "");
    // Node's own recursive mkdir never returns in /proc.
    for (const home of [file, join(file, "below"), "/proc/plumb/home", `/${"x".repeat(300)}`]) {
      expect(() => defaultDataDir({ PLUMB_HOME: home })).toThrow(
        expect.objectContaining({ kind: "storage", message: expect.stringContaining("PLUMB_HOME") }),
      );
    }
  },
);

test("a workspace's folder is named after its path, short enough for every file system", () => {
  expect(workspaceKey("/home/jo/my project")).toBe("-home-jo-my-project");
  expect(workspaceKey("C:\\Users\\jo")).toBe(workspaceKey("c:\\Users\\jo"));
  const [long, other] = ["a", "b"].map((end) => workspaceKey(`/${"x".repeat(300)}/${end}`));
  expect(long?.length).toBeLessThan(140);
  expect(long).not.toBe(other);
});
