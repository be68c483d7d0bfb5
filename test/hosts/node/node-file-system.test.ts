import { execFileSync } from "node:child_process";
import { mkdir, symlink, truncate, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { createFileSystem } from "../../../src/hosts/node/node-file-system.ts";
import { refuseUnsafePath } from "../../../src/hosts/node/path-guard.ts";
import { never } from "../../contract/world.ts";
import { temporaryFolder } from "./temporary.ts";

const fs = createFileSystem();

test("links are followed, in the middle of a path too", async () => {
  const folder = await temporaryFolder();
  await mkdir(join(folder, "inside"));
  await mkdir(join(folder, "outside"));
  await symlink(join(folder, "outside"), join(folder, "inside/way-out"));
  expect(await fs.canonical(join(folder, "inside/way-out/new/file.txt"))).toBe(
    join(folder, "outside/new/file.txt"),
  );
});

test("a link to something that does not exist counts as its target, because writing would create that", async () => {
  const folder = await temporaryFolder();
  await mkdir(join(folder, "inside"));
  await symlink("../outside.txt", join(folder, "inside/dangling"));
  await symlink("dangling", join(folder, "inside/twice"));
  expect(await fs.canonical(join(folder, "inside/twice"))).toBe(join(folder, "outside.txt"));
});

test("links that go in circles are refused", async () => {
  const folder = await temporaryFolder();
  await symlink("b", join(folder, "a"));
  await symlink("a", join(folder, "b"));
  await expect(fs.canonical(join(folder, "a"))).rejects.toMatchObject({ kind: "unreadable" });
});

test("a FIFO, a socket and a device are neither files nor ever opened", async () => {
  const folder = await temporaryFolder();
  const fifo = join(folder, "fifo");
  execFileSync("mkfifo", [fifo]);
  const socket = join(folder, "socket");
  const server = createServer().listen(socket);
  onTestFinished(() => void server.close());
  await new Promise((resolve) => server.once("listening", resolve));
  for (const path of [fifo, socket, "/dev/zero", "/dev/tty"]) {
    expect((await fs.stat(path)).kind).toBe("other");
    await expect(fs.read(path, never())).rejects.toMatchObject({ kind: "unreadable" });
  }
});

test.runIf(process.platform === "linux")(
  "the kernel's files are not read: one of them holds our environment",
  async () => {
    await expect(fs.read("/proc/self/environ", never())).rejects.toMatchObject({ kind: "denied" });
  },
);

test("a folder that is read as a file says so, and a file that is listed says so", async () => {
  const folder = await temporaryFolder();
  await writeFile(join(folder, "file"), "x");
  await expect(fs.read(folder, never())).rejects.toMatchObject({ kind: "unreadable" });
  await expect(fs.list(join(folder, "file"), never())).rejects.toMatchObject({ kind: "invalid_input" });
  await expect(fs.read(join(folder, "file/x"), never())).rejects.toMatchObject({ kind: "not_found" });
});

test("links are listed as what they lead to", async () => {
  const folder = await temporaryFolder();
  await mkdir(join(folder, "real"));
  await symlink("real", join(folder, "link"));
  await symlink("none", join(folder, "broken"));
  expect(await fs.list(folder, never())).toEqual([
    { name: "broken", isDirectory: false },
    { name: "link", isDirectory: true },
    { name: "real", isDirectory: true },
  ]);
});

test("a file of 50 MB is read whole, one of a terabyte only in part", async () => {
  const folder = await temporaryFolder();
  const path = join(folder, "big");
  await writeFile(path, "");
  await truncate(path, 50 * 1024 * 1024);
  expect((await fs.read(path, never())).length).toBe(50 * 1024 * 1024);
  await truncate(path, 1024 ** 4);
  await expect(fs.read(path, never())).rejects.toMatchObject({ kind: "unreadable" });
  expect((await fs.read(path, never(), { offset: 1024 ** 3, length: 10 })).length).toBe(10);
});

test("a path with a NUL is refused before anything is looked at", async () => {
  await expect(fs.stat("/etc/passwd\0.txt")).rejects.toMatchObject({ kind: "invalid_input" });
});

test.each([
  ["\\\\server\\share\\x", "denied"],
  ["//server/share/x", "denied"],
  ["\\\\?\\C:\\x", "denied"],
  ["\\??\\C:\\x", "denied"],
  ["C:\\proj\\a.ts::$DATA", "denied"],
  ["C:\\proj\\a.ts", undefined],
  ["\\\\known\\share\\proj\\a.ts", undefined],
])("on Windows %s is judged before it is touched", (path, kind) => {
  const judge = () => refuseUnsafePath(path, "win32", ["C:\\proj", "\\\\known\\share\\proj"]);
  if (kind === undefined) expect(judge).not.toThrow();
  else expect(judge).toThrow(expect.objectContaining({ kind }));
});
