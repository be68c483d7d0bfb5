import { expect, test } from "vitest";
import { edit } from "../../src/tools/edit.ts";
import { read } from "../../src/tools/read.ts";
import { write } from "../../src/tools/write.ts";
import { toolWorld } from "./tool-world.ts";

const file = (content: string, file_path = "a.txt") => ({ file_path, content });

test("a new file needs no reading before and none after", async () => {
  const { say, run, files } = toolWorld();
  expect(await say(write, file("one\ntwo\n", "deep/down/a.txt"))).toBe("Created deep/down/a.txt (2 lines).");
  expect(files.get("/w/deep/down/a.txt")).toBe("one\ntwo\n");
  await run(edit, { file_path: "deep/down/a.txt", old_string: "two", new_string: "2" });
  await run(write, file("all new\n", "deep/down/a.txt"));
  expect(files.get("/w/deep/down/a.txt")).toBe("all new\n");
});

test("an existing file is replaced only when all of it was read and nothing changed since", async () => {
  const { run, fail, say, files } = toolWorld({ files: { "/w/a.txt": "one\ntwo\n" } });
  expect(await fail(write, file("x"))).toBe(
    "invalid_input: a.txt exists and you have not read it. Read it first.",
  );
  await run(read, { file_path: "a.txt", limit: 1 });
  expect(await fail(write, file("x"))).toMatch(/^invalid_input: You have only a part of a\.txt before you/);
  await run(read, { file_path: "a.txt" });
  files.set("/w/a.txt", "changed\n");
  expect(await fail(write, file("x"))).toBe("stale: a.txt changed since you read it.");
  expect(files.get("/w/a.txt")).toBe("changed\n");
  await run(read, { file_path: "a.txt" });
  expect(await say(write, file("x\n"))).toBe("Replaced a.txt (1 lines now).");
});

test("Windows line ends and the byte order mark of a file are kept", async () => {
  const { run, files } = toolWorld({ files: { "/w/a.txt": "\uFEFFa\r\nb\r\n", "/w/mixed.txt": "a\r\nb\n" } });
  await run(read, { file_path: "a.txt" });
  await run(write, file("\uFEFFone\ntwo\n"));
  expect(files.get("/w/a.txt")).toBe("\uFEFFone\r\ntwo\r\n");
  await run(write, file("x\r\ny\n"));
  expect(files.get("/w/a.txt")).toBe("\uFEFFx\r\ny\n");
  await run(read, { file_path: "mixed.txt" });
  await run(write, file("one\ntwo\n", "mixed.txt"));
  expect(files.get("/w/mixed.txt")).toBe("one\ntwo\n");
});

test("writing what is already there changes nothing", async () => {
  const { run, say, saves } = toolWorld({ files: { "/w/a.txt": "same\n" } });
  await run(read, { file_path: "a.txt" });
  expect(await say(write, file("same\n"))).toBe(
    "a.txt already has exactly this content; nothing was written.",
  );
  expect(saves).toEqual([]);
});

test("a binary file is not overwritten", async () => {
  const { fail } = toolWorld({ files: { "/w/a.txt": new Uint8Array([0, 1]) } });
  expect(await fail(write, file("x"))).toMatch(/^unreadable: /);
});

test("the card shows all that will be written, and an impossible write gets none", async () => {
  const { preview, previewFailure } = toolWorld({ files: { "/w/old.txt": "x" } });
  expect(await preview(write, file("a\nb\n"))).toMatchObject({
    kind: "diff",
    op: "create",
    added: 2,
    hunks: [{ lines: ["+a", "+b"] }],
    beforeHash: "",
  });
  expect(await previewFailure(write, file("a", "old.txt"))).toMatch(/Read it first\.$/);
});

test("what the editor made of it while saving has to be read first", async () => {
  const { say, fail } = toolWorld({ format: (_path, text) => `${text};` });
  expect(await say(write, file("x"))).toBe(
    "Created a.txt (1 lines).\nThe editor formatted it while saving: Read it before you go on.",
  );
  expect(await fail(write, file("y"))).toMatch(/^invalid_input: You have only a part/);
});

test("errors in what was written come back with the result", async () => {
  const { say } = toolWorld({
    diagnose: (path) => [{ path, line: 3, severity: "error", message: "Oh", source: "" }],
  });
  expect(await say(write, file("x"))).toBe(
    "Created a.txt (1 lines).\nNew errors after this change:\nline 3: Oh",
  );
});

test("a link is written through to where it leads, as that place was declared", async () => {
  const { run, files } = toolWorld({
    files: { "/w/real.txt": "x\n" },
    links: { "/w/link.txt": "/w/real.txt" },
  });
  await run(read, { file_path: "link.txt" });
  await run(write, file("y\n", "link.txt"));
  expect(files.get("/w/real.txt")).toBe("y\n");
});
