import { beforeAll, expect, test } from "vitest";
import type { ShellChunk } from "../../src/core/ports.ts";
import { loadShell } from "../../src/safety/shell/late.ts";
import { bash } from "../../src/tools/bash.ts";
import { read } from "../../src/tools/read.ts";
import { taskStop } from "../../src/tools/task-stop.ts";
import { textOf, toolWorld } from "./tool-world.ts";

beforeAll(loadShell);

const printed = (text: string): ShellChunk => ({ type: "output", text });
const exit = (code: number | null, signal: string | null = null): ShellChunk => ({
  type: "exit",
  code,
  signal,
});
/** A command that never ends by itself, and may or may not say something when it is killed. */
async function* hanging(signal: AbortSignal, before: string): AsyncGenerator<ShellChunk> {
  yield printed(before);
  if (!signal.aborted) await new Promise((resolve) => signal.addEventListener("abort", resolve));
  yield exit(null, "SIGTERM");
}

test("output and exit code are told, and shown while it runs", async () => {
  const { run, reports, commands } = toolWorld({ run: () => [printed("one\n"), printed("two\n"), exit(0)] });
  expect(await run(bash, { command: "npm test" })).toMatchObject({
    content: "one\ntwo\n[exit code 0]",
    detail: { kind: "exit", code: 0 },
    isError: false,
  });
  expect(reports).toEqual(["one\n", "two\n"]);
  expect(commands).toEqual(["npm test"]);
});

test("a command without output still says how it ended", async () => {
  const { say } = toolWorld({ run: () => [exit(0)] });
  expect(await say(bash, { command: "true" })).toBe("[exit code 0]");
});

test.each([
  ["npm test", 1, true],
  ["grep -r x .", 1, false],
  ["git diff --quiet", 1, false],
  ["grep x y", 2, true],
  ["grep x y && npm test", 1, true],
  ["grep $(cat z) y", 1, true],
])("%s with exit code %i is an error: %s", async (command, code, isError) => {
  const { run } = toolWorld({ run: () => [exit(code)] });
  const output = await run(bash, { command });
  expect(output.isError).toBe(isError);
  expect(output.detail).toEqual({ kind: "exit", code });
});

test("a command killed by a signal is an error that names it", async () => {
  const { run } = toolWorld({ run: () => [printed("half"), exit(null, "SIGKILL")] });
  expect(await run(bash, { command: "x" })).toMatchObject({
    content: "half\n[ended by SIGKILL]",
    detail: { kind: "exit", code: null },
    isError: true,
  });
});

test("of long output both ends are shown, and all of it can be read on", async () => {
  const lines = Array.from({ length: 10_000 }, (_, index) => `line ${index + 1}\n`);
  const { say, blobs } = toolWorld({ run: () => [...lines.map(printed), exit(0)] });
  const text = await say(bash, { command: "x" });
  expect(text.length).toBeLessThan(8_500);
  expect(text.startsWith("line 1\nline 2\n")).toBe(true);
  expect(text.endsWith("line 9999\nline 10000\n[exit code 0]")).toBe(true);
  const [, leftLines, left, path, offset] =
    /\[… (\d+) of 10000 lines, (\d+) of 98894 characters are left out here\. All of it is in (\S+): Read it from offset=(\d+)/.exec(
      text,
    ) ?? [];
  expect([...blobs.values()]).toEqual([lines.join("")]);
  const shown = text.replace(/\n\[… .* …\]\n/, "").replace("\n[exit code 0]", "");
  expect(Number(left)).toBe(lines.join("").length - 1 - shown.length);
  expect(text).toContain(`line ${Number(offset) - 1}\n[…`);
  expect(text).toContain(`…]\nline ${Number(offset) + Number(leftLines)}\n`);
  const { fail } = toolWorld();
  expect(await fail(read, { file_path: path })).toMatch(/^not_found/);
});

test("the saved output can be read with its path", async () => {
  const { say } = toolWorld({ run: () => [printed(`${"x".repeat(99)}\n`.repeat(400)), exit(0)] });
  const path = / is in (\S+):/.exec(await say(bash, { command: "x" }))?.[1] ?? "";
  expect(await say(read, { file_path: path, offset: 400 })).toBe(`400\t${"x".repeat(99)}`);
});

test("output that never ends is stopped at 64 MB, and its beginning and newest part are kept", async () => {
  let produced = 0;
  let wasStopped = false;
  const piece = `${"y".repeat(1023)}\n`.repeat(1024);
  const { run } = toolWorld({
    *run() {
      try {
        for (; produced < 1024; produced += 1) yield printed(piece);
        yield exit(0);
      } finally {
        wasStopped = true;
      }
    },
  });
  const output = await run(bash, { command: "yes" });
  expect(produced).toBe(64);
  expect(wasStopped).toBe(true);
  expect(textOf(output)).toMatch(
    /\[printed more than 64 MB and was stopped; filter the output, or redirect it to a file\]$/,
  );
  expect(textOf(output).length).toBeLessThan(32_000);
  expect(output).toMatchObject({ isError: true, detail: { kind: "exit", code: null } });
});

test("a command that takes too long is stopped, and what it printed is told", async () => {
  const { run } = toolWorld({ run: (_command, signal) => hanging(signal, "so far\n") });
  const output = await run(bash, { command: "sleep 1000", timeout: 20 });
  expect(textOf(output)).toMatch(/^so far\n\[timed out after 0\.02 s and was stopped; give a longer timeout/);
  expect(output.isError).toBe(true);
});

test("a shell that throws when its command is stopped for taking too long is no fault", async () => {
  const { say } = toolWorld({
    async *run(_command, signal) {
      yield printed("so far\n");
      await new Promise((resolve) => signal.addEventListener("abort", resolve));
      throw signal.reason;
    },
  });
  expect(await say(bash, { command: "x", timeout: 20 })).toMatch(/^so far\n\[timed out/);
});

test("a command stopped by the user ends at once, and not with a result", async () => {
  const stop = new AbortController();
  const { run } = toolWorld({
    signal: stop.signal,
    run: (_command, signal) => {
      queueMicrotask(() => stop.abort(new Error("stopped")));
      return hanging(signal, "x");
    },
  });
  await expect(run(bash, { command: "sleep 1000" })).rejects.toThrow("stopped");
});

test("without a shell the model is told what to do instead", async () => {
  const { fail } = toolWorld({ shellName: null });
  expect(await fail(bash, { command: "ls" })).toMatch(/^failed: There is no shell here/);
});

test("a background command is announced with its task and output, and its end is told later as data", async () => {
  const { run, later, tasks } = toolWorld();
  const output = await run(bash, { command: "npm run dev < in", run_in_background: true });
  expect(output.detail).toEqual({ kind: "exit", code: null, taskId: "task-1" });
  expect(textOf(output)).toContain("task-1. Its output goes to /plumb/tasks/task-1.txt");
  expect(later).toHaveLength(1);
  tasks[0]?.end({ code: 3, signal: null });
  expect(await later[0]).toBe(
    [
      "<task-notification>",
      "<task-id>task-1</task-id>",
      "<command>npm run dev &lt; in</command>",
      "<status>exit code 3</status>",
      "<output-file>/plumb/tasks/task-1.txt</output-file>",
      "</task-notification>",
    ].join("\n"),
  );
});

test("TaskStop ends a background command once", async () => {
  const { run, say, fail, later } = toolWorld();
  await run(bash, { command: "npm run dev", run_in_background: true });
  expect(await say(taskStop, { task_id: "task-1" })).toBe("Stopped task-1.");
  expect(await later[0]).toContain("<status>ended by SIGTERM</status>");
  expect(await fail(taskStop, { task_id: "task-1" })).toMatch(/^invalid_input: No task task-1 is running/);
});

test("the card shows the whole command and where it runs", async () => {
  const { preview, accesses } = toolWorld();
  const command = "cd x\nrm -rf build";
  expect(await preview(bash, { command, description: "Clean" })).toEqual({
    kind: "command",
    command,
    cwd: "/w",
    description: "Clean",
    risk: { level: "medium", reasons: expect.arrayContaining([{ text: "deletes files", words: "rm" }]) },
    parts: [
      { text: "cd x", level: "low", reasons: [] },
      { text: "rm -rf build", level: "medium", reasons: expect.any(Array) },
    ],
  });
  expect(accesses(bash, { command })).toEqual([{ kind: "execute", target: command }]);
});

test("the card says how risky the command is, and which words make it so", async () => {
  const { preview } = toolWorld();
  expect(await preview(bash, { command: "ls src" })).toMatchObject({ risk: { level: "low", reasons: [] } });
  expect(await preview(bash, { command: `npm test; cat ~/.ssh/${"x".repeat(90)}` })).toMatchObject({
    risk: {
      level: "high",
      reasons: [{ text: "reads a file that may hold secrets", words: `~/.ssh/${"x".repeat(53)}…` }],
    },
  });
});

test("the card says beforehand what could not be undone", async () => {
  const { preview, host } = toolWorld();
  expect(await preview(bash, { command: "rm -rf ../other" })).toMatchObject({
    lasting: "What it changes outside of the workspace (../other) cannot be undone here.",
  });
  Object.assign(host.changes, { limits: () => "/w: it has more than 20,000 files" });
  expect(await preview(bash, { command: "make" })).toMatchObject({
    lasting: "What it changes cannot be undone here: /w: it has more than 20,000 files.",
  });
});

test("rules for a command are the command itself, and the kind of action that it is", async () => {
  const { suggestions } = toolWorld();
  const rules = (command: string) => suggestions(bash, { command });
  expect(await rules(" npm test ")).toEqual([["Bash(npm test)"], ["Bash(npm test *)"]]);
  expect(await rules("rm *.log")).toEqual([]);
  expect(await rules("make x\nrm x")).toEqual([["Bash(make x)", "Bash(rm x)"]]);
});

test("a timeout beyond ten minutes is refused before anything runs", async () => {
  const { fail, commands } = toolWorld();
  expect(await fail(bash, { command: "x", timeout: 600_001 })).toMatch(/^invalid_input: /);
  expect(commands).toEqual([]);
});
