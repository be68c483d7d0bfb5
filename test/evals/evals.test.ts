import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ROOT } from "../dev/paths.ts";
import { startFakeApi } from "../support/fake-api/fake-api.ts";
import { MODELS } from "../support/fake-api/models.ts";
import { call, reply, say } from "../support/fake-api/replies.ts";
import { bash, DOES, evals, rowOf, tasksOf, WANTS_DONE } from "./fixture.ts";

const TIMEOUT = 60_000;

test(
  "a table says what passed and why the others did not, and one that fails harms no other",
  async () => {
    const folder = tasksOf({
      passes: { replies: DOES, check: WANTS_DONE },
      fails: { replies: [["I did nothing."]], check: WANTS_DONE },
      breaks: { replies: [[bash("find . -mindepth 1 -delete")], ["Gone."]], check: WANTS_DONE },
      dawdles: { replies: [[bash("sleep 50")], ["Late."]], check: "", limits: { seconds: 1.5 } },
      loops: { replies: [[bash("true")], [bash("true")]], check: "", limits: { turns: 1 } },
      stale: { replies: [[bash("true")]], check: "" },
      hangs: { replies: DOES, check: "setInterval(() => {}, 1000);", limits: { checkSeconds: 0.5 } },
    });
    const { code, printed, kept } = await evals(["--tasks", folder, "--parallel", "4"]);
    expect(code).toBe(1);
    const wrong = (name: string): string => rowOf(printed, name).replaceAll(/ {2,}/g, " | ");
    expect(wrong("passes")).toMatch(/^passes \| small \| 1\/1 \| 2 \| \d+ \| \d+ \| 0\.0\d\d \| \d+\.\d$/);
    expect(wrong("fails")).toMatch(/ 0\/1 .*There is no done\.txt\.$/);
    expect(wrong("breaks")).toMatch(/ 0\/1 .*There is no done\.txt\.$/);
    expect(wrong("dawdles")).toMatch(/ 0\/1 .*out of time$/);
    expect(wrong("loops")).toMatch(/ 0\/1 .*too many turns$/);
    expect(wrong("stale")).toMatch(/ 0\/1 .*error: .*no more replies/);
    expect(wrong("hangs")).toMatch(/ 0\/1 .*The check took more than 0\.5 s\.$/);
    expect(wrong("all together")).toContain("1/7");
    // What it broke was a copy.
    expect(readFileSync(join(folder, "breaks/repository/a.txt"), "utf8")).toBe("one\n");
    expect(readFileSync(join(kept, "passes-1/changes.patch"), "utf8")).toContain("+done");
    expect(readFileSync(join(kept, "breaks-1/changes.patch"), "utf8")).toContain("-one");
    expect(readFileSync(join(kept, "loops-1/transcript.jsonl"), "utf8")).toContain('"error_max_turns"');
  },
  TIMEOUT,
);

test(
  "without a key it says before and after the table, and in what it keeps, that no model was asked",
  async () => {
    const folder = tasksOf({ passes: { replies: DOES, check: WANTS_DONE } });
    const { code, printed, kept } = await evals(["--tasks", folder, "--runs", "2"]);
    expect(rowOf(printed, "passes")).toContain("2/2");
    expect(code).toBe(0);
    const [before = "", after = ""] = printed.split(rowOf(printed, "passes"));
    expect(before).toContain("NO MODEL WAS ASKED");
    expect(after).toContain("NO MODEL WAS ASKED");
    const results: unknown = JSON.parse(readFileSync(join(kept, "results.json"), "utf8"));
    expect(results).toMatchObject({ isRecorded: true, model: "none (recorded replies)" });
    expect(existsSync(join(kept, "passes-2/transcript.jsonl"))).toBe(true);
  },
  TIMEOUT,
);

test(
  "with a key the configured model is asked, by the address and name that were given, and the check never sees the key",
  async () => {
    const api = await startFakeApi({
      script: [reply(call("Write", { file_path: "done.txt", content: "yes\n" })), reply(say("Done."))],
    });
    const folder = tasksOf({
      asks: {
        replies: [["This is not what is used."]],
        check: `${WANTS_DONE}\nif (JSON.stringify(process.env).includes("sesame")) process.exit(2);`,
      },
    });
    const given = { ANTHROPIC_API_KEY: "sesame", ANTHROPIC_BASE_URL: api.url };
    const args = ["--tasks", folder, "--model", "claude-sonnet-5", "--permission-mode", "acceptEdits"];
    const { code, printed } = await evals(args, given);
    const models = new Set(api.requests.map(({ body }) => body.model));
    const prompts = api.requests.map(({ body }) => JSON.stringify(body.messages[0]).includes("Do asks."));
    await api.close();
    expect({ code, models: [...models], prompts }).toEqual({
      code: 0,
      models: ["claude-sonnet-5"],
      prompts: [true, true],
    });
    expect(printed).not.toContain("NO MODEL");
    expect(printed).toContain("model: claude-sonnet-5;");
    expect(api.refusals).toEqual([]);
  },
  TIMEOUT,
);

test(
  "a model that nobody has a price for is asked once it was given one, and its cost is counted by it",
  async () => {
    const known = MODELS.find(({ id }) => id === "claude-sonnet-4-5")!;
    const own = { ...known, id: "own-model" };
    const api = await startFakeApi({
      models: [own],
      script: [reply(call("Write", { file_path: "done.txt", content: "yes\n" })), reply(say("Done."))],
    });
    const folder = tasksOf({ asks: { replies: [], check: WANTS_DONE } });
    const given = { ANTHROPIC_API_KEY: "sesame", ANTHROPIC_BASE_URL: api.url, ANTHROPIC_MODEL: "own-model" };
    const args = ["--tasks", folder, "--permission-mode", "acceptEdits"];
    const without = await evals(args, given);
    const sent = api.requests.length;
    const { code, kept } = await evals([...args, "--price", "20,1"], given);
    await api.close();
    expect({ code: without.code, sent }).toEqual({ code: 1, sent: 0 });
    expect(code).toBe(0);
    const { attempts } = JSON.parse(readFileSync(join(kept, "results.json"), "utf8"));
    expect(attempts[0].dollars).toBeGreaterThan(0.05);
  },
  TIMEOUT,
);

test(
  "an agent finds neither the check nor anything that leads to it",
  async () => {
    const look = "env; pwd; ls -laR ..; cat ../before/* ../home/* 2>/dev/null; git log --all -p; true";
    const folder = tasksOf({
      spies: { replies: [[bash(look)], ["I looked around."]], check: `// rosebud\n${WANTS_DONE}` },
    });
    const { printed, kept } = await evals(["--tasks", folder]);
    expect(rowOf(printed, "spies")).toContain("0/1");
    const seen = readFileSync(join(kept, "spies-1/transcript.jsonl"), "utf8");
    expect(seen).toContain("workspace");
    for (const secret of ["rosebud", "check.mjs", folder, kept]) expect(seen).not.toContain(secret);
    // The program's own place is known to whoever reads the process list; nothing else of ours is.
    expect(seen).not.toContain(join(ROOT, "test"));
    expect(seen).not.toContain("npm_");
  },
  TIMEOUT,
);

test("what cannot be run ends with 2 and says why", async () => {
  const folder = tasksOf({ passes: { replies: DOES, check: WANTS_DONE } });
  expect(await evals(["--tasks", folder, "--runs", "none"])).toMatchObject({ code: 2 });
  expect(await evals(["--tasks", folder, "--unknown"])).toMatchObject({ code: 2 });
  const { code, printed } = await evals(["--tasks", folder, "nothing-like-it"]);
  expect({ code, printed }).toEqual({ code: 2, printed: "There is no task to run." });
});
