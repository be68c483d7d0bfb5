import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { call, reply, say } from "../support/fake-api/replies.ts";
import { startClient } from "./stream-client.ts";
import { openTerminal } from "./terminal.ts";

const STEPS = 6;

/** Goes by what the conversation holds, so that a restart is answered like the first time. */
const step = (messages: readonly unknown[]) => {
  const seen = new Set(
    [...JSON.stringify(messages).matchAll(/"id":"call-(\d+)"/g)].map(([, at]) => Number(at)),
  );
  const at = seen.size;
  if (at >= STEPS) return reply(say("All done."));
  return reply(say(`Step ${at}. `.repeat(20)), call("Bash", { command: `echo ${at} >> ran` }, `call-${at}`));
};

/** Frames after which the process is killed: everywhere in the course of the run, another choice in each case. */
test.each([0, 1, 2, 3, 4, 5, 6, 7])(
  "killed at some moment of a stream-json run (%i) and continued, nothing runs twice",
  { timeout: 60_000 },
  async (seed) => {
    const terminal = await openTerminal(({ body }) => step(body.messages));
    const flags = ["--permission-mode", "bypass", "--include-partial-messages"];
    const first = startClient(terminal, flags);
    first.say("Go through the steps");
    // A whole run has some eighty frames.
    const last = seed * 10 + Math.floor(Math.random() * 10);
    await first.next((frame) => first.frames.length > last || frame.type === "result").catch(() => undefined);
    first.kill("SIGKILL");
    await first.ended;
    const second = startClient(terminal, [...flags, "--continue"]);
    second.say("Go on");
    const result = await second.next("result").catch(() => undefined);
    second.end();
    const { err } = await second.ended;
    if (err.includes("no earlier session")) {
      // Killed before there was a word of it.
      expect({ last, ran: existsSync(join(terminal.dir, "ran")) }).toEqual({ last: 0, ran: false });
      return;
    }
    expect({ last, result: result?.["result"] }).toEqual({ last, result: "All done." });
    const ran = existsSync(join(terminal.dir, "ran"))
      ? readFileSync(join(terminal.dir, "ran"), "utf8").trim().split("\n")
      : [];
    // A command that was killed before it could run is answered as interrupted, and not run again by itself.
    expect({ last, ran: ran.length }).toEqual({ last, ran: new Set(ran).size });
    expect(terminal.api.refusals).toEqual([]);
    expect(terminal.api.violations).toEqual([]);
  },
);
