import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import * as z from "zod";
import { ofNode } from "../../src/cli/doctor/node-version.ts";
import { openTerminal, type Run } from "./terminal.ts";

const Finding = z.strictObject({
  name: z.string(),
  is: z.enum(["fine", "note", "problem"]),
  words: z.string(),
});
type Finding = z.infer<typeof Finding>;
interface Findings {
  readonly code: number | null;
  readonly all: readonly Finding[];
  of(name: string): Finding | undefined;
}

async function findings(run: Run): Promise<Findings> {
  const { code, out } = await run.ended;
  const all = out
    .trimEnd()
    .split("\n")
    .map((line) => Finding.parse(JSON.parse(line)));
  return { code, all, of: (name) => all.find((finding) => finding.name === name) };
}

test("the doctor says what is there and what is missing, and never the key", async () => {
  const terminal = await openTerminal([]);
  const fine = await terminal.run(["doctor"], { env: { ANTHROPIC_API_KEY: "do-not-print" } }).ended;
  expect(fine).toMatchObject({ code: 0, err: "" });
  for (const words of ["Node.js: ", "Search: ripgrep", "Settings: no files"])
    expect(fine.out).toContain(words);
  expect(fine.out).not.toContain("do-not-print");
  mkdirSync(join(terminal.dir, ".plumb"));
  writeFileSync(join(terminal.dir, ".plumb/settings.json"), '{"permissions":{"allow":["Bash(make)"]}}');
  const { code, out } = await terminal.run(["doctor"], { env: { ANTHROPIC_API_KEY: "" } }).ended;
  expect(code).toBe(1);
  expect(out).toContain("✗ Key: there is none");
  expect(out).toContain("wants to allow Bash(make)");
  expect(terminal.api.requests).toEqual([]);
});

test("git is told with its version and the repository, and missing it breaks nothing", async () => {
  const terminal = await openTerminal([]);
  const without = await findings(terminal.run(["doctor", "--json"], { env: { PATH: terminal.dir } }));
  expect(without.of("Git")).toMatchObject({ is: "note", words: expect.stringContaining("there is none") });
  expect(without.code).toBe(0);
  const outside = await findings(terminal.run(["doctor", "--json"]));
  expect(outside.of("Git")).toMatchObject({
    is: "fine",
    words: expect.stringMatching(/^\d+\.\d+.*no repository/),
  });
  execFileSync("git", ["init", "-q"], { cwd: terminal.dir });
  const inside = await findings(terminal.run(["doctor", "--json"]));
  expect(inside.of("Git")?.words).toContain(`in the repository ${terminal.dir}`);
  expect(terminal.api.requests).toEqual([]);
});

test("a settings file that does not parse is broken, named with its line; other findings are still there", async () => {
  const terminal = await openTerminal([]);
  mkdirSync(terminal.dataDir);
  const own = join(terminal.dataDir, "settings.json");
  writeFileSync(own, '{\n  // fine so far\n  "permissions": {"deny": ]\n}');
  const broken = await findings(terminal.run(["doctor", "--json"]));
  expect(broken.code).toBe(1);
  const words = expect.stringContaining(`${own}: line 3`);
  expect(broken.all).toContainEqual({ name: "Settings", is: "problem", words });
  expect(broken.of("Search")?.is).toBe("fine");
  writeFileSync(own, '{"budget": {"daily": 20}}');
  const unknown = await findings(terminal.run(["doctor", "--json"]));
  expect(unknown.code).toBe(1);
  expect(unknown.all).toContainEqual({
    ...{ name: "Settings", is: "problem" },
    words: expect.stringContaining('"budget" in'),
  });
});

test("a folder of Plumb's own that takes nothing is broken", async () => {
  const terminal = await openTerminal([]);
  const file = join(terminal.dir, "file");
  writeFileSync(file, "");
  const run = terminal.run(["doctor", "--json"], { env: { PLUMB_HOME: join(file, "x") } });
  const { code, of } = await findings(run);
  expect({ code, is: of("Own folder")?.is }).toEqual({ code: 1, is: "problem" });
});

test("with --online the provider is asked once, for what costs nothing", async () => {
  const terminal = await openTerminal([]);
  const ask = (env: Record<string, string> = {}): Promise<Findings> =>
    findings(terminal.run(["doctor", "--json", "--online"], { env }));
  expect((await ask()).of("Provider answers")).toMatchObject({
    is: "fine",
    words: expect.stringMatching(/^after \d+ ms, at no cost; claude-\S+ is among/),
  });
  expect(terminal.api.requests).toEqual([]);
  const other = await ask({ ANTHROPIC_MODEL: "no-such-model" });
  expect({ code: other.code, is: other.of("Provider answers")?.is }).toEqual({ code: 0, is: "note" });
  const refused = await ask({ ANTHROPIC_API_KEY: "an-invalid-key" });
  expect(refused.code).toBe(1);
  expect(refused.of("Provider answers")).toMatchObject({
    is: "problem",
    words: expect.stringMatching(/^no: /),
  });
  expect(JSON.stringify(refused.all)).not.toContain("an-invalid-key");
  const gone = await ask({ ANTHROPIC_BASE_URL: "http://127.0.0.1:1" });
  expect({ code: gone.code, is: gone.of("Provider answers")?.is }).toEqual({ code: 1, is: "problem" });
});

test("Node.js has to be what package.json asks for", () => {
  const { engines } = z
    .object({ engines: z.object({ node: z.string() }) })
    .parse(JSON.parse(readFileSync(join(import.meta.dirname, "../../package.json"), "utf8")));
  const [major = 0, minor = 0] = engines.node.replace(/^>=/, "").split(".").map(Number);
  const isFine = (version: string): boolean => ofNode(version).is === undefined;
  expect(isFine(`${major}.${minor}.0`)).toBe(true);
  expect(isFine(`${major + 2}.0.0`)).toBe(true);
  expect(isFine(`${major}.${minor - 1}.9`)).toBe(false);
  expect(isFine(`${major - 1}.99.0`)).toBe(false);
});
