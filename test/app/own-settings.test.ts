import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { text } from "../../src/core/message.ts";
import { MODES } from "../../src/core/mode.ts";
import { isProtectedForWriting } from "../../src/safety/protected-files.ts";
import { loadShell } from "../../src/safety/shell/late.ts";
import { builtinTools } from "../../src/tools/index.ts";
import { call, reply, say } from "../support/fake-api/replies.ts";
import { answerAll, eventsOf, startWorld } from "../support/start-app.ts";

beforeAll(loadShell);

/** The agent cannot change its mode, its rules, its sandbox or its settings by any tool. */

/** Every name a tool takes, at any depth. A new one is added here by somebody who has asked what it can change. */
const NAMES =
  "activeForm cell_id cell_type command content context description destination edit_mode edits entry file_path glob " +
  "head_limit header label limit multiSelect multiline new_source new_string notebook_path offset old_string options " +
  "output_mode path pattern plan prompt query question questions replace_all run_in_background source status subagent_type " +
  "task_id timeout todos type url";

test("no tool takes a mode, a rule, a sandbox or a setting", () => {
  const names = new Set<string>();
  JSON.stringify(
    builtinTools.map(({ spec }) => spec.input_schema),
    (key, value: unknown) => {
      if (key === "properties" && typeof value === "object" && value !== null)
        for (const name of Object.keys(value)) names.add(name);
      return value;
    },
  );
  const words = [...names].filter((name) => !name.startsWith("-"));
  expect(words.filter((name) => !NAMES.split(" ").includes(name))).toEqual([]);
});

/** Relative to the workspace, or (with ~) to the folder above it, which is home here. */
const PLACES = [
  ".plumb/settings.json",
  ".plumb/settings.local.json",
  ".claude/settings.json",
  ".claude/settings.local.json",
  ".vscode/settings.json",
  "shop.code-workspace",
  "~/.plumb/projects/x/rules.json",
  "~/.config/Code/User/settings.json",
  "~/.vscode-server/data/Machine/settings.json",
  "~/home/projects/x/rules.json",
  "~/home/spending/2026-01-31.jsonl",
];
const OLD = '{"allow":["Bash(ls)"]}\n';

test.each(MODES)("in the mode %s nothing changes them but the person who is asked", async (mode) => {
  const world = await startWorld({
    script: ({ body }) => (body.messages.length === 1 ? reply(...calls) : reply(say("Good."))),
  });
  const home = dirname(world.dir);
  const paths = PLACES.map((place) =>
    place.startsWith("~") ? join(home, place.slice(2)) : join(world.dir, place),
  );
  for (const path of paths) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, OLD);
  }
  world.write("mine.json", "{}\n");
  const calls = paths.flatMap((path) => [
    call("Write", { file_path: path, content: "{}\n" }),
    call("Edit", { file_path: path, old_string: "ls", new_string: "rm *" }),
    call("Delete", { file_path: path }),
    call("Move", { source: path, destination: join(world.dir, "elsewhere.json") }),
    // Beside the file, where the folder is not the workspace itself.
    ...(dirname(path) === world.dir
      ? []
      : [call("Move", { source: "mine.json", destination: join(dirname(path), "new.json") })]),
    call("Bash", { command: `echo '{}' > '${path}'` }),
    call("Bash", { command: `cp mine.json '${path}'` }),
    call("Bash", { command: `rm -f '${path}'` }),
  ]);
  const app = await world.open({ mode });
  answerAll(app, { verdict: "deny", scope: "once" });
  expect(await app.prompt([text("Go")], "now")).toBe("done");
  for (const path of paths) {
    expect(readFileSync(path, "utf8")).toBe(OLD);
    if (dirname(path) !== world.dir) expect(existsSync(join(dirname(path), "new.json"))).toBe(false);
  }
  // Not a single one got as far as beginning.
  expect(eventsOf(app, "tool.started").map(({ title }) => title)).toEqual([]);
  expect(app.mode).toBe(mode);
  expect(world.api.violations).toEqual([]);
});

test("settings of editors are protected wherever they are kept, and nothing that is merely called alike", () => {
  for (const path of [
    "/home/dev/.config/Code/User/settings.json",
    "/Users/dev/Library/Application Support/Code/User/keybindings.json",
    "C:\\Users\\dev\\AppData\\Roaming\\Code - Insiders\\User\\tasks.json",
    "/home/dev/.config/VSCodium/User/profiles/1/settings.json",
    "/home/dev/.vscode-server/data/Machine/settings.json",
    "/home/dev/.local/share/code-server/User/settings.json",
    "/opt/editor/data/user-data/User/settings.json",
  ])
    expect(`${path}: ${isProtectedForWriting(path)}`).toBe(`${path}: true`);
  for (const path of ["src/code/user.ts", "src/user/settings.json", "code/README.md", "data/user/list.json"])
    expect(`${path}: ${isProtectedForWriting(path)}`).toBe(`${path}: false`);
});
