import { readdir, readFile, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { expect, test, vi } from "vitest";
import { createBlobs } from "../../../src/hosts/node/node-blobs.ts";
import { runLimited } from "./run-limited.ts";
import { temporaryFolder } from "./temporary.ts";

// Starting processes takes its time on a busy machine.
vi.setConfig({ testTimeout: 30_000 });

test("a text can be read under its path, by this user only", async () => {
  const folder = await temporaryFolder();
  const blobs = createBlobs(folder);
  const path = blobs.pathOf(await blobs.put("some text"));
  expect(await readFile(path, "utf8")).toBe("some text");
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect((await stat(join(folder, "blobs"))).mode & 0o777).toBe(0o700);
});

test("a damaged text is not given out, so it can never be restored into a file", async () => {
  const blobs = createBlobs(await temporaryFolder());
  const hash = await blobs.put("some text");
  await writeFile(blobs.pathOf(hash), "some tex\0");
  expect(await blobs.get(hash)).toBeUndefined();
});

test("what is no hash has no path", () => {
  expect(() => createBlobs("/plumb").pathOf("../../etc/passwd")).toThrow(
    expect.objectContaining({ kind: "invalid_input" }),
  );
});

test("a text that does not fit on the disk is an error of the storage and leaves nothing behind", async () => {
  const folder = await temporaryFolder();
  expect(await runLimited("put-until-full.ts", folder)).toEqual({ kind: "storage", isThere: false });
  const blobs = createBlobs(folder);
  expect(await readdir(dirname(blobs.pathOf(await blobs.put("x".repeat(1_000_000)))))).toHaveLength(1);
});
