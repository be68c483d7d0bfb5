import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { mkdir, readdir, readFile, realpath, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import type { RunOptions } from "../../../src/core/ports.ts";
import { GitTexts } from "../../../src/hosts/node/changes/git-texts.ts";
import { createNodeHost } from "../../../src/hosts/node/node-host.ts";
import { createShell } from "../../../src/hosts/node/node-shell.ts";
import { collect, never } from "../../contract/world.ts";
import { temporaryFolder } from "./temporary.ts";

vi.setConfig({ testTimeout: 60_000 });

const anywhere = mkdtempSync(join(tmpdir(), "plumb-test-"));
const here = await createShell({ dataDir: anywhere, roots: [anywhere] }).sandbox();
rmSync(anywhere, { recursive: true });
if (here.state !== "on") process.stderr.write(`Only what is not confined was tested. ${here.words}\n`);
/** Everything happens outside of the sandbox, and in it where there is one. */
const places = here.state === "on" ? (["open", "confined"] as const) : (["open"] as const);

let count = 0;
/** A number of seconds nobody else sleeps. */
const unusual = (): string => {
  count += 1;
  return `7${process.pid}.${count}`;
};
/** `pid state command`, of those that are no zombies. */
const processes = (mark: string): string[] =>
  execFileSync("ps", ["-eo", "pid=,stat=,args="], { encoding: "utf8" })
    .split("\n")
    .filter((line) => line.includes(mark) && !/^\s*\d+\s+Z/.test(line));
async function setUp(place: RunOptions["place"]) {
  const folder = await realpath(await temporaryFolder());
  const shell = createShell({ dataDir: await temporaryFolder(), roots: [folder] });
  onTestFinished(() => shell.stopAll());
  const options = { cwd: folder, ...(place && { place }) };
  return { folder, shell, options };
}

test.each(places)(
  "hundreds of processes that left their group end within 5 s of Stop (%s)",
  async (place) => {
    const { shell, options } = await setUp(place);
    const seconds = unusual();
    const stop = new AbortController();
    let from = 0;
    const command = `trap '' TERM; for i in $(seq 250); do setsid sleep ${seconds} & done; echo ready; sleep ${seconds}; sleep ${seconds}`;
    await expect(async () => {
      for await (const _ of shell.run(command, options, stop.signal)) {
        from = performance.now();
        stop.abort(new Error("stopped by the test"));
      }
    }).rejects.toThrow("stopped");
    expect(performance.now() - from).toBeLessThan(5_000);
    expect(processes(seconds)).toEqual([]);
  },
);

test.each(places)("output without end is stopped with its whole tree (%s)", async (place) => {
  const { shell, options } = await setUp(place);
  const mark = unusual();
  let length = 0;
  for await (const chunk of shell.run(`yes ${mark} | cat`, options, never())) {
    if (chunk.type === "output") length += chunk.text.length;
    if (length > 5_000_000) break;
  }
  expect(processes(mark)).toEqual([]);
});

test.each(places)("a background task that is stopped leaves nothing (%s)", async (place) => {
  const { shell, options } = await setUp(place);
  const seconds = unusual();
  const task = await shell.start(
    `trap '' TERM; (setsid sleep ${seconds} &); sleep ${seconds}; sleep 1`,
    options,
  );
  await expect.poll(() => processes(seconds).length).toBeGreaterThan(0);
  expect(await shell.stop(task.id)).toBe(true);
  expect(processes(seconds)).toEqual([]);
});

/** Another process of ours, killed while its command runs: it can tidy up nothing. */
async function killHost(folder: string, command: string, place: string): Promise<void> {
  const script = join(import.meta.dirname, "run-until-killed.ts");
  const child = spawn(process.execPath, [script, folder, command, place], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await once(child.stdout, "data");
  child.kill("SIGKILL");
  await once(child, "exit");
}

test.runIf(process.platform === "linux")(
  "what a killed process left running is ended by the next one",
  async () => {
    const folder = await temporaryFolder();
    const seconds = unusual();
    await killHost(folder, `(setsid sleep ${seconds} &); echo ready; sleep ${seconds}`, "open");
    expect(processes(seconds).length).toBeGreaterThan(0);
    const next = join(import.meta.dirname, "run-until-killed.ts");
    const other = unusual();
    const child = spawn(process.execPath, [next, folder, `echo ready; sleep ${other}`, "open"], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    await once(child.stdout, "data");
    await expect.poll(() => processes(seconds)).toEqual([]);
    // It knows its own.
    expect(processes(other).length).toBeGreaterThan(0);
    child.kill("SIGTERM");
    await once(child, "exit");
    for (const line of processes(other)) process.kill(Number.parseInt(line, 10), "SIGKILL");
  },
);

test.runIf(here.state === "on")("what is confined ends with the process that started it", async () => {
  const folder = await realpath(await temporaryFolder());
  const seconds = unusual();
  await killHost(folder, `(setsid sleep ${seconds} &); echo ready; sleep ${seconds}`, "confined");
  await expect.poll(() => processes(seconds)).toEqual([]);
  // Its helpers and the empty files of its mounts are the next one's to tidy up.
  const notes = join(folder, "home/sandbox");
  const [note = ""] = await readdir(notes);
  const { helpers } = JSON.parse(await readFile(join(notes, note), "utf8"));
  expect(existsSync(join(folder, ".npmrc"))).toBe(true);
  const next = createShell({ dataDir: join(folder, "home"), roots: [folder] });
  await collect(next.run("true", { cwd: folder, place: "confined" }, never()));
  await next.stopAll();
  expect(existsSync(join(folder, ".npmrc"))).toBe(false);
  if (process.platform !== "linux") return;
  expect(helpers).not.toEqual([]);
  const isSocat = ({ pid }: { pid: string }) =>
    existsSync(`/proc/${pid}/exe`) && processes(`${pid} `).some((line) => line.includes("socat"));
  await expect.poll(() => helpers.filter(isSocat)).toEqual([]);
});

test.runIf(here.state === "on")(
  "what a confined command must not create is nobody's change, whatever runs beside it",
  async () => {
    const { folder, shell, options } = await setUp("confined");
    const { changes } = createNodeHost({
      roots: [folder],
      dataDir: await temporaryFolder(),
      version: "0.0.0",
    });
    const stop = await shell.start("echo up; sleep 60", options);
    await expect.poll(() => existsSync(join(folder, ".npmrc"))).toBe(true);
    const watch = await changes.begin([folder]);
    await collect(shell.run("echo a > a.txt", { cwd: folder, place: "open" }, never()));
    expect((await watch.end()).files.map(({ path }) => path)).toEqual([join(folder, "a.txt")]);
    const after = await changes.begin([folder]);
    await shell.stop(stop.id);
    await expect.poll(() => readdir(folder)).toEqual(["a.txt"]);
    expect((await after.end()).files).toEqual([]);
  },
);

test("our own git runs nothing that a repository names", async () => {
  const folder = await realpath(await temporaryFolder());
  const flag = join(folder, "FLAG");
  const git = (...args: string[]) =>
    execFileSync("git", args, { cwd: folder, encoding: "utf8", stdio: "pipe" });
  git("init", "-q");
  await writeFile(join(folder, "a.txt"), "text\n");
  git("add", ".");
  git("-c", "user.name=a", "-c", "user.email=a@example.com", "commit", "-qm", "one");
  const run = `sh -c "touch ${flag}"`;
  for (const [name, value] of [
    ["core.fsmonitor", run],
    ["core.hooksPath", join(folder, "hooks")],
    ["core.sshCommand", run],
    ["core.pager", run],
    ["core.editor", run],
    ["core.alternateRefsCommand", run],
    ["core.askPass", run],
    ["credential.helper", `!${run}`],
    ["diff.external", run],
    ["diff.evil.textconv", run],
    ["filter.evil.smudge", run],
    ["filter.evil.process", run],
    ["gpg.program", run],
    ["remote.origin.url", `ext::touch ${flag}`],
    ["remote.origin.promisor", "true"],
    ["extensions.partialClone", "origin"],
    ["protocol.ext.allow", "always"],
    ["core.repositoryFormatVersion", "1"],
  ] as const)
    git("config", name, value);
  await mkdir(join(folder, "hooks"));
  for (const hook of ["post-index-change", "fsmonitor-watchman", "reference-transaction"])
    await writeFile(join(folder, "hooks", hook), `#!/bin/sh\n${run}\n`, { mode: 0o755 });
  await writeFile(join(folder, ".gitattributes"), "* filter=evil diff=evil\n");
  const oid = execFileSync("git", ["hash-object", "a.txt", "--no-filters"], {
    cwd: folder,
    encoding: "utf8",
  }).trim();
  rmSync(flag, { force: true });
  const texts = new GitTexts(folder, { ...process.env, GIT_CONFIG_PARAMETERS: `'alias.cat-file=!${run}'` });
  await texts.look();
  // One that is there, and one that would have to be fetched.
  const found = await texts.read([
    { oid, size: 5 },
    { oid: "1".repeat(40), size: 5 },
  ]);
  expect([...found.values()].map(String)).toEqual(["text\n"]);
  expect(existsSync(flag)).toBe(false);
});

test("every git of ours is started in one place, with the settings that keep it from running anything", async () => {
  const folder = await realpath(await temporaryFolder());
  execFileSync("git", ["init", "-q"], { cwd: folder });
  await writeFile(join(folder, "a.txt"), "text\n");
  execFileSync("git", ["add", "."], { cwd: folder });
  const bin = await temporaryFolder();
  const seen = join(bin, "seen");
  await writeFile(join(bin, "git"), `#!/bin/sh\necho "$@" >> ${seen}\nenv >> ${seen}\n`, { mode: 0o755 });
  const texts = new GitTexts(folder, {
    PATH: `${bin}:/usr/bin:/bin`,
    GIT_DIR: "/elsewhere",
    GIT_CONFIG_COUNT: "2",
    GIT_CONFIG_KEY_1: "core.pager",
  });
  await texts.look();
  await texts.read([{ oid: "1".repeat(40), size: 5 }]);
  const said = await readFile(seen, "utf8");
  for (const setting of ["core.fsmonitor=false", "core.hooksPath=/dev/null", "protocol.ext.allow=never"])
    expect(said).toContain(`-c ${setting}`);
  expect(said).toMatch(/^GIT_OPTIONAL_LOCKS=0$/m);
  expect(said).toMatch(/^GIT_TERMINAL_PROMPT=0$/m);
  expect(said).not.toMatch(/GIT_DIR|GIT_CONFIG_COUNT=[^1]|GIT_CONFIG_KEY_1/);
  // Whoever starts git elsewhere has to look here first.
  const sources = execFileSync(
    "grep",
    ["-rlE", `"git"`, "src/hosts", "src/app", "src/commands", "src/core"],
    {
      cwd: join(import.meta.dirname, "../../.."),
      encoding: "utf8",
    },
  );
  expect(sources.trim().split("\n")).toEqual(["src/hosts/node/quiet-git.ts"]);
});
