import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { call, reply, say } from "../support/fake-api/replies.ts";
import { startHttpDemo } from "../support/mcp/http-server.ts";
import { openTerminal, type Terminal } from "./terminal.ts";

const PROGRAM = join(import.meta.dirname, "../support/mcp/stdio-server.ts");
const BUSY = { timeout: 60_000 };

const entry = (...modes: readonly string[]) => ({ command: process.execPath, args: [PROGRAM, ...modes] });
const config = (servers: Readonly<Record<string, unknown>>): string =>
  JSON.stringify({ mcpServers: servers });
const demo = config({ demo: entry() });

const toolsOf = ({ api }: Terminal, request = 0): readonly string[] => {
  const offered: readonly { name: string }[] = api.requests[request]?.body.tools ?? [];
  return offered.map(({ name }) => name);
};
const lastResult = ({ api }: Terminal): string => JSON.stringify(api.requests.at(-1)?.body.messages.at(-1));
const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

test(
  "a server's tool is called when a rule allows it, and its result reaches the model as data",
  BUSY,
  async () => {
    const terminal = await openTerminal([
      reply(call("mcp__demo__echo", { text: "from the server" })),
      reply(call("mcp__demo__echo", { text: "once more" })),
      reply(say("done")),
    ]);
    const args = ["-p", "Go", "--mcp-config", demo, "--allowed-tools", "mcp__demo__*"];
    const { code, out, err } = await terminal.run(args).ended;
    expect({ code, out, err }).toEqual({ code: 0, out: "done\n", err: "" });
    expect(toolsOf(terminal)).toContain("mcp__demo__echo");
    expect(lastResult(terminal)).toContain("once more");
    expect(JSON.stringify(terminal.api.requests[1]?.body.messages)).toMatch(
      /<data-\w+ from=\\"mcp__demo__echo\\">\\nfrom the server/,
    );
    expect(terminal.api.violations).toEqual([]);
  },
);

test("without a rule it is denied, and the end says which rule would allow it", BUSY, async () => {
  const terminal = await openTerminal([reply(call("mcp__demo__reads", { text: "x" })), reply(say("no"))]);
  const odd = config({ demo: entry("odd") });
  const { code, err } = await terminal.run(["-p", "Go", "--mcp-config", odd]).ended;
  expect(code).toBe(0);
  expect(lastResult(terminal)).toContain("There is no tool named");
  expect(err).toContain("is left out");
  const other = await openTerminal([reply(call("mcp__demo__reads_only", {})), reply(say("no"))]);
  // That it only reads is what the server says of it.
  const denied = await other.run(["-p", "Go", "--mcp-config", odd]).ended;
  expect(lastResult(other)).toContain("nobody is there to give it");
  expect(denied.err).toContain('--allowed-tools "mcp__demo__reads_only"');
});

test("what one server brought does not go to another one under a broad rule", BUSY, async () => {
  const both = config({ demo: entry(), other: entry() });
  const script = () => [
    reply(call("mcp__demo__echo", { text: "send this on" })),
    reply(call("mcp__other__echo", { text: "sent on" })),
    reply(say("ok")),
  ];
  const broad = await openTerminal(script());
  await broad.run(["-p", "Go", "--mcp-config", both, "--allowed-tools", "mcp__demo mcp__other"]).ended;
  expect(lastResult(broad)).toContain("after content from mcp__demo__echo entered this turn");
  const exact = await openTerminal(script());
  const rules = "mcp__demo,mcp__other__echo";
  await exact.run(["-p", "Go", "--mcp-config", both, "--allowed-tools", rules]).ended;
  expect(lastResult(exact)).toContain("sent on");
});

test("a rule that denies a server takes its tools away from the model", BUSY, async () => {
  const terminal = await openTerminal([reply(say("ok"))]);
  await terminal.run(["-p", "Go", "--mcp-config", demo, "--disallowed-tools", "mcp__demo"]).ended;
  expect(toolsOf(terminal).filter((name) => name.startsWith("mcp__"))).toEqual([]);
});

test("init names the servers and how they are, and nothing of them is left at the end", BUSY, async () => {
  const terminal = await openTerminal([reply(say("ok"))]);
  const pids = join(terminal.dir, "pids");
  const far = await startHttpDemo();
  onTestFinished(() => far.close());
  const file = join(terminal.dir, "servers.json");
  const servers = { demo: entry(`pid=${pids}`, `child=${pids}`, "stays"), gone: entry("exit") };
  writeFileSync(file, config({ ...servers, far: { type: "http", url: far.url } }));
  const args = ["-p", "Go", "--output-format", "stream-json", "--mcp-config", file, "--strict-mcp-config"];
  const { code, out } = await terminal.run(args).ended;
  const init = JSON.parse(out.split("\n")[0] ?? "");
  expect(code).toBe(0);
  expect(init.mcp_servers).toMatchObject([
    { name: "demo", status: "connected" },
    { name: "gone", status: "failed", error: expect.stringContaining("Something is missing here") },
    { name: "far", status: "connected" },
  ]);
  expect(init.mcp_server_errors).toMatchObject([{ name: "gone" }]);
  expect(init.tools).toContain("mcp__far__echo");
  expect(out).toContain("The MCP server gone is not there");
  const ids = readFileSync(pids, "utf8").trim().split("\n").map(Number);
  expect(ids).toHaveLength(2);
  await expect.poll(() => ids.some(isAlive)).toBe(false);
});

test(
  "stopped while a server works on a call, the program ends cleanly and takes the server along",
  BUSY,
  async () => {
    const terminal = await openTerminal([reply(call("mcp__demo__hang", {})), reply(say("never"))]);
    const pids = join(terminal.dir, "pids");
    const servers = config({ demo: entry(`pid=${pids}`, "stays") });
    const args = ["-p", "Go", "--verbose", "--mcp-config", servers, "--allowed-tools", "mcp__demo"];
    const { child, ended } = terminal.run(args);
    await new Promise<void>((resolve) => {
      child.stderr?.on("data", (said) => String(said).includes("demo: hang") && resolve());
    });
    child.kill("SIGINT");
    expect((await ended).code).toBe(130);
    expect(terminal.api.requests).toHaveLength(1);
    const pid = Number(readFileSync(pids, "utf8"));
    await expect.poll(() => isAlive(pid), { timeout: 5_000 }).toBe(false);
  },
);

test("killed at once, the program leaves a server that ends by itself", BUSY, async () => {
  const terminal = await openTerminal([reply(call("mcp__demo__hang", {}))]);
  const pids = join(terminal.dir, "pids");
  const servers = config({ demo: entry(`pid=${pids}`) });
  const { child, ended } = terminal.run([
    "-p",
    "Go",
    "--mcp-config",
    servers,
    "--allowed-tools",
    "mcp__demo",
  ]);
  await expect.poll(() => terminal.api.requests.length, { timeout: 30_000 }).toBe(1);
  child.kill("SIGKILL");
  await ended;
  const pid = Number(readFileSync(pids, "utf8"));
  await expect.poll(() => isAlive(pid), { timeout: 10_000 }).toBe(false);
});

test("no key of ours reaches a server", BUSY, async () => {
  const terminal = await openTerminal([
    reply(call("mcp__demo__variable", { name: "ANTHROPIC_API_KEY" })),
    reply(say("ok")),
  ]);
  await terminal.run(["-p", "Go", "--mcp-config", demo, "--allowed-tools", "mcp__demo"]).ended;
  expect(lastResult(terminal)).toContain("(not set)");
});

test("a long result goes to a file, and what is shown says so", BUSY, async () => {
  const terminal = await openTerminal([
    reply(call("mcp__demo__big", { chars: 3_000_000 })),
    reply(say("ok")),
  ]);
  await terminal.run(["-p", "Go", "--mcp-config", demo, "--allowed-tools", "mcp__demo"]).ended;
  expect(lastResult(terminal).length).toBeLessThan(30_000);
  expect(lastResult(terminal)).toMatch(/blobs/);
});

test("many tools wait until they are looked for, and their names are known", BUSY, async () => {
  const terminal = await openTerminal([reply(say("ok"))]);
  await terminal.run(["-p", "Go", "--mcp-config", config({ demo: entry("many=200") })]).ended;
  // This endpoint knows nothing of loading later, so all of them stand there; none says that it is deferred.
  expect(toolsOf(terminal).filter((name) => name.startsWith("mcp__")).length).toBeGreaterThan(200);
  expect(terminal.api.violations).toEqual([]);
});

test("a repository's .mcp.json starts nothing, with --mcp-config or without", BUSY, async () => {
  const terminal = await openTerminal(() => reply(say("ok")));
  const pids = join(terminal.dir, "pids");
  writeFileSync(join(terminal.dir, ".mcp.json"), config({ theirs: entry(`pid=${pids}`) }));
  for (const more of [[], ["--mcp-config", demo]]) {
    const { code } = await terminal.run(["-p", "Go", ...more]).ended;
    expect(code).toBe(0);
  }
  expect(() => readFileSync(pids)).toThrow();
});

test.each([
  ["{", "is not JSON"],
  ['{"servers":{}}', 'has to be "mcpServers"'],
  ["missing.json", "cannot be read"],
])("--mcp-config %s ends the program with what is wrong", BUSY, async (given, words) => {
  const terminal = await openTerminal([]);
  const { code, err } = await terminal.run(["-p", "Go", "--mcp-config", given]).ended;
  expect(code).toBe(1);
  expect(err).toMatch(new RegExp(words));
  expect(terminal.api.requests).toEqual([]);
});

test("a wrong entry is left out and named, and the others count", BUSY, async () => {
  const terminal = await openTerminal([reply(say("ok"))]);
  const given = config({
    demo: entry(),
    bare: { url: "https://x.example" },
    far: { type: "http", url: "http://x.example" },
  });
  const { code, err } = await terminal.run(["-p", "Go", "--mcp-config", given]).ended;
  expect(code).toBe(0);
  expect(err).toContain('MCP server "bare" is left out');
  expect(err).toContain('MCP server "far" is left out: its address has to begin with https');
  expect(toolsOf(terminal)).toContain("mcp__demo__echo");
});

test("one that dies in a call is an error for the model, and the next call has it again", BUSY, async () => {
  const terminal = await openTerminal([
    reply(call("mcp__demo__die", {})),
    reply(call("mcp__demo__echo", { text: "back" })),
    reply(say("ok")),
  ]);
  await terminal.run(["-p", "Go", "--mcp-config", demo, "--allowed-tools", "mcp__demo"]).ended;
  const [, second] = terminal.api.requests;
  expect(JSON.stringify(second?.body.messages.at(-1))).toContain("may or may not have taken effect");
  expect(lastResult(terminal)).toContain("back");
});

test("one that comes late is there from the next request on, and the model is told", BUSY, async () => {
  const slow = config({ slow: entry("delay=3000") });
  const terminal = await openTerminal(({ body }) => {
    const said = JSON.stringify(body.messages);
    if (said.includes("mcp__slow__echo") && said.includes("tool_result") && said.includes("made it"))
      return reply(say("ok"));
    if (said.includes("Further tools")) return reply(call("mcp__slow__echo", { text: "made it" }));
    return reply(call("Bash", { command: "sleep 1" }));
  });
  const args = ["-p", "Go", "--mcp-config", slow, "--allowed-tools", "mcp__slow,Bash(sleep 1)"];
  const { code, out } = await terminal.run(args, { env: { PLUMB_MCP_WAIT: "100" } }).ended;
  expect({ code, out }).toEqual({ code: 0, out: "ok\n" });
  expect(toolsOf(terminal)).not.toContain("mcp__slow__echo");
  expect(toolsOf(terminal, terminal.api.requests.length - 1)).toContain("mcp__slow__echo");
});
