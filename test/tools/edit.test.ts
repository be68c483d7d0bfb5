import { expect, test } from "vitest";
import type { Diagnostic } from "../../src/core/ports.ts";
import { edit } from "../../src/tools/edit.ts";
import { read } from "../../src/tools/read.ts";
import { toolWorld, type WorldSetup } from "./tool-world.ts";

async function afterReading(files: Record<string, string | Uint8Array>, setup: WorldSetup = {}) {
  const world = toolWorld({ ...setup, files });
  for (const path of Object.keys(files)) await world.run(read, { file_path: path });
  return world;
}
const change = (old_string: string, new_string: string, more: object = {}) => ({
  file_path: "a.ts",
  old_string,
  new_string,
  ...more,
});

test("an edit changes the one place and shows it with the lines around it", async () => {
  const before = "one\ntwo\nthree\nfour\nfive\nsix\nseven\n";
  const { run, files, edits } = await afterReading({ "/w/a.ts": before });
  const output = await run(edit, change("four", "FOUR\nand a half"));
  expect(files.get("/w/a.ts")).toBe(before.replace("four", "FOUR\nand a half"));
  expect(output.content).toBe("Edited a.ts:\n3\tthree\n4\tFOUR\n5\tand a half\n6\tfive");
  expect(output.detail).toMatchObject({ kind: "diff", op: "modify", added: 2, removed: 1 });
  expect(edits).toMatchObject([{ path: "/w/a.ts", beforeText: before }]);
});

test("a file that was never read is not edited", async () => {
  const { fail, files } = toolWorld({ files: { "/w/a.ts": "one" } });
  expect(await fail(edit, change("one", "two"))).toBe(
    "invalid_input: You have not read a.ts yet. Read it first, then edit it.",
  );
  expect(files.get("/w/a.ts")).toBe("one");
});

test("reading a part is enough to edit", async () => {
  const { run, files, seen } = toolWorld({ files: { "/w/a.ts": "one\ntwo\n" } });
  await run(read, { file_path: "a.ts", limit: 1 });
  await run(edit, change("two", "2"));
  expect(files.get("/w/a.ts")).toBe("one\n2\n");
  expect(seen.get("/w/a.ts")?.isPartial).toBe(true);
});

test("edits follow one another without reading again", async () => {
  const { run, files, seen } = await afterReading({ "/w/a.ts": "one\ntwo\n" });
  await run(edit, change("one", "1"));
  await run(edit, change("two", "2"));
  expect(files.get("/w/a.ts")).toBe("1\n2\n");
  expect(seen.get("/w/a.ts")?.isPartial).toBe(false);
});

test("CRLF, byte order mark and unicode around the place survive", async () => {
  const { run, files } = await afterReading({ "/w/a.ts": "\uFEFF“é”\r\n\u{1F469}\u200D\u{1F467}\r\nx\r\n" });
  await run(edit, change("x\n", "y\nz\n"));
  expect(files.get("/w/a.ts")).toBe("\uFEFF“é”\r\n\u{1F469}\u200D\u{1F467}\r\ny\r\nz\r\n");
});

test("unsaved text is what is edited, and it stays unsaved", async () => {
  const { run, files, unsaved } = await afterReading(
    { "/w/a.ts": "disk" },
    { unsaved: { "/w/a.ts": "typed" } },
  );
  await run(edit, change("typed", "typed and edited"));
  expect(unsaved.get("/w/a.ts")).toBe("typed and edited");
  expect(files.get("/w/a.ts")).toBe("disk");
});

test("replacing all places says how many there were", async () => {
  const { say, files } = await afterReading({ "/w/a.ts": "x y x\n" });
  expect(await say(edit, change("x", "z", { replace_all: true }))).toBe("Edited a.ts in 2 places:\n1\tz y z");
  expect(files.get("/w/a.ts")).toBe("z y z\n");
});

test("a text that is not there is explained, with the lines that were probably meant", async () => {
  const { fail } = await afterReading({
    "/w/a.ts": "import x;\n\nfunction total(items) {\n\treturn items.length;\n}\n",
  });
  expect(await fail(edit, change("function total(items) {\n  return items.length;", "y"))).toBe(
    "invalid_input: old_string was not found in a.ts. The same text is there with other blanks or indentation.\n" +
      "The closest text begins at line 3:\n3\tfunction total(items) {\n4\t\treturn items.length;",
  );
});

test("several matches, no change, an empty old_string and a missing file are told apart", async () => {
  const { fail } = await afterReading({ "/w/a.ts": "x\ny\nx\n" });
  expect(await fail(edit, change("x", "z"))).toBe(
    "invalid_input: old_string matches 2 places in a.ts (lines 1, 3). Include more lines around the one you mean, or set replace_all.",
  );
  expect(await fail(edit, change("x", "x"))).toMatch(
    /^invalid_input: old_string and new_string are the same/,
  );
  expect(await fail(edit, change("", "x"))).toMatch(/^invalid_input: old_string is empty, but a\.ts is not/);
  expect(await fail(edit, change("x", "y", { file_path: "b.ts" }))).toMatch(
    /^not_found: b\.ts does not exist/,
  );
});

test("an empty old_string creates a file, and fills an empty one", async () => {
  const { say, run, files } = await afterReading({ "/w/empty.ts": "" });
  expect(await say(edit, change("", "new\n"))).toBe("Created a.ts:\n1\tnew");
  await run(edit, change("", "filled\n", { file_path: "empty.ts" }));
  expect([files.get("/w/a.ts"), files.get("/w/empty.ts")]).toEqual(["new\n", "filled\n"]);
});

test("a file that changed since it was read is still edited where the text is unique, and the result says so", async () => {
  const { say, files, seen } = await afterReading({ "/w/a.ts": "one\ntwo\n" });
  files.set("/w/a.ts", "zero\none\ntwo\n");
  expect(await say(edit, change("two", "2"))).toMatch(
    /The file had changed since you read it; your text still matched\.$/,
  );
  expect(files.get("/w/a.ts")).toBe("zero\none\n2\n");
  expect(seen.get("/w/a.ts")?.isPartial).toBe(true);
});

test("in a file that changed, what no longer matches once has to be read again", async () => {
  const { fail, files } = await afterReading({ "/w/a.ts": "x\n" });
  files.set("/w/a.ts", "x\nx\n");
  expect(await fail(edit, change("x", "y", { replace_all: true }))).toMatch(/^stale: /);
  files.set("/w/a.ts", "gone\n");
  expect(await fail(edit, change("x", "y"))).toBe(
    "stale: old_string was not found in a.ts. The file changed since you read it.",
  );
});

test("a file deleted between reading and editing is said to be gone", async () => {
  const { fail, files } = await afterReading({ "/w/a.ts": "x\n" });
  files.delete("/w/a.ts");
  expect(await fail(edit, change("x", "y"))).toMatch(/^not_found: a\.ts does not exist/);
});

test("a file that changes between the plan and the write is not overwritten", async () => {
  const world = await afterReading({ "/w/a.ts": "x\n" }, { diagnose: () => [] });
  const diagnose = world.host.editor.diagnostics;
  // The user saves while the diagnostics are being asked for, which is after the plan was made.
  Object.assign(world.host.editor, {
    diagnostics: (path: string | undefined) => {
      world.files.set("/w/a.ts", "user's\n");
      return diagnose(path);
    },
  });
  expect(await world.fail(edit, change("x", "y"))).toMatch(/^\w+: .*changed/s);
  expect(world.files.get("/w/a.ts")).toBe("user's\n");
});

test("an edit that somebody's typing overtakes is made again where it still fits", async () => {
  const world = await afterReading({ "/w/a.ts": "x\nz\n" }, { diagnose: () => [] });
  const diagnose = world.host.editor.diagnostics;
  let keys = 0;
  Object.assign(world.host.editor, {
    diagnostics: (path: string | undefined) => {
      // It takes a while to answer, so it is asked once.
      keys += 1;
      world.files.set("/w/a.ts", `x\nz${"!".repeat(keys)}\n`);
      return diagnose(path);
    },
  });
  expect(await world.say(edit, change("x", "y"))).toContain("Edited a.ts");
  expect(world.files.get("/w/a.ts")).toBe("y\nz!\n");
});

test("the card shows the change, and there is no card for an impossible one", async () => {
  const { preview, previewFailure, fail, saves } = await afterReading({ "/w/a.ts": "x\n" });
  expect(await preview(edit, change("x", "y"))).toMatchObject({
    kind: "diff",
    path: "/w/a.ts",
    hunks: [{ lines: ["-x", "+y"] }],
  });
  expect(await previewFailure(edit, change("nope", "y"))).toBe(await fail(edit, change("nope", "y")));
  expect(saves).toEqual([]);
});

const problem = (
  path: string,
  line: number,
  message: string,
  severity: Diagnostic["severity"] = "error",
) => ({
  path,
  line,
  message,
  severity,
  source: "ts",
});

test("errors that are new after the edit come back with it, known ones and warnings do not", async () => {
  const { say } = await afterReading(
    { "/w/a.ts": "let a: old;\nlet b;\n" },
    {
      diagnose: (path, text) =>
        text
          .split("\n")
          .flatMap((line, index) => [
            ...(line.includes("old") ? [problem(path, index + 1, "Cannot find name 'old'.")] : []),
            ...(line.includes("bad") ? [problem(path, index + 1, "Cannot find\nname 'bad'.")] : []),
            ...(line.includes("let") ? [problem(path, index + 1, "Unused.", "warning")] : []),
          ]),
    },
  );
  const text = await say(edit, change("let a", "// moves everything down\nlet c: bad;\nlet a"));
  expect(text.split("\nNew errors")[1]).toBe(" after this change:\nline 2: Cannot find name 'bad'. (ts)");
});

test("of two errors with the same words the one in a changed line is the new one", async () => {
  const { run } = await afterReading(
    { "/w/a.ts": "a: bad\nb: good\nc: bad\n" },
    {
      diagnose: (path, text) =>
        text
          .split("\n")
          .flatMap((line, index) => (line.includes("bad") ? [problem(path, index + 1, "Bad.")] : [])),
    },
  );
  const output = await run(edit, change("b: good", "b: bad"));
  expect(output.problems).toEqual([{ path: "/w/a.ts", message: "Bad.", source: "ts", lineText: "b: bad" }]);
});

test("the same error twice is new when it was there once", async () => {
  const { say } = await afterReading(
    { "/w/a.ts": "bad\n" },
    {
      diagnose: (path, text) =>
        text.split("\n").flatMap((line, index) => (line === "bad" ? [problem(path, index + 1, "bad")] : [])),
    },
  );
  expect(await say(edit, change("bad\n", "bad\nbad\n"))).toMatch(
    /New errors after this change:\nline 2: bad \(ts\)$/,
  );
});

test("a broken language service does not fail an edit", async () => {
  const world = await afterReading({ "/w/a.ts": "x\n" });
  const broken = () => Promise.reject(new Error("crashed"));
  Object.assign(world.host.editor, { diagnostics: broken, nextDiagnostics: broken });
  expect(await world.say(edit, change("x", "y"))).toBe("Edited a.ts:\n1\ty");
});

test("what a formatter made of the edit is shown, and has to be read before overwriting", async () => {
  const { say, seen } = await afterReading(
    { "/w/a.ts": "x\n" },
    { format: (_path, text) => text.replace("y", "y;") },
  );
  expect(await say(edit, change("x", "y"))).toBe(
    "Edited a.ts:\n1\ty;\nThe editor formatted the file while saving it; the lines above are what it holds now.",
  );
  expect(seen.get("/w/a.ts")?.isPartial).toBe(true);
});

test("a big edit is confirmed by where it begins and ends: what is between, the model has just said", async () => {
  const { say } = await afterReading({ "/w/a.ts": "x\n" });
  const text = await say(edit, change("x", "y\n".repeat(300)));
  expect(text).toBe("Edited a.ts:\n1\ty\n2\ty\n… (297 more of your lines)\n300\ty\n301\t");
});

test("a rule for an edit covers its file, or its folder where that is not too much", async () => {
  const ruleIn = (roots: string[]) => (file_path: string) =>
    toolWorld({ roots }).suggestions(edit, { file_path, old_string: "a", new_string: "b" });
  const rule = ruleIn(["/w"]);
  expect(await rule("src/deep/a.ts")).toEqual([["Edit(/src/deep/a.ts)"], ["Edit(/src/deep/**)"]]);
  expect(await rule("package.json")).toEqual([["Edit(/package.json)"]]);
  expect(await rule(".vscode/settings.json")).toEqual([["Edit(/.vscode/settings.json)"]]);
  expect((await rule("app/[id]/page.tsx")).at(-1)).toEqual(["Edit(/app/\\[id\\]/**)"]);
  expect((await ruleIn(["/w", "/other"])("/other/src/b.ts")).at(-1)).toEqual(["Edit(//other/src/**)"]);
  expect(await rule("/home/me/x/y.ts")).toEqual([["Edit(//home/me/x/y.ts)"]]);
  expect(await rule("a\nb.ts")).toEqual([]);
});

test("what a formatter made of an edit is recorded as its work, not as the agent's or the user's", async () => {
  const { run, edits } = await afterReading(
    { "/w/a.ts": "x\n" },
    { format: (_path, text) => text.replace("y", "y;") },
  );
  await run(edit, change("x", "y"));
  expect(edits).toMatchObject([
    { beforeText: "x\n", afterText: "y\n" },
    { beforeText: "y\n", afterText: "y;\n", by: "formatter" },
  ]);
});

const several = (...pairs: [string, string, boolean?][]) => ({
  file_path: "a.ts",
  edits: pairs.map(([old_string, new_string, replace_all]) => ({ old_string, new_string, replace_all })),
});

test("several edits are one change, each made in what those before it left", async () => {
  const { run, files, edits } = await afterReading({ "/w/a.ts": "one\ntwo\nthree\n" });
  await run(edit, several(["one", "1"], ["1\ntwo", "1\n2"], ["e", "E", true]));
  expect(files.get("/w/a.ts")).toBe("1\n2\nthrEE\n");
  expect(edits).toHaveLength(1);
});

test("of several edits those that match are made, and the others are told with what would repair them", async () => {
  const { run, files } = await afterReading({ "/w/a.ts": "one\ntwo\ntwo\nThree\n" });
  const { content } = await run(edit, several(["one", "1"], ["two", "2"], ["three", "3"]));
  expect(files.get("/w/a.ts")).toBe("1\ntwo\ntwo\nThree\n");
  expect(content).toContain("Edit 2 was not made: old_string matches 2 places in a.ts (lines 2, 3).");
  expect(content).toContain(
    "Edit 3 was not made: old_string was not found in a.ts. The same text is there in other",
  );
  expect(content).not.toContain("Edit 1 was not made");
});

test("when none of several edits matches, nothing is written and each says why", async () => {
  const { fail, files } = await afterReading({ "/w/a.ts": "one\n" });
  const why = await fail(edit, several(["two", "2"], ["three", "3"]));
  expect(why).toMatch(
    /^invalid_input: None of the edits was made\.\nEdit 1 was not made: .*\nEdit 2 was not made: /s,
  );
  expect(files.get("/w/a.ts")).toBe("one\n");
});

test("a pair and a list at once, half a pair and nothing are refused", async () => {
  const { fail } = await afterReading({ "/w/a.ts": "one\n" });
  const words = "invalid_input: Give either old_string and new_string, or edits.";
  expect(await fail(edit, { ...change("one", "1"), ...several(["one", "1"]) })).toBe(words);
  expect(await fail(edit, { file_path: "a.ts", old_string: "one" })).toBe(words);
  expect(await fail(edit, { file_path: "a.ts" })).toBe(words);
  expect(await fail(edit, several())).toBe(words);
});
