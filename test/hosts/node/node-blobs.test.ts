import { readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { createBlobs } from "../../../src/hosts/node/node-blobs.ts";
import { runLimited } from "./run-limited.ts";
import { temporaryFolder } from "./temporary.ts";

// Starting processes takes its time on a busy machine.
vi.setConfig({ testTimeout: 30_000 });

const SMALL = "some text";
const LARGE = "some lines of a program\n".repeat(5_000);
/** The only file there is. */
async function storedIn(folder: string): Promise<string> {
  const names = await readdir(join(folder, "blobs"), { recursive: true });
  const [path = "", ...more] = names.filter((name) => /[\\/]/.test(name));
  expect(more).toEqual([]);
  return join(folder, "blobs", path);
}

test("a text is given back as it was, and is there for this user only", async () => {
  for (const text of [SMALL, LARGE, "", `\u{1f600}\r\n${LARGE}`]) {
    const folder = await temporaryFolder();
    const blobs = createBlobs(folder);
    const hash = await blobs.put(text);
    expect(await blobs.put(text)).toBe(hash);
    expect(await blobs.get(hash)).toBe(text);
    expect((await stat(await storedIn(folder))).mode & 0o777).toBe(0o600);
    expect((await stat(join(folder, "blobs"))).mode & 0o777).toBe(0o700);
  }
});

test("a large text takes a fraction of its size", async () => {
  const folder = await temporaryFolder();
  await createBlobs(folder).put(LARGE);
  expect((await stat(await storedIn(folder))).size).toBeLessThan(LARGE.length / 10);
});

test("a damaged or incomplete text is not given out, and is whole again once it is stored anew", async () => {
  for (const text of [SMALL, LARGE]) {
    const folder = await temporaryFolder();
    const blobs = createBlobs(folder);
    const hash = await blobs.put(text);
    const path = await storedIn(folder);
    await writeFile(path, (await readFile(path)).subarray(0, -2));
    expect(await blobs.get(hash)).toBeUndefined();
    await blobs.put(text);
    expect(await blobs.get(hash)).toBe(text);
  }
});

test("what is no hash names nothing", async () => {
  expect(await createBlobs(await temporaryFolder()).get("../../etc/passwd")).toBeUndefined();
});

test("a text that does not fit on the disk is an error of the storage and leaves nothing behind", async () => {
  const folder = await temporaryFolder();
  expect(await runLimited("put-until-full.ts", folder)).toEqual({ kind: "storage", isThere: false });
  const names = await readdir(join(folder, "blobs"), { recursive: true, withFileTypes: true });
  expect(names.filter((entry) => entry.isFile())).toEqual([]);
});
