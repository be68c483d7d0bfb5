import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { mkdir, readdir, readFile, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import type { RunOptions, ShellChunk } from "../../../src/core/ports.ts";
import { createShell, type NodeShell } from "../../../src/hosts/node/node-shell.ts";
import { plainHost } from "../../../src/hosts/node/sandbox/host-name.ts";
import { noteLeftovers } from "../../../src/hosts/node/sandbox/leftovers.ts";
import {
  DEFAULT_SANDBOX,
  type SandboxSettings,
  toSandboxSettings,
} from "../../../src/hosts/node/sandbox/settings.ts";
import { outputOf } from "../../contract/shell.ts";
import { collect, never } from "../../contract/world.ts";
import { temporaryFolder } from "./temporary.ts";

vi.setConfig({ testTimeout: 60_000 });

interface World {
  readonly folder: string;
  readonly dataDir: string;
  readonly shell: NodeShell;
  readonly run: (command: string, options?: Partial<RunOptions>) => Promise<Ran>;
}
interface Ran {
  readonly output: string;
  readonly exit: Extract<ShellChunk, { type: "exit" }>;
}

async function setUp(
  sandbox: Partial<SandboxSettings> = {},
  files: Record<string, string> = {},
): Promise<World> {
  const folder = await realpath(await temporaryFolder());
  const dataDir = await temporaryFolder();
  for (const [name, text] of Object.entries(files)) {
    await mkdir(join(folder, name, ".."), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  const settings = { ...DEFAULT_SANDBOX, ...sandbox };
  const shell = createShell({ dataDir, roots: [folder], sandbox: () => settings });
  onTestFinished(() => shell.stopAll());
  return {
    ...{ folder, dataDir, shell },
    async run(command, options = {}) {
      const all = await collect(shell.run(command, { cwd: folder, place: "confined", ...options }, never()));
      const exit = all.at(-1);
      if (exit?.type !== "exit") throw new Error("there was no exit");
      return { output: outputOf(all), exit };
    },
  };
}

const anywhere = mkdtempSync(join(tmpdir(), "plumb-test-"));
const here = await createShell({ dataDir: anywhere, roots: [anywhere] }).sandbox();
rmSync(anywhere, { recursive: true });

// Said out loud: a run in which nothing was confined must not look like one in which everything was.
if (here.state !== "on") {
  process.stderr.write(`Confinement was not tested on this machine. ${here.words}\n`);
  test(`confinement was not tested on this machine: ${here.words}`, () => {
    expect(here.state).toBe("unavailable");
  });
}

describe.runIf(here.state === "on")("a confined command", () => {
  test("writes in the workspace and in its own temporary folder, and nowhere else", async () => {
    const { folder, run } = await setUp();
    const outside = await temporaryFolder();
    const { output } = await run(
      `echo in > a.txt && echo ok-workspace; echo t > "$TMPDIR/t" && echo ok-temporary
       touch ${outside}/x; touch ~/plumb-probe; touch /tmp/plumb-probe; true`,
    );
    expect(output).toContain("ok-workspace");
    expect(output).toContain("ok-temporary");
    expect(await readFile(join(folder, "a.txt"), "utf8")).toBe("in\n");
    expect(existsSync(join(outside, "x"))).toBe(false);
    expect(existsSync(join(homedir(), "plumb-probe"))).toBe(false);
    expect(existsSync("/tmp/plumb-probe")).toBe(false);
  });

  test("has caches of its own for what fails without one", async () => {
    const { run } = await setUp();
    const { output } = await run(
      'for cache in "$npm_config_cache" "$GOCACHE"; do mkdir -p "$cache" && touch "$cache/x" && echo fine; done',
    );
    expect(output).toBe("fine\nfine\n");
  });

  test("says what it was kept from", async () => {
    const { run } = await setUp();
    const outside = await temporaryFolder();
    const { exit } = await run(`touch ${outside}/x || exit 3`);
    expect(exit.code).toBe(3);
    expect(exit.refused).toContainEqual({ kind: "write", target: join(outside, "x") });
    expect((await run("echo fine > b.txt")).exit.refused).toEqual([]);
  });

  test.each([
    ".git/hooks/pre-commit",
    ".git/config",
    ".vscode/tasks.json",
    ".mcp.json",
    ".claude/settings.json",
    ".github/workflows/ci.yml",
    ".husky/pre-commit",
    ".envrc",
    ".npmrc",
    "AGENTS.md",
    "CLAUDE.md",
    ".cargo/config.toml",
    ".plumb/settings.json",
    "packages/a/.npmrc",
    "packages/a/.vscode/tasks.json",
  ])("cannot write %s, which is not there", async (name) => {
    const { folder, run } = await setUp({}, { "packages/a/package.json": "{}" });
    execFileSync("git", ["init", "-q", folder]);
    await rm(join(folder, ".git/hooks"), { recursive: true, force: true });
    const { output } = await run(`mkdir -p "$(dirname ${name})"; echo bad >> ${name} && echo written; true`);
    expect(output).not.toContain("written");
    const path = join(folder, name);
    expect(existsSync(path) ? await readFile(path, "utf8") : "").not.toContain("bad");
  });

  test.each([
    ".vscode/settings.json",
    ".github/workflows/ci.yml",
    "deep/er/.claude/settings.json",
    "deep/er/.envrc",
  ])("cannot change %s, which is there, nor move it away", async (name) => {
    const { folder, run } = await setUp({}, { [name]: "mine" });
    const { output } = await run(
      `echo bad > ${name} && echo written; rm -f ${name} && echo removed; mv "$(dirname ${name})" moved && echo moved; true`,
    );
    expect(output).not.toMatch(/written|removed|^moved$/m);
    expect(await readFile(join(folder, name), "utf8")).toBe("mine");
  });

  test("leaves nothing in the workspace of what it was kept from", async () => {
    const { folder, run } = await setUp({}, { "a.txt": "" });
    await run("true");
    expect((await readdir(folder)).sort()).toEqual(["a.txt"]);
  });

  test("reads neither the secrets of the workspace nor those of the home folder", async () => {
    const { run } = await setUp({}, { ".env": "WORD=in-the-env-file", "sub/server.pem": "in-the-key-file" });
    const { output } = await run("cat .env sub/server.pem; ls ~/.ssh ~/.aws; true");
    expect(output).not.toContain("in-the-env-file");
    expect(output).not.toContain("in-the-key-file");
  });

  test("commits, but cannot give git a program to run", async () => {
    const { folder, run } = await setUp({}, { "a.txt": "a" });
    execFileSync("git", ["init", "-q", folder]);
    const who = "-c user.name=a -c user.email=a@example.com";
    const { output, exit } = await run(
      `git add a.txt && git ${who} commit -qm one && git log --oneline | wc -l; git config core.fsmonitor ./x; true`,
    );
    expect(exit.code).toBe(0);
    expect(output).toMatch(/^\s*1$/m);
    expect(await readFile(join(folder, ".git/config"), "utf8")).not.toContain("fsmonitor");
    expect((await run("mv .git elsewhere && echo moved; true")).output).not.toContain("moved");
  });

  test("commits in a worktree whose repository is elsewhere, and a made-up one opens nothing", async () => {
    const { folder, run } = await setUp();
    const main = await realpath(await temporaryFolder());
    const git = (...args: string[]) => execFileSync("git", args, { cwd: main, stdio: "pipe" });
    git("init", "-q");
    git("-c", "user.name=a", "-c", "user.email=a@example.com", "commit", "-q", "--allow-empty", "-m", "one");
    git("worktree", "add", "-q", join(folder, "tree"));
    const committed = await run(
      "echo b > b && git add b && git -c user.name=a -c user.email=a@example.com commit -qm two && echo committed; true",
      { cwd: join(folder, "tree") },
    );
    expect(committed.output).toContain("committed");
    const hook = await run(`echo bad > ${main}/.git/hooks/pre-commit && echo written; true`);
    expect(hook.output).not.toContain("written");

    const forged = await setUp();
    const target = await realpath(await temporaryFolder());
    await writeFile(join(forged.folder, ".git"), `gitdir: ${target}\n`);
    const tried = await forged.run(`touch ${target}/x && echo written; true`);
    expect(tried.output).not.toContain("written");
  });

  test("a link in the workspace leads nowhere it could not write", async () => {
    const { folder, run } = await setUp();
    const outside = await temporaryFolder();
    await symlink(outside, join(folder, "link"));
    const { output } = await run("echo x > link/x && echo written; true");
    expect(output).not.toContain("written");
  });

  test("reaches no server of this machine, no name, no socket", async () => {
    const server = createServer((_request, response) => response.end("reached"));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void server.close());
    const address = server.address();
    const port = typeof address === "object" ? address?.port : 0;
    const { run } = await setUp();
    const { output } = await run(
      `node -e 'require("net").connect(${port}, "127.0.0.1").on("connect", () => console.log("reached")).on("error", (e) => console.log("refused", e.code))'
       node -e 'require("dns").lookup("example.com", (e) => console.log(e ? "no name" : "a name"))'
       node -e 'require("net").createServer().listen(process.env.TMPDIR + "/s").on("error", (e) => console.log("no socket", e.code)).on("listening", () => { console.log("a socket"); process.exit() })'`,
    );
    expect(output).not.toMatch(/reached|a name|a socket/);
    expect(output).toMatch(/refused/);
  });

  test("asks once for each new host, and reaches those that are allowed", async () => {
    const server = createServer((_request, response) => response.end("reached"));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void server.close());
    const address = server.address();
    const port = typeof address === "object" ? address?.port : 0;
    const asked: string[] = [];
    const { run } = await setUp({ allowedDomains: ["127.0.0.1"] });
    const fetch = (host: string) => `
      node -e '
        const { username, password } = new URL(process.env.HTTP_PROXY);
        const authorization = "Basic " + btoa(decodeURIComponent(username) + ":" + password);
        require("http").get({
          host: "localhost", port: 3128, path: "http://${host}:${port}/", agent: false,
          headers: { "proxy-authorization": authorization, host: "${host}:${port}" },
        }, (answer) => { console.log("${host}", answer.statusCode); answer.resume(); });'`;
    const { output, exit } = await run(
      ["no.invalid", "no.invalid", "127.0.0.1", "127.0.0.2"].map(fetch).join("\n"),
      {
        askHost: async (host) => {
          asked.push(host);
          return host === "127.0.0.2";
        },
      },
    );
    expect(asked).toEqual(["no.invalid", "127.0.0.2"]);
    expect(output).toContain("no.invalid 403");
    expect(output).toContain("127.0.0.1 200");
    // Allowed, and nobody listens there.
    expect(output).toMatch(/127\.0\.0\.2 50\d/);
    expect(exit.refused).toEqual([{ kind: "host", target: "no.invalid" }]);
  });

  test("a host is refused where nobody can be asked", async () => {
    const { run } = await setUp();
    const { exit } = await run("git ls-remote http://example.com/a.git || exit 4");
    expect(exit.code).toBe(4);
    expect(exit.refused).toContainEqual({ kind: "host", target: "example.com" });
  });

  test("sees its own processes only, and leaves none behind", async () => {
    const { run } = await setUp();
    const { output } = await run("(setsid sleep 987654 &) ; ps -e | wc -l");
    expect(Number(output.trim())).toBeLessThan(20);
    expect(execFileSync("ps", ["-eo", "args"], { encoding: "utf8" })).not.toContain("sleep 987654");
  });

  test("is not confined when it is approved for outside, and is where the setting says so for all", async () => {
    const outside = await temporaryFolder();
    const { run } = await setUp({ enabled: "on" });
    expect((await run(`touch ${outside}/a && echo written`, { place: "open" })).output).toContain("written");
    const { shell, folder } = await setUp({ enabled: "on" });
    const all = await collect(shell.run(`touch ${outside}/b && echo written`, { cwd: folder }, never()));
    expect(outputOf(all)).not.toContain("written");
    expect(await shell.sandbox()).toMatchObject({ state: "on", isForAll: true });
  });
});

test("the sandbox keeps no process from ending, and starts again when it is needed", async () => {
  if (here.state !== "on") return;
  const { run, shell, folder } = await setUp();
  await run("true");
  await shell.stopAll();
  expect((await run("echo again")).output).toBe("again\n");
  const script = join(import.meta.dirname, "confine-and-end.ts");
  const child = spawnSync(process.execPath, [script, folder], { encoding: "utf8", timeout: 30_000 });
  expect(child).toMatchObject({ status: 0, signal: null, stdout: "confined\n" });
});

describe("where there is no sandbox", () => {
  test("a command that has to be confined does not run, and the reason is told", async () => {
    const { run, shell } = await setUp({ enabled: "off" });
    expect(await shell.sandbox()).toMatchObject({ state: "off", isForAll: false });
    await expect(run("echo ran")).rejects.toMatchObject({
      kind: "denied",
      message: expect.stringContaining("switched off"),
    });
  });

  test.each([
    ["auto", false],
    ["on", true],
  ] as const)("with the setting %s it says what is missing and how to get it", async (enabled, isForAll) => {
    const folder = await temporaryFolder();
    const shell = createShell({
      ...{ dataDir: folder, roots: [folder], platform: "linux", environment: { PATH: folder } },
      sandbox: () => ({ ...DEFAULT_SANDBOX, enabled }),
    });
    const state = await shell.sandbox();
    expect(state).toMatchObject({ state: "unavailable", isForAll });
    expect(state.words).toMatch(/bubblewrap \(bwrap\) and socat not installed.*apt install bubblewrap socat/);
    const run = (place?: "confined") =>
      collect(shell.run("echo ran", { cwd: folder, ...(place && { place }) }, never()));
    await expect(run("confined")).rejects.toMatchObject({ kind: "denied" });
    if (enabled === "on") await expect(run()).rejects.toMatchObject({ kind: "denied" });
    else expect(outputOf(await run())).toBe("ran\n");
  });

  test("a program of the workspace is not taken for it", async () => {
    const folder = await temporaryFolder();
    for (const name of ["bwrap", "socat"])
      await writeFile(join(folder, name), "#!/bin/sh\n", { mode: 0o755 });
    const environment = { PATH: folder };
    const shell = createShell({ dataDir: folder, roots: [folder], platform: "linux", environment });
    expect(await shell.sandbox()).toMatchObject({ state: "unavailable" });
  });

  test("on Windows it says that there is none", async () => {
    const folder = await temporaryFolder();
    const shell = createShell({ dataDir: folder, roots: [folder], platform: "win32" });
    expect(await shell.sandbox()).toMatchObject({
      state: "unavailable",
      words: expect.stringContaining("WSL"),
    });
  });
});

describe("settings", () => {
  test("what is not understood is the stricter choice", () => {
    expect(toSandboxSettings({})).toEqual({ enabled: "auto", allowedDomains: [], docker: undefined });
    expect(toSandboxSettings({ enabled: "of", allowedDomains: "x", docker: " " })).toEqual({
      ...{ enabled: "on", allowedDomains: [], docker: undefined },
    });
    expect(toSandboxSettings({ enabled: "off", allowedDomains: ["a.b", 1] }).allowedDomains).toEqual(["a.b"]);
  });

  test.each([
    ["Example.COM.", "example.com"],
    ["127.0.0.1", "127.0.0.1"],
    ["[::1]", "[::1]"],
    ["::1", "[::1]"],
    ["evil.com\0.example.com", undefined],
    ["a b", undefined],
    ["", undefined],
    ["user@host", undefined],
    ["-a.com", undefined],
    ["a".repeat(300), undefined],
  ])("%j is the host %j", (host, plain) => expect(plainHost(host)).toBe(plain));
});

test("what a killed process left behind is removed by the next one, as far as it is still empty", async () => {
  const [folder, dataDir] = [await temporaryFolder(), await temporaryFolder()];
  const paths = ["empty", "full", "folder", "used"].map((name) => join(folder, name));
  await writeFile(join(folder, "empty"), "");
  await writeFile(join(folder, "full"), "mine");
  await mkdir(join(folder, "folder"));
  await mkdir(join(folder, "used/inside"), { recursive: true });
  const gone = spawnSync(process.execPath, ["-e", ""]).pid;
  await mkdir(join(dataDir, "sandbox"));
  await writeFile(join(dataDir, "sandbox", `${gone}.json`), JSON.stringify({ paths, helpers: [] }));
  noteLeftovers(dataDir, [join(folder, "new")]);
  expect((await readdir(folder)).sort()).toEqual(["full", "used"]);
  expect(await readdir(join(dataDir, "sandbox"))).toEqual([`${process.pid}.json`]);
});
