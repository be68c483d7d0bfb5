import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { moveEntry, pruneEmpty } from "../../../src/hosts/node/move-entry.ts";

function folder(base = tmpdir()): string {
  const dir = mkdtempSync(join(base, "plumb-move-"));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}
const SHARED = "/dev/shm";
const hasOtherDisk = existsSync(SHARED) && statSync(SHARED).dev !== statSync(tmpdir()).dev;

test.runIf(hasOtherDisk)(
  "a file goes to another disk with its bits and times; a folder is refused whole",
  async () => {
    const [here, other] = [folder(), folder(SHARED)];
    const from = join(here, "run.sh");
    writeFileSync(from, "#!/bin/sh\n");
    chmodSync(from, 0o750);
    const { mtimeMs } = statSync(from);
    await moveEntry(from, join(other, "bin/run.sh"));
    expect(readdirSync(here)).toEqual([]);
    expect(readdirSync(join(other, "bin"))).toEqual(["run.sh"]);
    const now = statSync(join(other, "bin/run.sh"));
    expect([now.mode & 0o777, Math.round(now.mtimeMs)]).toEqual([0o750, Math.round(mtimeMs)]);
    mkdirSync(join(here, "dir"));
    await expect(moveEntry(join(here, "dir"), join(other, "dir/sub"))).rejects.toMatchObject({
      kind: "failed",
    });
    expect([existsSync(join(here, "dir")), existsSync(join(other, "dir"))]).toEqual([true, false]);
  },
);

test("what is there stays, also what came meanwhile: of many who move to one place one succeeds", async () => {
  const dir = folder();
  const names = Array.from({ length: 8 }, (_, i) => join(dir, `${i}.txt`));
  for (const name of names) writeFileSync(name, name);
  const results = await Promise.allSettled(names.map((name) => moveEntry(name, join(dir, "one.txt"))));
  const winner = results.findIndex(({ status }) => status === "fulfilled");
  expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  expect(readFileSync(join(dir, "one.txt"), "utf8")).toBe(names[winner]);
  expect(names.filter((name) => existsSync(name))).toEqual(names.filter((_, i) => i !== winner));
});

test("a move that fails leaves no folders, and pruning stops at what is not empty and at the top", async () => {
  const dir = folder();
  await expect(moveEntry(join(dir, "none"), join(dir, "x/y"))).rejects.toMatchObject({ code: "ENOENT" });
  expect(readdirSync(dir)).toEqual([]);
  mkdirSync(join(dir, "a/b/c"), { recursive: true });
  await pruneEmpty(join(dir, "a/b/c"), dir);
  expect(existsSync(dir)).toBe(true);
  expect(readdirSync(dir)).toEqual([]);
});
