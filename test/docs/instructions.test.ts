import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { folderPlaces, ownPlaces } from "../../src/app/instructions/places.ts";
import { FOREIGN } from "../../src/core/instruction-choices.ts";
import type { RuleFile } from "../../src/safety/rule-files/places.ts";
import { memoryPaths } from "../support/memory-host.ts";

const page = readFileSync(new URL("../../docs/instructions.md", import.meta.url), "utf8");
const project = /<!-- project -->\n```\n([\s\S]+?)\n```/.exec(page)?.[1]?.split("\n") ?? [];
const examples = [...page.matchAll(/<!-- example: (.+) -->\n```\n([\s\S]+?)\n```/g)].map(
  ([, args = "", text = ""]) => ({ args, text }),
);

test("there are a project and examples", () => {
  expect(project.length).toBeGreaterThan(3);
  expect(examples).toHaveLength(2);
});

test.each(examples)(
  "the shipped program answers `plumb $args` as the page says",
  { timeout: 30_000 },
  ({ args, text }) => {
    const base = realpathSync(mkdtempSync(join(tmpdir(), "plumb-docs-")));
    onTestFinished(() => rmSync(base, { recursive: true, force: true }));
    const [cwd, home] = [join(base, "work"), join(base, "home")];
    for (const line of project) {
      const [, name = "", content = ""] = /^(\S+)\s+(.+)$/.exec(line) ?? [];
      mkdirSync(dirname(join(cwd, name)), { recursive: true });
      writeFileSync(join(cwd, name), content.replaceAll("¶", "\n"));
    }
    mkdirSync(home);
    const { PATH = "" } = process.env;
    const program = join(import.meta.dirname, "../../dist/cli.js");
    const run = spawnSync(process.execPath, [program, ...args.split(" ")], {
      cwd,
      env: { PATH, HOME: home },
      encoding: "utf8",
    });
    expect(run.stderr).toBe("");
    expect(run.stdout.trimEnd()).toBe(text);
  },
);

test("every file that is looked for is on the page", () => {
  const { join: path } = memoryPaths;
  const files: RuleFile[] = [
    { scope: "user", path: "/h/.claude/settings.json", label: "", anchor: "/h/.claude" },
    { scope: "user", path: "/h/.plumb/settings.json", label: "" },
  ];
  const own = ownPlaces(files, memoryPaths);
  const all = [...own, ...folderPlaces("/w", { imports: FOREIGN, agentsFiles: "always" }, path)];
  for (const place of all) expect(page).toContain(place.path.replace("/h/", "~/").replace("/w/", ""));
});
