import { existsSync, readdirSync, readFileSync, statSync, watch, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { decodeSession } from "../../src/app/session-file.ts";
import { isToolUse } from "../../src/core/message.ts";
import { call, reply, say } from "../support/fake-api/replies.ts";
import { openTerminal, type Terminal } from "./terminal.ts";

/**
 * `kill -9` not between two frames but anywhere: when the provider has got a request, when a command has begun to do something,
 * when the log or the output has just grown to some byte. Then `--continue`: nothing runs twice, the log can be read, and the
 * workspace is what the log says. The places are drawn from a seed, so that a failure can be had again.
 */
const STEPS = 4;
const SEEDS_A_KIND = 5;
const KINDS = ["a request", "a command", "the log", "the output"] as const;
type Kind = (typeof KINDS)[number];

const open = (at: number): string => `item ${at}: open`;
const done = (at: number): string => `item ${at}: done`;
const LIST = `${Array.from({ length: STEPS }, (_, at) => open(at)).join("\n")}\n`;

/** Goes by what the conversation holds, so that a restart is answered like the first time. */
const step = (messages: readonly unknown[]) => {
  const said = JSON.stringify(messages);
  if (!said.includes('"id":"read"')) return reply(call("Read", { file_path: "list.txt" }, "read"));
  const at = new Set([...said.matchAll(/"id":"run-(\d+)"/g)].map(([, number]) => number)).size;
  if (at >= STEPS) return reply(say("All done."));
  return reply(
    say(`Step ${at}. `.repeat(20)),
    call("Bash", { command: `echo ${at} >> ran` }, `run-${at}`),
    call("Edit", { file_path: "list.txt", old_string: open(at), new_string: done(at) }, `edit-${at}`),
    call("Write", { file_path: `new-${at}.txt`, content: `new ${at}\n`.repeat(500) }, `write-${at}`),
  );
};

/** From 0 up to 1, the same for a seed every time. */
function random(seed: number): number {
  let state = Math.imul(seed + 1, 0x9e3779b1);
  state = Math.imul(state ^ (state >>> 15), 0x85ebca6b);
  state = Math.imul(state ^ (state >>> 13), 0xc2b2ae35);
  return ((state ^ (state >>> 16)) >>> 0) / 2 ** 32;
}

const FLAGS = ["--permission-mode", "bypass", "--output-format", "stream-json", "--include-partial-messages"];
const sizeOf = (path: string): number => (existsSync(path) ? statSync(path).size : 0);

function logsOf({ dataDir }: Terminal): readonly string[] {
  const projects = join(dataDir, "projects");
  if (!existsSync(projects)) return [];
  const names = readdirSync(projects, { recursive: true, encoding: "utf8" });
  return names.filter((name) => name.endsWith(".jsonl")).map((name) => join(projects, name));
}

/** How far a run has come, by each of the things that it can be killed at. */
const progress: Readonly<Record<Kind, (terminal: Terminal, output: number) => number>> = {
  "a request": ({ api }) => api.requests.length,
  "a command": ({ dir }) => sizeOf(join(dir, "ran")),
  "the log": (terminal) => logsOf(terminal).reduce((sum, path) => sum + sizeOf(path), 0),
  "the output": (_, output) => output,
};

type Progress = Readonly<Record<Kind, number>> & { readonly isKilled: boolean };
interface Victim {
  readonly terminal: Terminal;
  /** What is done when a request has come, before it is answered. */
  onRequest: () => void;
}

async function start(): Promise<Victim> {
  const victim: { onRequest: () => void } = { onRequest: () => undefined };
  const terminal = await openTerminal(({ body }) => {
    victim.onRequest();
    return step(body.messages);
  });
  writeFileSync(join(terminal.dir, "list.txt"), LIST);
  return Object.assign(victim, { terminal });
}

/** Runs the task, and kills the program once it has come to `end` of `kind`; resolves to how far it came. */
async function runUntil(victim: Victim, kind: Kind, end: number): Promise<Progress> {
  const { terminal } = victim;
  const { child, ended } = terminal.run(["-p", "Go through the steps", ...FLAGS]);
  let output = 0;
  const now = (of: Kind): number => progress[of](terminal, output);
  const look = (): void => {
    if (now(kind) >= end) child.kill("SIGKILL");
  };
  victim.onRequest = look;
  child.stdout?.on("data", (data) => {
    output += String(data).length;
    look();
  });
  const watcher = watch(join(terminal.dir, ".."), { recursive: true }, look);
  const { code } = await ended;
  watcher.close();
  victim.onRequest = () => undefined;
  return {
    ...{ "a request": now("a request"), "a command": now("a command") },
    ...{ "the log": now("the log"), "the output": output, isKilled: code === null },
  };
}

/** What became of each call, by the log: exactly one result each, and nothing that cannot be read. */
function outcomes(terminal: Terminal): ReadonlyMap<string, string> {
  const [path = ""] = logsOf(terminal);
  const { events, damaged, isTorn } = decodeSession(readFileSync(path, "utf8"));
  expect({ damaged, isTorn, logs: logsOf(terminal).length }).toEqual({ damaged: 0, isTorn: false, logs: 1 });
  const calls = events.flatMap((event) =>
    event.type === "assistant" ? event.content.filter(isToolUse) : [],
  );
  const results = events.flatMap((event) => (event.type === "tool.finished" ? [event] : []));
  expect(results.map(({ callId }) => callId).sort()).toEqual(calls.map(({ id }) => id).sort());
  return new Map(results.map(({ callId, outcome }) => [callId, outcome]));
}

/** What was done is there once; what was interrupted is there or not, but never half of it. */
function checkWorkspace({ dir }: Terminal, outcome: ReadonlyMap<string, string>): void {
  const ran = existsSync(join(dir, "ran")) ? readFileSync(join(dir, "ran"), "utf8") : "";
  const list = readFileSync(join(dir, "list.txt"), "utf8");
  const lines = list.trimEnd().split("\n");
  expect(lines).toHaveLength(STEPS);
  for (let at = 0; at < STEPS; at += 1) {
    const isSure = (what: string): boolean => outcome.get(`${what}-${at}`) === "done";
    const times = ran.split("\n").filter((line) => line === String(at)).length;
    expect({ at, times }).toEqual({ at, times: isSure("run") ? 1 : Math.min(times, 1) });
    expect(isSure("edit") ? [done(at)] : [done(at), open(at)]).toContain(lines[at]);
    const file = join(dir, `new-${at}.txt`);
    const written = existsSync(file) ? readFileSync(file, "utf8") : "";
    expect(isSure("write") ? [`new ${at}\n`.repeat(500)] : [`new ${at}\n`.repeat(500), ""]).toContain(
      written,
    );
  }
}

/** How far a run comes that nobody kills. */
let whole: Progress | undefined;

test.each(KINDS)(
  `killed at some point of ${"%s"} and continued, nothing is lost, torn or done twice (${SEEDS_A_KIND} seeds)`,
  { timeout: 120_000 },
  async (kind) => {
    let killed = 0;
    whole ??= await runUntil(await start(), kind, Number.POSITIVE_INFINITY);
    for (let seed = 0; seed < SEEDS_A_KIND; seed += 1) {
      const share = (seed + random(seed * KINDS.length + KINDS.indexOf(kind))) / SEEDS_A_KIND;
      const end = Math.max(1, Math.ceil(share * whole[kind]));
      const victim = await start();
      const { terminal } = victim;
      if ((await runUntil(victim, kind, end)).isKilled) killed += 1;
      const { code, out, err } = await terminal.run(["-p", "Go on", "--continue", ...FLAGS]).ended;
      if (err.includes("no earlier session")) {
        // Killed before there was a word of it.
        expect({ seed, ran: existsSync(join(terminal.dir, "ran")) }).toEqual({ seed, ran: false });
        continue;
      }
      const result = JSON.parse(out.trimEnd().split("\n").at(-1) ?? "{}");
      expect({ seed, end, code, result: result.result }).toEqual({ seed, end, code: 0, result: "All done." });
      checkWorkspace(terminal, outcomes(terminal));
      expect({ seed, refusals: terminal.api.refusals, violations: terminal.api.violations }).toEqual({
        seed,
        refusals: [],
        violations: [],
      });
    }
    // The last of them may come when there is nothing left to kill.
    expect(killed).toBeGreaterThanOrEqual(SEEDS_A_KIND - 1);
  },
);
