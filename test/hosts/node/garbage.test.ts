import { existsSync, mkdirSync, readdirSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { encodeRecord } from "../../../src/app/session-file.ts";
import { collectGarbage, lastCollection } from "../../../src/hosts/node/garbage/collect-garbage.ts";
import { namesInText } from "../../../src/hosts/node/garbage/references.ts";
import { createBlobs } from "../../../src/hosts/node/node-blobs.ts";
import { createStorage } from "../../../src/hosts/node/node-storage.ts";
import { acquireLock } from "../../../src/hosts/node/session-lock.ts";
import { temporaryFolder } from "./temporary.ts";

const DAY_S = 24 * 60 * 60;
const LARGE = "a line of a large text\n".repeat(2_000);

async function dataFolder() {
  const dataDir = await temporaryFolder();
  const blobs = createBlobs(dataDir);
  const storage = createStorage({ dataDir, workspaceKey: "key" });
  const write = async (id: string, hashes: readonly string[], words = ""): Promise<void> => {
    const log = await storage.openLog(id);
    for (const [seq, after] of hashes.entries()) {
      const edit = {
        type: "edit",
        editId: `${seq}`,
        callId: "c",
        path: "/w/a",
        before: "",
        added: 1,
        removed: 0,
      } as const;
      log.append(encodeRecord({ seq, at: 0, agentId: "main", ...edit, after }));
    }
    if (words) log.append(encodeRecord({ seq: 1e6, at: 0, agentId: "main", type: "reminder", text: words }));
    await log.close();
  };
  /** As if nobody had touched anything for so long. */
  const age = (days = 8, folder = dataDir): void => {
    const then = Date.now() / 1000 - days * DAY_S;
    for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" }))
      utimesSync(join(folder, name), then, then);
  };
  const put = (path: string, text = "x"): void => {
    mkdirSync(dirname(join(dataDir, path)), { recursive: true });
    writeFileSync(join(dataDir, path), text);
  };
  const isThere = (path: string): boolean => existsSync(join(dataDir, path));
  return { dataDir, blobs, storage, write, age, put, isThere };
}

test("what a conversation names stays, what none names goes, and deleting one frees what only it named", async () => {
  const { dataDir, blobs, storage, write, age } = await dataFolder();
  const [mine, shared, lost] = await Promise.all(["mine\n", LARGE, "lost\n"].map((text) => blobs.put(text)));
  await write("one", [mine!, shared!]);
  await write("two", [shared!]);
  age();
  const before = await collectGarbage({ dataDir });
  expect(await blobs.get(mine!)).toBe("mine\n");
  expect(await blobs.get(shared!)).toBe(LARGE);
  expect(await blobs.get(lost!)).toBeUndefined();
  await storage.removeLog("one");
  const after = await collectGarbage({ dataDir });
  expect(await blobs.get(mine!)).toBeUndefined();
  expect(await blobs.get(shared!)).toBe(LARGE);
  expect(after!.sizeBytes).toBeLessThan(before!.sizeBytes);
  expect(await lastCollection(dataDir)).toEqual(after);
});

test("what is young stays: its conversation is about to name it", async () => {
  const { dataDir, blobs } = await dataFolder();
  const hash = await blobs.put("new\n");
  await collectGarbage({ dataDir });
  expect(await blobs.get(hash)).toBe("new\n");
});

test("what a deleted conversation named goes after an hour, what nobody has named yet after a week", async () => {
  const { dataDir, blobs, write, storage, age } = await dataFolder();
  const [freed, draft, used] = await Promise.all(
    ["freed\n", "draft\n", "used\n"].map((text) => blobs.put(text)),
  );
  await write("one", [freed!, used!]);
  await write("two", [used!]);
  const named = namesInText(await storage.readLog("one"));
  expect(named).toEqual(new Set([freed, used]));
  await storage.removeLog("one");
  await collectGarbage({ dataDir, freed: named });
  expect(await blobs.get(freed!)).toBe("freed\n");
  age(2 / 24);
  await collectGarbage({ dataDir, freed: named });
  const left = await Promise.all([freed, draft, used].map((hash) => blobs.get(hash!)));
  expect(left).toEqual([undefined, "draft\n", "used\n"]);
});

test("an old text that is stored again is as young as a new one", async () => {
  const { dataDir, blobs, age } = await dataFolder();
  const [small, large] = [await blobs.put("again\n"), await blobs.put(LARGE)];
  age();
  await blobs.put("again\n");
  await blobs.put(LARGE);
  await collectGarbage({ dataDir });
  expect(await blobs.get(small)).toBe("again\n");
  expect(await blobs.get(large)).toBe(LARGE);
});

test("outputs of tasks and long outputs stay as long as their path is in a log", async () => {
  const { dataDir, write, age, put, isThere } = await dataFolder();
  const [used, unused] = ["0123456789abcdef01234567", "76543210fedcba9876543210"];
  const [long, lost] = ["11111111-2222-3333-4444-555555555555", "11111111-2222-3333-4444-666666666666"];
  for (const id of [used, unused]) put(`tasks/${id}/output.log`);
  for (const id of [long, lost]) put(`blobs/long/${id}.txt`);
  await write(
    "one",
    [],
    `Its output goes to ${dataDir}/tasks/${used}/output.log, ${dataDir}/blobs/long/${long}.txt`,
  );
  age();
  await collectGarbage({ dataDir });
  expect([used, unused].map((id) => isThere(`tasks/${id}`))).toEqual([true, false]);
  expect([long, lost].map((id) => isThere(`blobs/long/${id}.txt`))).toEqual([true, false]);
});

test("a task that still writes keeps its output, named or not", async () => {
  const { dataDir, age, put, isThere } = await dataFolder();
  put("tasks/0123456789abcdef01234567/output.log");
  age();
  put("tasks/0123456789abcdef01234567/output.log", "still here");
  await collectGarbage({ dataDir });
  expect(isThere("tasks/0123456789abcdef01234567/output.log")).toBe(true);
});

test("a name in a damaged record, or across two pieces of a long log, counts", async () => {
  const { dataDir, blobs, age, put } = await dataFolder();
  const hashes = await Promise.all(Array.from({ length: 40 }, (_, i) => blobs.put(`text ${i}\n`)));
  // Around every multiple of the piece that is read at once.
  const lines = hashes.map((hash, i) => `${"x".repeat(256 * 1024 - 64 - 2 * i)}"${hash}`);
  put("projects/other/sessions/damaged.jsonl", lines.join(""));
  age();
  await collectGarbage({ dataDir });
  const there = await Promise.all(hashes.map((hash) => blobs.get(hash)));
  expect(there.filter((text) => text === undefined)).toEqual([]);
});

test("what a collection that was killed left between its two steps has its name again, or goes", async () => {
  const { dataDir, blobs, write, age, put, isThere } = await dataFolder();
  const hash = await blobs.put("kept\n");
  await write("one", [hash]);
  const path = `blobs/${hash.slice(0, 2)}/${hash.slice(2)}`;
  put(`${path}.gone`, "kept\n");
  put("blobs/ab/.half.0123.tmp");
  age();
  await collectGarbage({ dataDir });
  expect([path, `${path}.gone`, "blobs/ab/.half.0123.tmp"].map(isThere)).toEqual([true, false, false]);
});

test("torn parts go with their conversation", async () => {
  const { dataDir, write, put, isThere } = await dataFolder();
  await write("one", []);
  for (const id of ["one", "gone"]) put(`projects/key/sessions/${id}.jsonl.torn`);
  await collectGarbage({ dataDir });
  expect(["one", "gone"].map((id) => isThere(`projects/key/sessions/${id}.jsonl.torn`))).toEqual([
    true,
    false,
  ]);
});

test("only one window collects at a time", async () => {
  const { dataDir, blobs, age } = await dataFolder();
  const hash = await blobs.put("text\n");
  age();
  const lock = await acquireLock(join(dataDir, "garbage.lock"));
  expect(await collectGarbage({ dataDir })).toBeUndefined();
  expect(await blobs.get(hash)).toBe("text\n");
  await lock.release();
  expect(await collectGarbage({ dataDir })).toBeDefined();
  expect(await blobs.get(hash)).toBeUndefined();
});

test("old conversations are deleted when that is wanted, but none that is open", async () => {
  const { dataDir, storage, write, age } = await dataFolder();
  await write("old", []);
  await write("open", []);
  await write("young", []);
  age(40);
  const held = await storage.openLog("open");
  const log = join(dataDir, "projects/key/sessions/young.jsonl");
  utimesSync(log, Date.now() / 1000, Date.now() / 1000);
  await collectGarbage({ dataDir });
  expect((await storage.listLogs()).map(({ id }) => id).sort()).toEqual(["old", "open", "young"]);
  age(40, join(dataDir, "projects/key/sessions"));
  utimesSync(log, Date.now() / 1000, Date.now() / 1000);
  utimesSync(join(dataDir, "projects/key/sessions/open.lock"), Date.now() / 1000, Date.now() / 1000);
  await collectGarbage({ dataDir, deleteAfterDays: 30 });
  expect((await storage.listLogs()).map(({ id }) => id).sort()).toEqual(["open", "young"]);
  await held.close();
});

test("texts are stored, named and collected at once, over and over, and none is missing", async () => {
  const { dataDir, blobs, storage } = await dataFolder();
  const log = await storage.openLog("busy");
  const named: string[] = [];
  const stale = (hash: string): void => {
    const path = join(dataDir, "blobs", hash.slice(0, 2), hash.slice(2));
    utimesSync(path, 1_700_000_000, 1_700_000_000);
  };
  for (let round = 0; round < 40; round += 1) {
    // The same few texts, left by conversations that are gone, used again while they are being removed.
    const hashes = await Promise.all(Array.from({ length: 5 }, (_, i) => blobs.put(`text ${round}-${i}\n`)));
    hashes.forEach(stale);
    const collecting = collectGarbage({ dataDir });
    const again = await Promise.all(Array.from({ length: 5 }, (_, i) => blobs.put(`text ${round}-${i}\n`)));
    for (const hash of again) log.append(`"${hash}"\n`);
    named.push(...again);
    await collecting;
  }
  await log.close();
  const there = await Promise.all(named.map((hash) => blobs.get(hash)));
  expect(there.filter((text) => text === undefined)).toEqual([]);
});

test("a log that cannot be read stops it before anything is removed", async () => {
  const { dataDir, blobs, age } = await dataFolder();
  const hash = await blobs.put("text\n");
  // A folder where a log should be: reading it fails for everybody, whatever their rights.
  mkdirSync(join(dataDir, "projects/key/sessions/folder.jsonl"), { recursive: true });
  age();
  await expect(collectGarbage({ dataDir })).rejects.toThrow();
  expect(await blobs.get(hash)).toBe("text\n");
  expect(existsSync(join(dataDir, "garbage.lock"))).toBe(false);
  expect(statSync(dataDir).isDirectory()).toBe(true);
});
