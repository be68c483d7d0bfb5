import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { App } from "../../src/app/app.ts";
import { isToolUse, text } from "../../src/core/message.ts";
import { workspaceKey } from "../../src/hosts/node/node-storage.ts";
import type { Script } from "../support/fake-api/fake-api.ts";
import { call, reply, say } from "../support/fake-api/replies.ts";
import { eventsOf, startWorld, type World } from "../support/start-app.ts";

/** A real process that is killed with `kill -9` at one of its changes of the disk; then the conversation is opened again. */
const script: Script = ({ body }) => {
  const said = JSON.stringify(body.messages);
  if (!said.includes('"name":"Read"')) return reply(call("Read", { file_path: "a.txt" }));
  if (!said.includes('"name":"Edit"')) {
    return reply(
      call("Edit", { file_path: "a.txt", old_string: "one", new_string: "ONE" }),
      call("Write", { file_path: "new/b.txt", content: "new\n" }),
      call("Bash", { command: "echo ran >> runs.txt" }),
    );
  }
  return reply(say("All done."));
};
const BEFORE = "one\ntwo\n";
const AFTER = "ONE\ntwo\n";

async function run(world: World, kill: string): Promise<{ signal: string | null; out: string }> {
  const child = spawn(
    process.execPath,
    [
      "--import",
      new URL("kill-at.mjs", import.meta.url).href,
      join(import.meta.dirname, "run-to-end.ts"),
      join(world.dir, ".."),
      world.api.url,
    ],
    { env: { PATH: process.env["PATH"], PLUMB_TEST_KILL: kill }, stdio: ["ignore", "pipe", "pipe"] },
  );
  let out = "";
  child.stdout.on("data", (data) => (out += data));
  child.stderr.on("data", (data) => (out += data));
  const [, signal] = await once(child, "close");
  return { signal, out };
}

const start = (): Promise<World> => startWorld({ script, files: { "a.txt": BEFORE } });

/** Answers every card, and brings what was interrupted to its end. */
async function finish(app: App): Promise<void> {
  app.session.subscribe((event) => {
    if (!("durable" in event) || event.durable.type !== "permission.asked") return;
    const { callId, hash } = event.durable;
    queueMicrotask(() => app.answerPermission({ callId, hash, verdict: "allow", scope: "once" }));
  });
  if (app.canContinue) await app.resume();
  expect(await app.prompt([text("Go on")], "now")).toBe("done");
}

async function expectSound(world: World): Promise<void> {
  const at = (path: string): string | undefined =>
    existsSync(join(world.dir, path)) ? world.read(path) : undefined;
  expect([BEFORE, AFTER]).toContain(at("a.txt"));
  expect([undefined, "new\n"]).toContain(at("new/b.txt"));
  const isLogged = existsSync(
    join(world.dataDir, "projects", workspaceKey(world.dir), "sessions", "session-1.jsonl"),
  );
  const rules = join(world.dataDir, "projects", workspaceKey(world.dir), "rules.json");
  if (existsSync(rules)) expect(JSON.parse(readFileSync(rules, "utf8"))).toHaveProperty("allow");
  const app = await world.open({ isNew: !isLogged });
  expect(app.readOnlyBecause).toBeUndefined();
  // What waits to be reviewed is in the files; what was taken out a moment before the log could say so is found to be gone.
  const isGone = app.ledger
    .pending()
    .some(
      ({ path }) => at(path.slice(world.dir.length + 1)) === (path.endsWith("a.txt") ? BEFORE : undefined),
    );
  if (isGone) {
    expect(await app.review("undo", "all")).toMatchObject({ conflicts: [] });
    expect(app.ledger.pending()).toEqual([]);
    expect([at("a.txt"), at("new/b.txt")]).toEqual([BEFORE, undefined]);
  }
  await finish(app);
  const called = eventsOf(app, "assistant").flatMap(({ content }) =>
    content.filter(isToolUse).map(({ id }) => id),
  );
  expect(
    eventsOf(app, "tool.finished")
      .map(({ callId }) => callId)
      .toSorted(),
  ).toEqual(called.toSorted());
  const started = eventsOf(app, "tool.started").map(({ callId }) => callId);
  expect(new Set(started).size).toBe(started.length);
  const commands = eventsOf(app, "tool.started").filter(({ name }) => name === "Bash").length;
  expect((at("runs.txt") ?? "").trim().split("\n").filter(Boolean).length).toBeLessThanOrEqual(commands);
  expect([...world.api.refusals, ...world.api.violations]).toEqual([]);
  // A file that was being written beside its target may be left, under a name of its own.
  const left = readdirSync(world.dir, { recursive: true })
    .map(String)
    .filter((name) => !/^(?:a\.txt|new|new\/b\.txt|runs\.txt)$/.test(name));
  expect(left.filter((name) => !/(?:^|\/)\.(?:a|b)\.txt\.[0-9a-f]{12}\.tmp$/.test(name))).toEqual([]);
}

/** Every n-th change of the disk is tried; the others with `PLUMB_TEST_EVERY=1`, which takes minutes. */
const EVERY = Number(process.env["PLUMB_TEST_EVERY"] ?? 6);
const AT_ONCE = 3;

test.runIf(process.platform === "linux")(
  "killed at any change of the disk, nothing is half-written, and what had begun does not run again",
  async () => {
    const whole = await start();
    const journal = join(whole.dir, "../journal");
    writeFileSync(journal, "");
    expect(await run(whole, `0:before:${journal}`)).toEqual({ signal: null, out: "done\n" });
    const changes = readFileSync(journal, "utf8").trim().split("\n");
    for (const what of [
      /^writeSync/,
      /\.a\.txt\..*\.tmp/,
      /\.b\.txt\..*\.tmp/,
      /rules\.json/,
      /blobs/,
      /\.lock/,
    ])
      expect(
        changes.some((change) => what.test(change)),
        String(what),
      ).toBe(true);
    let next = Number(process.env["PLUMB_TEST_FROM"] ?? 1 + Math.floor(Math.random() * EVERY));
    const worker = async (): Promise<void> => {
      for (let n = next; n <= changes.length; n = next) {
        next += EVERY;
        const when = n % 2 === 0 ? "before" : "after";
        try {
          const world = await start();
          const { signal, out } = await run(world, `${n}:${when}:`);
          // Names differ from run to run, and so may the order of what goes side by side.
          expect(["SIGKILL", null], out).toContain(signal);
          await expectSound(world);
        } catch (thrown) {
          throw new Error(`Killed ${when} ${n}: ${changes[n - 1]}`, { cause: thrown });
        }
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
  },
  300_000,
);
