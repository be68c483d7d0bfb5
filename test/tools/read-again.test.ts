import { expect, test } from "vitest";
import { sha256 } from "../../src/core/hash.ts";
import { edit } from "../../src/tools/edit.ts";
import { notebookEdit } from "../../src/tools/notebook-edit.ts";
import { read } from "../../src/tools/read.ts";
import { write } from "../../src/tools/write.ts";
import { toolWorld } from "./tool-world.ts";

const line = (i: number): string => `line ${i}: what stands here is of some length, as lines of code are`;
const lines = (count: number, ends = "\n"): string =>
  Array.from({ length: count }, (_, i) => `${line(i + 1)}${ends}`).join("");
const numbered = (first: number, last: number): string =>
  Array.from({ length: last - first + 1 }, (_, i) => `${first + i}\t${line(first + i)}`).join("\n");

/** With what was read kept as a blob, as it is before every request. */
async function worldWith(text: string) {
  const world = toolWorld({ files: { "/w/a.txt": text } });
  const { host } = world;
  await host.blobs.put(text);
  return {
    ...world,
    say: (input: object = {}) => world.say(read, { file_path: "a.txt", ...input }),
    change: async (now: string) => {
      world.files.set("/w/a.txt", now);
      await host.blobs.put(now);
    },
  };
}

test("an unchanged file is not sent again, and neither is a range of it", async () => {
  const { say } = await worldWith(lines(40));
  expect(await say()).toBe(numbered(1, 40));
  expect(await say()).toBe("[a.txt is unchanged since you read it.]");
  expect(await say({ offset: 5, limit: 20 })).toBe(
    "[Lines 5-24 of a.txt (40 in all) are unchanged since you read them.]",
  );
});

test("who asks again and again for what is above cannot find it, and gets it", async () => {
  const { say } = await worldWith(lines(40));
  const answers = [await say(), await say(), await say(), await say(), await say()];
  expect(answers.map((text) => text.startsWith("[a.txt is unchanged"))).toEqual([
    false,
    true,
    true,
    false,
    true,
  ]);
});

test("a few words are sent as they are rather than a longer word about them", async () => {
  const { say } = await worldWith("one\n");
  expect([await say(), await say()]).toEqual(["1\tone", "1\tone"]);
});

test("ranges that were read add up, also to a file that may be written", async () => {
  const { say, run } = await worldWith(lines(60));
  await say({ limit: 30 });
  expect(await say({ offset: 31 })).toBe(numbered(31, 60));
  expect(await say()).toBe("[a.txt is unchanged since you read it.]");
  await run(write, { file_path: "a.txt", content: "short\n" });
});

test("of a range that overlaps what was read, only the rest is sent", async () => {
  const { say } = await worldWith(lines(100));
  await say({ limit: 60 });
  expect(await say({ offset: 21 })).toBe(
    `[Lines 21-100 of a.txt (100 in all): you have all but 61-100 above, unchanged. These are:]\n${numbered(61, 100)}`,
  );
  await say({ offset: 1, limit: 100 });
});

test("a changed file is sent as a patch of what was read, with a word that the copy is out of date", async () => {
  const { say, change } = await worldWith(lines(100));
  await say();
  await change(lines(100).replace(line(50), "fifty"));
  const patch = await say();
  expect(patch).toMatch(
    /^\[a\.txt has changed since you read it, so what you have of it above is out of date\./,
  );
  expect(patch).toContain(
    `@@ -47,7 +47,7 @@\n ${line(47)}\n ${line(48)}\n ${line(49)}\n-${line(50)}\n+fifty\n`,
  );
  expect(patch.split("\n")).toHaveLength(10);
  expect(await say()).toBe("[a.txt is what you read above with the edits made since; nothing else changed.]");
});

test("a file that changed too much is sent whole, and its copy is called out of date", async () => {
  const { say, change } = await worldWith(lines(40));
  await say();
  await change(lines(40).replaceAll("line", "LINE"));
  const text = await say();
  expect(text).toContain("1\tLINE 1: what");
  expect(text).toMatch(
    /\n\[a\.txt has changed since you read it: what you have of it further up is out of date\.\]$/,
  );
});

test("a change of which the base is not known any more is sent whole", async () => {
  const { say, files } = toolWorldWithoutBlobs();
  await say();
  files.set("/w/a.txt", lines(40).replace(line(20), "twenty"));
  expect((await say()).split("\n")).toHaveLength(41);
});
function toolWorldWithoutBlobs() {
  const world = toolWorld({ files: { "/w/a.txt": lines(40) } });
  return { files: world.files, say: () => world.say(read, { file_path: "a.txt" }) };
}

test("a part that was read is patched, and a part that was not is sent", async () => {
  const { say, change } = await worldWith(lines(200));
  await say({ limit: 60 });
  await change(`new first line\n${lines(200)}`);
  expect(await say({ limit: 60 })).toContain("@@ -1,3 +1,4 @@\n+new first line");
  expect((await say({ offset: 100, limit: 50 })).startsWith("100\tline 99:")).toBe(true);
});

test("what the agent edited itself it knows", async () => {
  const { say, run } = await worldWith(lines(60));
  await say();
  await run(edit, { file_path: "a.txt", old_string: line(30), new_string: "thirty\nthirty and a half" });
  expect(await say()).toBe("[a.txt is what you read above with the edits made since; nothing else changed.]");
  expect(await say({ offset: 25, limit: 20 })).toContain(
    "Lines 25-44 of a.txt (61 in all) are what you read above",
  );
});

test("what the agent wrote itself it knows", async () => {
  const { say, run } = await worldWith(lines(60));
  await run(write, { file_path: "new.txt", content: lines(50) });
  expect(await say({ file_path: "new.txt" })).toBe("[new.txt is unchanged since you read it.]");
});

test("an edit beside the part that was read does not make the rest known", async () => {
  const { say, run } = await worldWith(lines(100));
  await say({ limit: 20 });
  await run(edit, { file_path: "a.txt", old_string: line(90), new_string: "ninety" });
  expect(await say({ limit: 20 })).toContain("Lines 1-20 of a.txt (100 in all) are what you read above");
  expect(await say({ offset: 85 })).toContain("86\tline 86:");
});

test("Windows line ends change nothing about it, and a change of nothing else is said", async () => {
  const { say, change } = await worldWith(lines(40, "\r\n"));
  await say();
  await change(lines(40));
  expect(await say()).toBe("[a.txt has changed since you read it, but only in its line ends.]");
  await change(lines(40, "\r\n").replace(line(20), "twenty"));
  expect(await say()).toContain(`-${line(20)}\n+twenty\n ${line(21)}`);
});

test("an unsaved text is the file's text, and it is said that it is not saved", async () => {
  const world = toolWorld({ files: { "/w/a.txt": "old" }, unsaved: { "/w/a.txt": lines(40) } });
  await world.say(read, { file_path: "a.txt" });
  expect(await world.say(read, { file_path: "a.txt" })).toBe(
    "[a.txt is unchanged since you read it.]\n[The editor holds unsaved changes of this file; this is its text.]",
  );
});

test("a file with a secret in it is never taken apart: half of a key is recognised by nobody", async () => {
  const text = `${lines(20)}-----BEGIN KEY-----\n${lines(20)}`;
  const hide = (shown: string): string => shown.replace("-----BEGIN KEY-----", "[REDACTED]");
  const { host, files, say } = toolWorld({ files: { "/w/a.txt": text }, hide });
  await host.blobs.put(text);
  await say(read, { file_path: "a.txt" });
  files.set("/w/a.txt", text.replace(line(3), "three"));
  expect((await say(read, { file_path: "a.txt" })).split("\n")).toHaveLength(42);
});

test("what an agent has of a file is what its record says", async () => {
  const { run } = await worldWith(lines(40));
  const output = await run(read, { file_path: "a.txt", offset: 11, limit: 10 });
  expect(output.seen).toEqual([
    { path: "/w/a.txt", hash: await sha256(lines(40)), isPartial: true, lines: [[11, 20]], lineCount: 40 },
  ]);
});

test("a picture that was looked at is not sent again until it is another one", async () => {
  const png = (width: number): Uint8Array =>
    Uint8Array.from([
      ...[0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52],
      ...[0, 0, 0, width, 0, 0, 0, 6],
    ]);
  const { say, files } = toolWorld({ files: { "/w/a.png": png(3) } });
  const look = () => say(read, { file_path: "a.png" });
  expect([await look(), await look()]).toEqual(["<image>", "[a.png is unchanged since you looked at it.]"]);
  files.set("/w/a.png", png(4));
  expect(await look()).toBe("<image>");
});

test("of a file of many pages the way on is said, also when a page is not sent again", async () => {
  const { say } = await worldWith("x\n".repeat(4_500));
  await say();
  expect(await say()).toBe(
    "[Lines 1-2000 of a.txt (4500 in all) are unchanged since you read them.]\n[Lines 1-2000 of 4500. Go on: call Read with offset=2001.]",
  );
});

test("of a notebook that changed, the cells that did are sent, also those that the agent changed itself", async () => {
  const cell = (id: string, source: string) => ({
    ...{ id, cell_type: "code", source, metadata: {}, outputs: [], execution_count: null },
  });
  const notebook = (...sources: string[]) =>
    JSON.stringify({
      cells: sources.map((source, i) => cell(`c${i + 1}`, source)),
      ...{ metadata: {}, nbformat: 4, nbformat_minor: 5 },
    });
  const sources = Array.from({ length: 6 }, (_, i) => `${i + 1}\n${lines(6)}`);
  const { say, run, files, host } = toolWorld({ files: { "/w/n.ipynb": notebook(...sources) } });
  const look = (more: object = {}) => say(read, { file_path: "n.ipynb", ...more });
  await host.blobs.put(notebook(...sources));
  expect((await look()).match(/<cell id/g)).toHaveLength(6);
  await run(notebookEdit, { notebook_path: "n.ipynb", cell_id: "c2", new_source: "two" });
  const told = await look();
  expect(told).toMatch(/^<cell id="c2">two<\/cell id="c2">\n\[n\.ipynb has changed since you read it/);
  expect(await look()).toBe("[n.ipynb is unchanged since you read it.]");
  const text = String(files.get("/w/n.ipynb"));
  await host.blobs.put(text);
  files.set("/w/n.ipynb", text.replace("5\\n", "five\\n"));
  // What changed is not among the cells that are asked for, so nothing is said of it and these are sent.
  expect((await look({ offset: 1, limit: 3 })).match(/<cell id/g)).toHaveLength(3);
});
