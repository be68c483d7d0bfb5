import { mkdir, mkdtemp, realpath, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createNodeHost } from "../../src/hosts/node/node-host.ts";
import { glob } from "../../src/tools/glob.ts";
import { grep } from "../../src/tools/grep.ts";
import { toolRunner, toolWorld } from "./tool-world.ts";

let base = "";
let world: ReturnType<typeof toolRunner>;

async function put(files: Record<string, string>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    const target = join(base, path);
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, text);
  }
}

beforeAll(async () => {
  base = await realpath(await mkdtemp(join(tmpdir(), "plumb-search-")));
  await put({
    "w/.gitignore": "node_modules/\n*.log\nout.json\n",
    "w/.git/config": "needle in version control",
    "w/.github/ci.yml": "needle: yes\n",
    "w/.env": "KEY=needle\n",
    "w/node_modules/x/index.ts": "needle\n",
    "w/debug.log": "needle\n",
    "w/out.json": '{"needle": 1}\n',
    "w/package.json": '{"needle": 2}\n',
    "w/src/a.ts": "one\nneedle one\ntwo\nthree\nfour\nNeedle two\n",
    "w/src/b.ts": "const x = 1;\nneedle b\n",
    "w/src/app/[id]/(group)/page.tsx": "export default 1;\n",
    "w/src/long.ts": `needle ${"y".repeat(5_000)}\n`,
    "w/src/-dash.ts": "needle dash\n",
    "w/bin.dat": "needle\0\u0001",
    "w/many/.keep": "",
    "elsewhere/c.ts": "needle outside\n",
  });
  await Promise.all(
    Array.from({ length: 130 }, (_, index) =>
      writeFile(join(base, "w/many", `f${index}.txt`), `row ${index}\n`),
    ),
  );
  await utimes(join(base, "w/src/b.ts"), 2_000_000_000, 2_000_000_000);
  await utimes(join(base, "w/src/a.ts"), 1_000_000_000, 1_000_000_000);
  const cwd = join(base, "w");
  const host = createNodeHost({
    roots: [cwd],
    dataDir: join(base, "data"),
    version: "0",
    environment: process.env,
  });
  world = toolRunner(host, { cwd });
});
afterAll(() => rm(base, { recursive: true, force: true }));

const lines = async (tool: typeof grep, input: object): Promise<string[]> =>
  (await world.say(tool, input)).split("\n");
const outside = (): string => join(base, "elsewhere");

test("files are found by glob, newest first, hidden ones too, ignored ones not", async () => {
  const found = await lines(glob, { pattern: "**/*.ts" });
  expect(found[0]).toBe("src/b.ts");
  expect(found.at(-1)).toBe("src/a.ts");
  expect(found.toSorted()).toEqual(["src/-dash.ts", "src/a.ts", "src/b.ts", "src/long.ts"]);
  expect(await lines(glob, { pattern: "**/*.yml" })).toEqual([".github/ci.yml"]);
  expect(await lines(glob, { pattern: "**/*.log" })).toEqual([
    "[No files match **/*.log in . (ignored files do not count).]".slice(1, -1),
  ]);
  expect(await lines(glob, { pattern: "*.json" })).toEqual(["package.json"]);
});

test("a pattern may begin with folders, go up, or be absolute", async () => {
  expect(await lines(glob, { pattern: "src/b.ts" })).toEqual(["src/b.ts"]);
  expect(await lines(glob, { pattern: "app/**/*.tsx", path: "src" })).toEqual([
    "src/app/[id]/(group)/page.tsx",
  ]);
  expect(await lines(glob, { pattern: "../elsewhere/*.ts" })).toEqual([join(outside(), "c.ts")]);
  expect(await lines(glob, { pattern: `${outside()}/**` })).toEqual([join(outside(), "c.ts")]);
  expect(await lines(glob, { pattern: "{src,none}/b.*" })).toEqual(["src/b.ts"]);
});

test("an ignored folder is searched when it is named", async () => {
  expect(await lines(glob, { pattern: "node_modules/**/*.ts" })).toEqual(["node_modules/x/index.ts"]);
});

test("more than a hundred files are cut and counted", async () => {
  const found = await lines(glob, { pattern: "many/*.txt" });
  expect(found).toHaveLength(101);
  expect(found.at(-1)).toBe("[The newest 100 of 130 files. Use a narrower pattern or path.]");
});

test("a folder that is not there, and a file taken for one, are said to be that", async () => {
  expect(await world.fail(glob, { pattern: "none/**" })).toMatch(/^not_found: /);
  expect(await world.fail(glob, { pattern: "*", path: "package.json" })).toBe(
    "invalid_input: package.json is not a folder.",
  );
});

test("matching files are listed newest first; version control, ignored and binary files and secrets are left out", async () => {
  const found = await lines(grep, { pattern: "needle" });
  expect(found[0]).toBe("src/b.ts");
  expect(found.slice(1, -1).toSorted()).toEqual([
    ".github/ci.yml",
    "package.json",
    "src/-dash.ts",
    "src/a.ts",
    "src/long.ts",
  ]);
  expect(found.at(-1)).toBe("[Left out because they may hold secrets: .env.]");
});

test("content comes with path and line, in the order of paths", async () => {
  expect(
    await lines(grep, { pattern: "needle", path: "src", output_mode: "content", glob: "[ab].ts" }),
  ).toEqual(["src/a.ts:2:needle one", "src/b.ts:2:needle b"]);
  const both = { pattern: "needle", path: "src/a.ts", output_mode: "content", "-i": true };
  expect(await lines(grep, { ...both, "-n": false })).toEqual(["src/a.ts:needle one", "src/a.ts:Needle two"]);
  expect(await lines(grep, { ...both, "-C": 1 })).toEqual([
    "src/a.ts-1-one",
    "src/a.ts:2:needle one",
    "src/a.ts-3-two",
    "--",
    "src/a.ts-5-four",
    "src/a.ts:6:Needle two",
  ]);
});

test("matches are counted per file", async () => {
  expect(
    await lines(grep, { pattern: "needle", path: "src", type: "ts", output_mode: "count", "-i": true }),
  ).toEqual(["src/-dash.ts:1", "src/a.ts:2", "src/b.ts:1", "src/long.ts:1"]);
});

test("a glob narrows the search without reaching into what is ignored", async () => {
  expect(await lines(grep, { pattern: "needle", glob: "*.json" })).toEqual(["package.json"]);
  expect(await lines(grep, { pattern: "needle", glob: "src/**" })).toHaveLength(4);
  const without = await lines(grep, { pattern: "needle", glob: "!*.ts" });
  expect(without.filter((path) => path.endsWith(".ts"))).toEqual([]);
});

test("a match over several lines is found when asked for", async () => {
  const input = { pattern: "one.*needle", path: "src" };
  expect(await world.say(grep, input)).toBe("[No matches.]");
  expect(await world.say(grep, { ...input, multiline: true })).toBe("src/a.ts");
});

test("long results are paged, long lines cut", async () => {
  const rows = { pattern: "row", path: "many" };
  expect((await lines(grep, { ...rows, head_limit: 10 })).at(-1)).toBe(
    "[Lines 1-10 of 130. Go on with offset=10, or narrow the search.]",
  );
  expect((await lines(grep, { ...rows, head_limit: 10, offset: 125 })).at(-1)).toBe(
    "[Lines 126-130 of 130.]",
  );
  expect(await world.say(grep, { ...rows, offset: 500 })).toBe("[There are only 130 lines.]");
  expect(await lines(grep, { ...rows, head_limit: 0 })).toHaveLength(130);
  const long = await world.say(grep, { pattern: "needle", path: "src/long.ts", output_mode: "content" });
  expect(long.length).toBeLessThan(700);
});

test("an invalid expression or type is explained in ripgrep's own words", async () => {
  expect(await world.fail(grep, { pattern: "a(" })).toMatch(/^invalid_input: [\s\S]*unclosed group/);
  expect(await world.fail(grep, { pattern: "a", type: "klingon" })).toMatch(
    /^invalid_input: [\s\S]*unrecognized file type/,
  );
});

test("a pattern or path that looks like an option is neither", async () => {
  expect(await world.say(grep, { pattern: "--files", path: "src" })).toBe("[No matches.]");
  expect(await lines(grep, { pattern: "needle", path: "src/-dash.ts" })).toEqual(["src/-dash.ts"]);
});

test("folders outside are searched as declared; a single file there is to be read instead", async () => {
  const path = outside();
  expect(world.accesses(grep, { pattern: "x", path })).toEqual([{ kind: "read", target: path }]);
  expect(await lines(grep, { pattern: "needle", path })).toEqual([join(path, "c.ts")]);
  expect(await world.fail(grep, { pattern: "needle", path: join(path, "c.ts") })).toMatch(
    /^invalid_input: .* is outside the workspace: Read it/,
  );
});

test("a secret is searched only when it is named, which asks", async () => {
  expect(await lines(grep, { pattern: "needle", path: ".env", output_mode: "content" })).toEqual([
    ".env:1:KEY=needle",
  ]);
});

test("a search that is stopped ends with the reason", async () => {
  const stopped = toolWorld({ signal: AbortSignal.abort(new Error("stopped")), files: { "/w/a": "" } });
  await expect(stopped.run(grep, { pattern: "x" })).rejects.toThrow("stopped");
});

test("endless results are cut and said to be", async () => {
  function* endless() {
    for (let line = 1; ; line += 1) yield `a.txt\0${line}:x`;
  }
  const { say } = toolWorld({ files: { "/w/a.txt": "" }, ripgrep: () => endless() });
  const text = await say(grep, { pattern: "x", output_mode: "content" });
  expect(text).toMatch(/\[More than 20000 lines were found and the search was stopped: narrow it\.\]$/);
});

test("searching inside needs no rule, searching elsewhere gets one for that folder", async () => {
  const { suggestions } = toolWorld();
  const inside = [["Read(//usr/include)"]];
  expect(await suggestions(grep, { pattern: "x", path: "src" })).toEqual([]);
  expect(await suggestions(grep, { pattern: "x", path: "/usr/include" })).toEqual(inside);
  expect(await suggestions(glob, { pattern: "/usr/include/*.h" })).toEqual(inside);
  expect(await suggestions(grep, { pattern: "x", path: "/" })).toEqual([]);
});
