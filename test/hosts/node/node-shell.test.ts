import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdir, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { expect, test, vi } from "vitest";
import { cleanEnvironment } from "../../../src/hosts/node/clean-environment.ts";
import { findProgram } from "../../../src/hosts/node/find-program.ts";
import { createShell } from "../../../src/hosts/node/node-shell.ts";
import { outputOf } from "../../contract/shell.ts";
import { collect, never } from "../../contract/world.ts";
import { temporaryFolder } from "./temporary.ts";

// Starting processes takes its time on a busy machine.
vi.setConfig({ testTimeout: 30_000 });

async function setUp() {
  const folder = await temporaryFolder();
  const shell = createShell({ dataDir: folder });
  return {
    shell,
    folder,
    run: (command: string, signal = never()) => shell.run(command, { cwd: folder }, signal),
  };
}

/** Numbers of living processes whose command line contains `mark`; zombies do not count. */
function living(mark: string): string[] {
  const list = execFileSync("ps", ["-eo", "pid=,stat=,args="], { encoding: "utf8" });
  return list.split("\n").filter((line) => line.includes(mark) && !/^\s*\d+\s+Z/.test(line));
}

let count = 0;
/** A number of seconds nobody else sleeps. */
const unusual = (): string => {
  count += 1;
  return `6${process.pid}.${count}`;
};

/** Cancels at the first output, and resolves to the milliseconds until the command had ended. */
async function cancelAtOutput(command: string): Promise<number> {
  const { run } = await setUp();
  const controller = new AbortController();
  let from = 0;
  const running = async (): Promise<void> => {
    for await (const _ of run(command, controller.signal)) {
      from = performance.now();
      controller.abort(new Error("stopped by the test"));
    }
  };
  await expect(running()).rejects.toThrow("stopped");
  return performance.now() - from;
}

/** 250 are promised; the rest is for a busy machine. What is not ended goes on for far longer. */
const SLACK_MS = 1_000;

test("cancelling ends a command at once", async () => {
  const seconds = unusual();
  expect(await cancelAtOutput(`echo ready; sleep ${seconds}`)).toBeLessThan(SLACK_MS);
  expect(living(seconds)).toEqual([]);
});

test("cancelling ends what ignores being asked, and its children", async () => {
  const seconds = unusual();
  const stubborn = `trap '' TERM INT HUP; (trap '' TERM; sleep ${seconds}; sleep ${seconds}) & echo ready; sleep ${seconds}; sleep ${seconds}`;
  expect(await cancelAtOutput(stubborn)).toBeLessThan(SLACK_MS);
  expect(living(seconds)).toEqual([]);
});

test.runIf(process.platform === "linux")("cancelling finds daemons that left the session", async () => {
  const seconds = unusual();
  const daemon = `setsid bash -c "trap '' TERM; (setsid sleep ${seconds} &) ; sleep ${seconds}; true" > /dev/null 2>&1 &`;
  expect(await cancelAtOutput(`(${daemon}) ; sleep 0.1; echo ready; sleep ${seconds}`)).toBeLessThan(
    SLACK_MS,
  );
  expect(living(seconds)).toEqual([]);
});

test.runIf(process.platform === "linux")(
  "cancelling finds daemons that also cleared their environment",
  async () => {
    const seconds = unusual();
    const daemon = `setsid env -i bash -c "trap '' TERM; sleep ${seconds} & sleep ${seconds}; true" > /dev/null 2>&1 &`;
    await cancelAtOutput(`${daemon} sleep 0.1; echo ready; sleep ${seconds}`);
    expect(living(seconds)).toEqual([]);
  },
);

test("a command that is asked to end may clean up", async () => {
  const { folder, run } = await setUp();
  const controller = new AbortController();
  const command = "trap 'echo cleaned > done; exit' TERM; echo ready; while :; do sleep 0.01; done";
  await expect(
    (async () => {
      for await (const _ of run(command, controller.signal)) controller.abort(new Error("stopped"));
    })(),
  ).rejects.toThrow("stopped");
  expect(await readFile(join(folder, "done"), "utf8")).toBe("cleaned\n");
});

test("a background process that holds the output does not hold the command, and is stopped with a note", async () => {
  const { run } = await setUp();
  const seconds = unusual();
  const from = performance.now();
  const chunks = await collect(run(`sleep ${seconds} & echo started`));
  expect(performance.now() - from).toBeLessThan(SLACK_MS);
  expect(outputOf(chunks)).toMatch(/^started\n\n\[This command left a process running/);
  expect(chunks.at(-1)).toEqual({ type: "exit", code: 0, signal: null });
  expect(living(seconds)).toEqual([]);
});

test("a daemon that goes on printing does not hold the command either", async () => {
  const { run } = await setUp();
  const from = performance.now();
  const chunks = await collect(
    run("setsid bash -c 'for i in $(seq 10000); do echo x; sleep 0.002; done' & sleep 0.1; echo end"),
  );
  expect(performance.now() - from).toBeLessThan(SLACK_MS);
  expect(chunks.at(-1)).toMatchObject({ type: "exit", code: 0 });
});

test("what finishes right behind the command is waited for", async () => {
  const { run } = await setUp();
  const chunks = await collect(run("exec > >(sleep 0.03; cat); echo through a slow pipe"));
  expect(outputOf(chunks)).toBe("through a slow pipe\n");
});

test("a gigabyte nobody reads is not produced", async () => {
  const { run, folder } = await setUp();
  const before = process.memoryUsage.rss();
  let length = 0;
  for await (const chunk of run("yes 0123456789 | tee >(wc -c > written) | head -c 1000000000; true")) {
    if (chunk.type === "output") length += chunk.text.length;
    if (length > 1_000_000) break;
  }
  expect(process.memoryUsage.rss() - before).toBeLessThan(100 * 1024 * 1024);
  await expect(stat(join(folder, "written"))).resolves.toMatchObject({ size: 0 });
});

test("50 MB of output come through whole, without being held in memory", async () => {
  const { run } = await setUp();
  const before = process.memoryUsage.rss();
  let length = 0;
  for await (const chunk of run("yes 0123456789abcde | head -c 50000000")) {
    if (chunk.type === "output") length += chunk.text.length;
  }
  expect(length).toBe(50_000_000);
  expect(process.memoryUsage.rss() - before).toBeLessThan(150 * 1024 * 1024);
});

test("a slow reader slows the command down instead of filling the memory", async () => {
  const { run } = await setUp();
  const chunks = run("yes | head -c 20000000")[Symbol.asyncIterator]();
  const first = await chunks.next();
  const before = process.memoryUsage.rss();
  for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  expect(process.memoryUsage.rss() - before).toBeLessThan(15 * 1024 * 1024);
  let length = first.value?.type === "output" ? first.value.text.length : 0;
  for await (const chunk of { [Symbol.asyncIterator]: () => chunks }) {
    if (chunk.type === "output") length += chunk.text.length;
  }
  expect(length).toBe(20_000_000);
});

test("our keys and the editor's own variables do not reach a command, and its tools do", () => {
  const cleaned = cleanEnvironment({
    PATH: "/bin",
    LC_ALL: "C",
    https_proxy: "http://proxy:1",
    ANTHROPIC_API_KEY: "key",
    GITHUB_TOKEN: "token",
    AWS_SECRET_ACCESS_KEY: "secret",
    NODE_OPTIONS: "--require evil",
    ELECTRON_RUN_AS_NODE: "1",
    VSCODE_IPC_HOOK: "x",
    LD_PRELOAD: "x",
    BASH_ENV: "x",
    GIT_CONFIG_COUNT: "7",
    GIT_CONFIG_KEY_1: "core.pager",
    "BASH_FUNC_ls%%": "() { evil; }",
  });
  expect(cleaned).toMatchObject({ PATH: "/bin", LC_ALL: "C", https_proxy: "http://proxy:1" });
  const own = [
    ...[
      "GIT_CONFIG_COUNT",
      "GIT_CONFIG_KEY_0",
      "GIT_CONFIG_VALUE_0",
      "GIT_PAGER",
      "GIT_TERMINAL_PROMPT",
      "LC_ALL",
    ],
    ...["PAGER", "PATH", "PLUMB", "TERM", "https_proxy"],
  ];
  expect(Object.keys(cleaned).toSorted()).toEqual(own);
  expect(cleaned["GIT_CONFIG_COUNT"]).toBe("1");
});

test("programs of the current folder are not found by their name alone", () => {
  const of = (PATH: string): string | undefined => cleanEnvironment({ PATH })["PATH"];
  const folders = ["", ".", "/usr/bin", "node_modules/.bin", "./bin", "/bin", ""].join(delimiter);
  expect(of(folders)).toBe(["/usr/bin", "/bin"].join(delimiter));
});

test("the cleaned environment is what a command sees", async () => {
  const folder = await temporaryFolder();
  const environment = { PATH: process.env["PATH"], ANTHROPIC_API_KEY: "key" };
  const shell = createShell({ dataDir: folder, environment });
  const chunks = await collect(shell.run('echo "[$ANTHROPIC_API_KEY]"', { cwd: folder }, never()));
  expect(outputOf(chunks)).toBe("[]\n");
});

test("both outputs come in the order they were written in, with the start file, without it and where none can be kept", async () => {
  const command =
    'for i in 1 2 3; do echo out$i; echo err$i >&2; done; env | grep -c BASH_ENV; ulimit -c; bash -c "echo $0"; set -x; true';
  const inOrder = "out1\nerr1\nout2\nerr2\nout3\nerr3\n0\n0\nbash\n+ true\n";
  const { folder, run } = await setUp();
  const file = join(folder, "bash-start");
  expect(outputOf(await collect(run(command)))).toBe(inOrder);
  // What somebody else wrote there, or took away, is not what the next command begins with.
  await writeFile(file, "echo evil\n");
  expect(outputOf(await collect(run(command)))).toBe(inOrder);
  await rm(file);
  expect(outputOf(await collect(run(command)))).toBe(inOrder);
  for (const name of ["a b", "$(touch evil)", "`touch evil`", "a'b", 'a"b', "~"]) {
    const dataDir = join(folder, name);
    await mkdir(dataDir);
    const odd = createShell({ dataDir });
    expect(outputOf(await collect(odd.run(command, { cwd: folder }, never()))), name).toBe(inOrder);
  }
  expect(await readdir(folder)).not.toContain("evil");
  await rm(file);
  await mkdir(file);
  const without = createShell({ dataDir: folder });
  expect(outputOf(await collect(without.run(command, { cwd: folder }, never())))).toBe(inOrder);
});

test("a program that lies in the workspace is not taken for one of ours", async () => {
  const folder = await temporaryFolder();
  const program = join(folder, "rg");
  await writeFile(program, "#!/bin/sh\n");
  await chmod(program, 0o755);
  const environment = { PATH: `${folder}:.:` };
  expect(findProgram("rg", environment, [])).toBe(program);
  expect(findProgram("rg", environment, [folder])).toBeUndefined();
});

test("a background task's file holds its output as plain text, for this user only", async () => {
  const { shell, folder } = await setUp();
  const task = await shell.start("printf '\\033[31mred\\033[0m\\n'; echo error >&2", { cwd: folder });
  await task.ended;
  expect(await readFile(task.outputPath, "utf8")).toBe("red\nerror\n");
  expect((await stat(task.outputPath)).mode & 0o777).toBe(0o600);
});

test("a background task that prints without end is stopped at 64 MB", async () => {
  const { shell, folder } = await setUp();
  const task = await shell.start("yes 0123456789abcdef0123456789abcdef", { cwd: folder });
  expect(await task.ended).toMatchObject({ code: null });
  const { size } = await stat(task.outputPath);
  expect(size).toBeGreaterThan(64 * 1024 * 1024 - 1024 * 1024);
  expect(size).toBeLessThan(64 * 1024 * 1024 + 1024);
});

test("a process that exits takes its commands along", async () => {
  const folder = await temporaryFolder();
  const seconds = unusual();
  const script = join(import.meta.dirname, "exit-while-running.ts");
  const child = spawn(process.execPath, [script, folder, `echo ready; sleep ${seconds}`], {
    stdio: "inherit",
  });
  const [code] = await once(child, "exit");
  expect(code).toBe(5);
  // The signals are sent before it exits; the system takes a moment to carry them out.
  await expect.poll(() => living(seconds)).toEqual([]);
});
