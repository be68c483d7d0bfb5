import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { App } from "../../src/app/app.ts";
import type { AppOptions } from "../../src/app/app-options.ts";
import { isText, text } from "../../src/core/message.ts";
import { call, reply, say } from "../support/fake-api/replies.ts";
import { ALONE, answerAll, eventsOf, startWorld } from "../support/start-app.ts";

/** Everything is allowed here; only the fault stands between the call and the disk. */
const allowed: Partial<AppOptions> = {
  mode: "bypass",
  rules: ["Bash(*)", "Edit(/**)", "Read(/**)"].map((rule) => ({
    verdict: "allow",
    text: rule,
    source: "user settings",
  })),
};

type Fault = (app: App) => void;
const faults: Record<string, Fault> = {
  "what the rules need to know cannot be found out": (app) =>
    void Object.assign(app.permissions, { look: () => Promise.reject(new Error("no parser")) }),
  "it never comes to an end": (app) =>
    void Object.assign(app.permissions, { look: () => new Promise(() => undefined) }),
  "the policy throws": (app) =>
    void Object.assign(app.permissions, {
      policy: () => () => {
        throw new Error("broken");
      },
    }),
};

const calls = {
  command: call("Bash", { command: "touch made.txt" }),
  file: call("Write", { file_path: "made.txt", content: "x" }),
};

async function runWith(fault: Fault, tool: keyof typeof calls, options: Partial<AppOptions>) {
  const world = await startWorld({ script: [reply(calls[tool]), reply(say("ok"))] });
  const app = await world.open({ ...allowed, ...options });
  fault(app);
  const asked = answerAll(app, { verdict: "deny", scope: "once" });
  await app.prompt([text("go")], "now");
  return { app, asked, isMade: existsSync(join(world.dir, "made.txt")) };
}

test.each(["command", "file"] as const)("without a fault a %s is allowed here", async (tool) => {
  const { asked, isMade } = await runWith(() => undefined, tool, {});
  expect({ asked, isMade }).toEqual({ asked: [], isMade: true });
});

// Only what hangs is waited for; everything else is found at once.
const lookMs = 50;

describe.each(Object.entries(faults))("when %s", (_name, fault) => {
  test.each(["command", "file"] as const)("a %s asks", async (tool) => {
    const { asked, isMade, app } = await runWith(fault, tool, { lookMs });
    expect(asked).toHaveLength(1);
    expect(isMade).toBe(false);
    expect(eventsOf(app, "tool.started")).toEqual([]);
  });

  test.each(["command", "file"] as const)("a %s is denied where nobody is", async (tool) => {
    const { asked, isMade, app } = await runWith(fault, tool, { lookMs, whereabouts: ALONE });
    expect({
      isMade,
      answered: eventsOf(app, "permission.decided").map(({ verdict, by }) => [verdict, by]),
    }).toEqual({ isMade: false, answered: [["deny", "nobody"]] });
    expect(asked).toHaveLength(1);
  });
});

test("a tool that nobody knows is not run under any mode", async () => {
  const world = await startWorld({ script: [reply(call("Format", { disk: "c" })), reply(say("ok"))] });
  const app = await world.open(allowed);
  await app.prompt([text("go")], "now");
  const [result] = eventsOf(app, "tool.finished");
  expect(result).toMatchObject({ isError: true, outcome: "failed" });
  expect(result?.content.filter(isText)[0]?.text).toContain("There is no tool named Format");
  expect(eventsOf(app, "tool.started")).toEqual([]);
});
