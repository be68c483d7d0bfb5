import { existsSync, linkSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { AppOptions } from "../../src/app/app-options.ts";
import { isText, text } from "../../src/core/message.ts";
import { call, type Part, reply, say } from "../support/fake-api/replies.ts";
import { answerAll, eventsOf, startWorld, type World } from "../support/start-app.ts";

/** A repository may hold links, and a command may make one: what a rule or the floor says of a file holds behind them. */

const rules = (...texts: readonly string[]): Pick<AppOptions, "rules"> => ({
  rules: texts.map((rule) => ({ verdict: "allow", text: rule, source: "user settings" })),
});

interface Attack {
  readonly calls: readonly Part[];
  readonly prepare: (world: World) => void;
  readonly options: Partial<AppOptions>;
}

async function attack({ calls, prepare, options }: Attack) {
  const world = await startWorld({
    script: [reply(...calls), reply(say("done")), reply(say("done"))],
    files: { "a.txt": "a\n" },
  });
  prepare(world);
  const app = await world.open(options);
  const asked = answerAll(app, { verdict: "deny", scope: "once" });
  await app.prompt([text("go")], "now");
  const told = eventsOf(app, "tool.finished").flatMap(({ content }) =>
    content.filter(isText).map((block) => block.text),
  );
  return { world, asked, told: told.join("\n") };
}

const linkToHook = ({ dir }: World): void => {
  mkdirSync(join(dir, ".git/hooks"), { recursive: true });
  writeFileSync(join(dir, ".git/hooks/pre-commit"), "old\n");
  symlinkSync(".git/hooks/pre-commit", join(dir, "notes"));
};
const hook = ({ dir }: World): string => readFileSync(join(dir, ".git/hooks/pre-commit"), "utf8");

describe("a command that writes through a link to a protected file asks", () => {
  const options: Partial<AppOptions> = { mode: "acceptEdits", ...rules("Bash(echo *)", "Bash(cat *)") };

  test("plainly", async () => {
    const calls = [call("Bash", { command: "echo evil > notes" })];
    const { world, asked } = await attack({ calls, prepare: linkToHook, options });
    expect({ asked, hook: hook(world) }).toEqual({ asked: ["echo evil > notes"], hook: "old\n" });
  });

  test("behind more files than are looked up", async () => {
    const many = Array.from({ length: 80 }, (_, at) => `f${at}`).join(" ");
    const calls = [call("Bash", { command: `cat ${many}; echo evil > notes` })];
    const { world, asked } = await attack({ calls, prepare: linkToHook, options });
    expect(asked).toHaveLength(1);
    expect(hook(world)).toBe("old\n");
  });

  test("in the mode Bypass, behind more files than are looked up", async () => {
    const many = Array.from({ length: 80 }, (_, at) => `f${at}`).join(" ");
    const calls = [call("Bash", { command: `cat ${many}; echo evil > notes` })];
    const { world, asked } = await attack({ calls, prepare: linkToHook, options: { mode: "bypass" } });
    expect(asked).toHaveLength(1);
    expect(hook(world)).toBe("old\n");
  });

  test("after a call of the same reply has made the link", async () => {
    const calls = [
      call("Bash", { command: "git checkout -q -- ." }),
      call("Bash", { command: "echo evil > notes" }),
    ];
    const prepare = (world: World): void => {
      mkdirSync(join(world.dir, ".husky"), { recursive: true });
      writeFileSync(join(world.dir, ".husky/pre-commit"), "old\n");
    };
    const { asked } = await attack({
      calls: [call("Bash", { command: "bash make-link.sh" }), calls[1] ?? say("")],
      prepare: (world) => {
        prepare(world);
        world.write("make-link.sh", "ln -s .husky/pre-commit notes\n");
      },
      options: { mode: "acceptEdits", ...rules("Bash(echo *)", "Bash(bash make-link.sh)") },
    });
    expect(asked).toEqual(["echo evil > notes"]);
  });
});

test("a link that a call of the same reply has made is not read through unasked", async () => {
  const { told, asked } = await attack({
    calls: [call("Bash", { command: "bash make-link.sh" }), call("Bash", { command: "cat notes" })],
    prepare: (world) => {
      writeFileSync(join(world.dir, "../outside.txt"), "what only the user may see\n");
      world.write("make-link.sh", "ln -s ../outside.txt notes\n");
    },
    options: { mode: "ask", ...rules("Bash(bash make-link.sh)") },
  });
  expect(asked).toEqual(["cat notes"]);
  expect(told).not.toContain("what only the user may see");
});

describe("what is beside a link's target is not what is beside the link", () => {
  const prepare = ({ dir }: World): void => {
    mkdirSync(join(dir, "../elsewhere/deep"), { recursive: true });
    writeFileSync(join(dir, "../elsewhere/x.txt"), "what only the user may see\n");
    symlinkSync("../elsewhere/deep", join(dir, "way"));
    mkdirSync(join(dir, ".husky/_"), { recursive: true });
    symlinkSync(".husky/_", join(dir, "hooks"));
  };

  test.each(["cat way/../x.txt", "cat < way/./../x.txt", "cat a.txt way/deep/../../x.txt", "ls way/.."])(
    "%s asks before it reads",
    async (command) => {
      for (const mode of ["ask", "auto"] as const) {
        const { asked, told } = await attack({
          calls: [call("Bash", { command })],
          prepare,
          options: { mode },
        });
        expect(asked).toEqual([command]);
        expect(told).not.toContain("what only the user may see");
      }
    },
  );

  test("rules for commands and files do not let it be written", async () => {
    const options: Partial<AppOptions> = {
      mode: "acceptEdits",
      ...rules("Bash(echo *)", "Bash(cd *)", "Edit(/**)"),
    };
    for (const command of ["echo evil > way/../x.txt", "cd way && echo evil > ../x.txt"]) {
      const { asked } = await attack({ calls: [call("Bash", { command })], prepare, options });
      expect(asked).toEqual([command]);
    }
    const command = "echo evil > way/../x.txt";
    const { world } = await attack({ calls: [call("Bash", { command })], prepare, options });
    expect(readFileSync(join(world.dir, "../elsewhere/x.txt"), "utf8")).toContain("only the user");
  });

  test.each([
    "echo evil > hooks/../pre-commit",
    "cp a.txt hooks/../pre-commit",
    "cd hooks && echo evil > ../pre-commit",
    "cd hooks && cp ../a.txt ../pre-commit",
  ])("%s asks in the mode Bypass", async (command) => {
    const { asked } = await attack({
      calls: [call("Bash", { command })],
      prepare,
      options: { mode: "bypass" },
    });
    expect(asked).toEqual([command]);
  });

  test("a denied file is not read that way", async () => {
    const denied = { verdict: "deny", text: "Read(//**/elsewhere/**)", source: "user settings" } as const;
    const options: Partial<AppOptions> = { mode: "bypass", rules: [denied] };
    const { told } = await attack({
      calls: [call("Bash", { command: "cat way/../x.txt" })],
      prepare,
      options,
    });
    expect(told).not.toContain("what only the user may see");
  });
});

test("what a sub-agent looks up does not take away what was looked up for its parent", async () => {
  const script = ({ body }: { body: { messages: readonly unknown[] } }) => {
    const said = JSON.stringify(body.messages);
    if (said.includes("You are the child"))
      return said.includes("tool_result")
        ? reply(say("The child is done."))
        : reply(call("Bash", { command: "cat a.txt" }));
    if (said.includes("tool_result")) return reply(say("done"));
    return reply(
      call("Agent", { description: "helper", prompt: "You are the child" }),
      call("Bash", { command: "echo evil > notes" }),
    );
  };
  const world = await startWorld({ script, files: { "a.txt": "a\n" } });
  linkToHook(world);
  const app = await world.open({ mode: "acceptEdits", ...rules("Bash(echo *)", "Bash(cat *)") });
  const asked = answerAll(app, { verdict: "deny", scope: "once" });
  await app.prompt([text("go")], "now");
  expect({ asked, hook: hook(world) }).toEqual({ asked: ["echo evil > notes"], hook: "old\n" });
  expect(existsSync(join(world.dir, "notes"))).toBe(true);
});

test.each(["acceptEdits", "bypass"] as const)(
  "a file that has another name elsewhere (a hard link) is not written without asking in mode %s",
  async (mode) => {
    const calls = [call("Write", { file_path: "shared.txt", content: "evil" })];
    const { world, asked } = await attack({
      calls: [call("Read", { file_path: "shared.txt" }), ...calls],
      prepare: (at) => {
        writeFileSync(join(at.dir, "../outside.txt"), "theirs\n");
        linkSync(join(at.dir, "../outside.txt"), join(at.dir, "shared.txt"));
      },
      options: { mode, ...rules("Edit(/**)", "Write") },
    });
    expect(asked).toHaveLength(1);
    expect(readFileSync(join(world.dir, "../outside.txt"), "utf8")).toBe("theirs\n");
  },
);
