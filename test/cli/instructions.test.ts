import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import * as z from "zod";

const PROGRAM = join(import.meta.dirname, "../../dist/cli.js");
const SLOW = { timeout: 60_000 };

/** A project with a home beside it, and the shipped program in it. */
function project(files: Record<string, string>) {
  const base = realpathSync(mkdtempSync(join(tmpdir(), "plumb-instructions-")));
  onTestFinished(() => rmSync(base, { recursive: true, force: true }));
  const cwd = join(base, "work");
  mkdirSync(cwd);
  for (const [name, content] of Object.entries(files)) {
    const path = name.startsWith("~/") ? join(base, name.slice(2)) : join(cwd, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
  }
  const { PATH = "" } = process.env;
  return (...args: string[]) => {
    const env = { PATH, HOME: base };
    const { status, stdout, stderr } = spawnSync(process.execPath, [PROGRAM, ...args], {
      cwd,
      env,
      encoding: "utf8",
    });
    return { code: status, out: stdout, err: stderr };
  };
}

test("`plumb instructions` says that there are none", SLOW, () => {
  expect(project({ "a.ts": "x" })("instructions")).toEqual({
    code: 0,
    out: "No instructions count here.\n",
    err: "",
  });
});

test(
  "rules of other tools count when the user's own settings say so, and not when the project's do",
  SLOW,
  () => {
    const wish = '{"instructions": {"import": ["cursor"]}}';
    const rule = { ".cursor/rules/a.mdc": "---\nalwaysApply: true\n---\nBe brief." };
    expect(project({ ...rule, ".plumb/settings.json": wish })("instructions").out).toContain(
      "No instructions",
    );
    expect(project({ ...rule, "~/.plumb/settings.json": wish })("instructions").out).toContain(
      ".cursor/rules/a.mdc",
    );
  },
);

test("what settings leave out is left out, and a project leaves out nothing of the user's", SLOW, () => {
  const plumb = project({
    "~/.claude/CLAUDE.md": "Mine.",
    "CLAUDE.md": "Theirs.",
    ".claude/settings.json": '{"claudeMdExcludes": ["**/CLAUDE.md"]}',
  });
  const { out } = plumb("instructions", "--json");
  const lines = out
    .trim()
    .split("\n")
    .map((line): unknown => JSON.parse(line));
  expect(lines).toMatchObject([{ scope: "user" }, { left: "claudeMdExcludes leaves it out" }]);
});

const Explained = z.object({
  sections: z.array(z.object({ section: z.string(), stability: z.string(), tokens: z.number() })),
  tools: z.array(z.object({ tool: z.string(), tokens: z.number() })),
  systemTokens: z.number(),
  toolTokens: z.number(),
  tokens: z.number(),
});

test("`plumb prompt --explain` names each section with what it costs, and each tool", SLOW, () => {
  const plumb = project({ "CLAUDE.md": "Use tabs.", "package.json": '{"scripts":{"test":"x"}}' });
  const table = plumb("prompt", "--explain");
  expect(table.code).toBe(0);
  expect(table.out).toMatch(/^identity@\d+ +product +\d+$/m);
  expect(table.out).toMatch(/^instructions@\d+ +session +\d+$/m);
  expect(table.out).toMatch(/^Read +\d+$/m);
  expect(table.out).toMatch(/^All together +\d+$/m);
  const told = Explained.parse(JSON.parse(plumb("prompt", "--explain", "--json").out));
  expect(told.tokens).toBe(told.systemTokens + told.toolTokens);
  expect(told.systemTokens).toBe(told.sections.reduce((sum, { tokens }) => sum + tokens, 0));
});

test("`plumb prompt` prints what would be sent, of sub-agents too, and knows who there is", SLOW, () => {
  const plumb = project({ "CLAUDE.md": "Use tabs.", "package.json": '{"scripts":{"test":"x"}}' });
  const main = plumb("prompt").out;
  for (const part of ["You are Plumb", "# Environment", "npm test", "Use tabs."])
    expect(main).toContain(part);
  const explore = plumb("prompt", "explore").out;
  expect(explore).toContain("You are a scout");
  expect(explore).not.toContain("Use tabs.");
  const nobody = plumb("prompt", "nobody");
  expect(nobody.code).toBe(1);
  expect(nobody.err).toContain("explore, general");
});
