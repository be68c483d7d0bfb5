import { execFileSync } from "node:child_process";
import {
  chmod,
  link,
  lstat,
  mkdir,
  readdir,
  readFile,
  readlink,
  stat,
  symlink,
  writeFile,
} from "node:fs/promises";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { sha256 } from "../../../src/core/hash.ts";
import { createDocuments } from "../../../src/hosts/node/node-documents.ts";
import { createFileSystem } from "../../../src/hosts/node/node-file-system.ts";
import { never } from "../../contract/world.ts";
import { runLimited } from "./run-limited.ts";
import { temporaryFolder } from "./temporary.ts";

// Starting processes takes its time on a busy machine.
vi.setConfig({ testTimeout: 30_000 });

const documents = createDocuments(createFileSystem());

async function change(path: string, text: string) {
  const { hash } = await documents.open(path, never());
  return documents.save(path, text, hash, never());
}

test.each([
  ["utf16le", [0xff, 0xfe]],
  ["utf16be", [0xfe, 0xff]],
])("a file in %s stays in it", async (encoding, bom) => {
  const path = join(await temporaryFolder(), "wide.txt");
  const encode = (text: string): Buffer => {
    const bytes = Buffer.from(text, "utf16le");
    return Buffer.concat([Buffer.from(bom), encoding === "utf16be" ? bytes.swap16() : bytes]);
  };
  await writeFile(path, encode("ü🙂\r\n"));
  expect(await documents.open(path, never())).toMatchObject({ text: "ü🙂\r\n", hasBom: true });
  await change(path, "new ü\r\n");
  expect(await readFile(path)).toEqual(encode("new ü\r\n"));
});

test("text that no file could give back is refused before anything is written", async () => {
  const path = join(await temporaryFolder(), "a.txt");
  for (const text of ["half \uD83D", "nul \0"]) {
    await expect(documents.save(path, text, undefined, never())).rejects.toMatchObject({
      kind: "invalid_input",
    });
  }
  await expect(lstat(path)).rejects.toMatchObject({ code: "ENOENT" });
});

test("permission bits survive a change", async () => {
  const path = join(await temporaryFolder(), "run.sh");
  await writeFile(path, "old");
  await chmod(path, 0o751);
  await change(path, "new");
  expect((await stat(path)).mode & 0o7777).toBe(0o751);
});

test("a link stays a link, and its target is what changes", async () => {
  const folder = await temporaryFolder();
  await writeFile(join(folder, "real.txt"), "old");
  await symlink("real.txt", join(folder, "link.txt"));
  await change(join(folder, "link.txt"), "new");
  expect(await readlink(join(folder, "link.txt"))).toBe("real.txt");
  expect(await readFile(join(folder, "real.txt"), "utf8")).toBe("new");
});

test("all names of a file with several see the change", async () => {
  const folder = await temporaryFolder();
  await writeFile(join(folder, "a"), "a longer text than the new one");
  await link(join(folder, "a"), join(folder, "b"));
  await change(join(folder, "a"), "new");
  expect(await readFile(join(folder, "b"), "utf8")).toBe("new");
  expect((await stat(join(folder, "a"))).nlink).toBe(2);
});

test("a file that changes while the new text is being written is not overwritten", async () => {
  const folder = await temporaryFolder();
  for (const name of ["plain", "shared"]) {
    const path = join(folder, name);
    await writeFile(path, "old");
    if (name === "shared") await link(path, join(folder, "second name"));
    let looks = 0;
    const fileSystem = createFileSystem();
    const racing = createDocuments({
      async canonical(asked) {
        looks += 1;
        // The first look is the one before anything is read, the second the one right before the replacement.
        if (looks === 2) await writeFile(path, "theirs");
        return fileSystem.canonical(asked);
      },
    });
    await expect(racing.save(path, "mine", await sha256("old"), never())).rejects.toMatchObject({
      kind: "stale",
    });
    expect(await readFile(path, "utf8")).toBe("theirs");
  }
  expect((await readdir(folder)).toSorted()).toEqual(["plain", "second name", "shared"]);
});

test("a file whose folder became a link meanwhile is not written through it", async () => {
  const folder = await temporaryFolder();
  const path = join(folder, "a.txt");
  await writeFile(path, "old");
  let looks = 0;
  const racing = createDocuments({
    async canonical() {
      looks += 1;
      return looks === 2 ? join(folder, "elsewhere/a.txt") : path;
    },
  });
  await expect(racing.save(path, "mine", await sha256("old"), never())).rejects.toMatchObject({
    kind: "stale",
  });
  expect(await readFile(path, "utf8")).toBe("old");
});

test("a read-only file is not changed, whoever we are", async () => {
  const path = join(await temporaryFolder(), "a.txt");
  await writeFile(path, "old");
  await chmod(path, 0o444);
  await expect(change(path, "new")).rejects.toMatchObject({
    kind: "failed",
    message: expect.stringContaining("read-only"),
  });
  await expect(documents.remove(path, await sha256("old"), never())).rejects.toMatchObject({
    kind: "failed",
  });
  expect(await readFile(path, "utf8")).toBe("old");
});

test.skipIf(process.getuid?.() === 0)(
  "a file in a folder that may not be written is changed in place",
  async () => {
    const folder = await temporaryFolder();
    await mkdir(join(folder, "closed"));
    const path = join(folder, "closed/a.txt");
    await writeFile(path, "old");
    await chmod(join(folder, "closed"), 0o555);
    await change(path, "new");
    expect(await readFile(path, "utf8")).toBe("new");
    await expect(documents.save(join(folder, "closed/b.txt"), "x", undefined, never())).rejects.toMatchObject(
      {
        kind: "failed",
      },
    );
    await chmod(join(folder, "closed"), 0o755);
  },
);

test("a FIFO and a device are unreadable and never opened", async () => {
  const folder = await temporaryFolder();
  execFileSync("mkfifo", [join(folder, "fifo")]);
  for (const path of [join(folder, "fifo"), "/dev/zero"]) {
    await expect(documents.open(path, never())).rejects.toMatchObject({ kind: "unreadable" });
    await expect(documents.save(path, "x", undefined, never())).rejects.toMatchObject({ kind: "unreadable" });
  }
});

test("nothing but the file is left in its folder, after success and after failure", async () => {
  const folder = await temporaryFolder();
  const path = join(folder, "a.txt");
  await documents.save(path, "one", undefined, never());
  await change(path, "two");
  await expect(documents.save(path, "three", undefined, never())).rejects.toMatchObject({ kind: "stale" });
  await expect(documents.save(join(path, "below"), "x", undefined, never())).rejects.toMatchObject({
    kind: "failed",
    message: expect.stringContaining("not a folder"),
  });
  expect(await readdir(folder)).toEqual(["a.txt"]);
});

test("a full disk leaves the old content, no half file and no new folders", async () => {
  const folder = await temporaryFolder();
  await writeFile(join(folder, "plain"), "old plain");
  await writeFile(join(folder, "shared"), "old shared");
  await link(join(folder, "shared"), join(folder, "second name"));
  const kinds = await runLimited("save-until-full.ts", folder);
  expect(kinds).toEqual(["failed", "failed", "failed"]);
  expect(await readFile(join(folder, "plain"), "utf8")).toBe("old plain");
  expect(await readFile(join(folder, "second name"), "utf8")).toBe("old shared");
  expect((await readdir(folder)).toSorted()).toEqual(["plain", "second name", "shared"]);
});
