import { once } from "node:events";
import { mkdtempSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { isText } from "../../src/core/message.ts";
import type { Tool, ToolContext, ToolOutput } from "../../src/core/tool.ts";
import { lineStarter } from "../../src/hosts/node/line-program.ts";
import { readServers } from "../../src/mcp/config.ts";
import { McpServers } from "../../src/mcp/servers.ts";
import { startHttpDemo, startSseDemo } from "../support/mcp/http-server.ts";

const PROGRAM = join(import.meta.dirname, "../support/mcp/stdio-server.ts");
const BUSY = { timeout: 30_000 };

type Entries = Readonly<Record<string, Readonly<Record<string, unknown>>>>;
const program = (...modes: readonly string[]) => ({ command: process.execPath, args: [PROGRAM, ...modes] });

function open(entries: Entries, more: { environment?: Record<string, string>; waitMs?: number } = {}) {
  const dir = realpathSync(mkdtempSync(join(tmpdir(), "plumb-mcp-")));
  const { environment: given = {}, waitMs = 20_000 } = more;
  const environment = { ...given, PLUMB_MCP_WAIT: String(waitMs) };
  const configured = readServers({ mcpServers: entries }, environment);
  const { PATH = "" } = process.env;
  const servers = new McpServers({
    ...configured,
    ...{ environment, version: "1", roots: [], variables: {} },
    start: lineStarter(dir, { PATH, HOME: dir, ...environment }),
  });
  onTestFinished(async () => {
    await servers.close();
    rmSync(dir, { recursive: true, force: true });
  });
  const named = (name: string): Tool => {
    const tool = servers.tools().find(({ spec }) => spec.name === name);
    if (!tool) throw new Error(`There is no ${name}.`);
    return tool;
  };
  const call = async (
    name: string,
    input: Record<string, unknown> = {},
    { signal = new AbortController().signal, report = () => undefined }: Partial<ToolContext> = {},
  ): Promise<ToolOutput> => {
    const place = { cwd: dir, roots: [dir], readable: [], paths: {} } as unknown as Parameters<
      Tool["prepare"]
    >[1];
    return named(name)
      .prepare(input, place)
      .run({ signal, report } as ToolContext);
  };
  return { dir, servers, call, named };
}

const words = ({ content }: ToolOutput): string =>
  typeof content === "string"
    ? content
    : content.map((block) => (isText(block) ? block.text : block.type)).join("|");
/** As configurations name one. */
const variable = (name: string): string => `\${${name}}`;
const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

test("a program's tools are there, and a call reaches it", BUSY, async () => {
  const { servers, call, dir } = open({ demo: program() });
  await servers.ready();
  expect(servers.servers()).toEqual([{ name: "demo", status: "connected" }]);
  expect(words(await call("mcp__demo__echo", { text: "héllo\n\u2028" }))).toBe("héllo\n\u2028");
  expect(words(await call("mcp__demo__folder"))).toBe(dir);
});

test("a server behind HTTP is the same, as JSON and as a stream", BUSY, async () => {
  for (const streams of [false, true]) {
    const demo = await startHttpDemo({ streams });
    onTestFinished(() => demo.close());
    const { servers, call } = open(
      { far: { type: "http", url: demo.url, headers: { "X-Key": `Bearer ${variable("KEY")}` } } },
      { environment: { KEY: "abc" } },
    );
    await servers.ready();
    expect(servers.servers()).toEqual([{ name: "far", status: "connected" }]);
    expect(words(await call("mcp__far__echo", { text: "over there" }))).toBe("over there");
    expect(demo.headers.every((headers) => headers["x-key"] === "Bearer abc")).toBe(true);
    await servers.close();
    expect(demo.methods.at(-1)).toBe("DELETE");
  }
});

test(
  "a server of the older way, with one stream for all answers, is the same, also after that was cut",
  BUSY,
  async () => {
    const demo = await startSseDemo();
    onTestFinished(() => demo.close());
    const { servers, call } = open({ old: { type: "sse", url: demo.url } });
    await servers.ready();
    expect(servers.servers()).toEqual([{ name: "old", status: "connected" }]);
    expect(words(await call("mcp__old__echo", { text: "one" }))).toBe("one");
    expect((await call("mcp__old__die")).isError).toBe(true);
    expect(words(await call("mcp__old__echo", { text: "two" }))).toBe("two");
  },
);

test("pictures, data, links and failures arrive as what they are", BUSY, async () => {
  const { servers, call } = open({ demo: program() });
  await servers.ready();
  expect((await call("mcp__demo__image")).content).toMatchObject([{ type: "image" }]);
  expect(words(await call("mcp__demo__broken_image"))).toContain("not shown");
  expect(words(await call("mcp__demo__structured"))).toContain('"degrees": 21');
  const link = words(await call("mcp__demo__link"));
  expect(link).toContain("file:///a.txt");
  expect(link).toContain("inside b");
  expect(link).toContain("audio");
  expect(await call("mcp__demo__fail")).toMatchObject({ isError: true });
});

test("no key of ours is in a server's environment, and what its entry gives it is", BUSY, async () => {
  const { servers, call } = open(
    { demo: { ...program(), env: { GIVEN: variable("A:-instead"), LITERAL: variable("UNSET") } } },
    { environment: { ANTHROPIC_API_KEY: "ours", OTHER_TOKEN: "ours as well" } },
  );
  await servers.ready();
  const value = async (name: string): Promise<string> => words(await call("mcp__demo__variable", { name }));
  expect(await value("ANTHROPIC_API_KEY")).toBe("(not set)");
  expect(await value("OTHER_TOKEN")).toBe("(not set)");
  expect(await value("GIVEN")).toBe("instead");
  expect(await value("LITERAL")).toBe(variable("UNSET"));
  expect(servers.problems.join()).toContain("UNSET");
});

test(
  "one that dies in a call says so with its last words, and the next call starts it again",
  BUSY,
  async () => {
    const { servers, call } = open({ demo: program() });
    await servers.ready();
    const died = await call("mcp__demo__die");
    expect(died.isError).toBe(true);
    expect(words(died)).toContain("code 3");
    expect(words(died)).toContain("The last words of the server.");
    expect(words(died)).toContain("may or may not have taken effect");
    expect(servers.servers()).toMatchObject([{ status: "failed" }]);
    expect(words(await call("mcp__demo__echo", { text: "again" }))).toBe("again");
  },
);

test("a connection that is cut in a call is an error of that call", BUSY, async () => {
  for (const streams of [false, true]) {
    const demo = await startHttpDemo({ streams });
    onTestFinished(() => demo.close());
    const { servers, call } = open({ far: { type: "http", url: demo.url } });
    await servers.ready();
    expect((await call("mcp__far__die")).isError).toBe(true);
    expect(words(await call("mcp__far__echo", { text: "still there" }))).toBe("still there");
  }
});

test("one that was started anew meanwhile, and knows us no longer, is greeted again", BUSY, async () => {
  const demo = await startHttpDemo();
  onTestFinished(() => demo.close());
  const { servers, call } = open({ far: { type: "http", url: demo.url } });
  await servers.ready();
  demo.forget();
  expect(words(await call("mcp__far__echo", { text: "hello again" }))).toBe("hello again");
  await demo.close();
  // The first one may still find the connection that has just been closed.
  expect((await call("mcp__far__echo", { text: "anybody?" })).isError).toBe(true);
  expect(words(await call("mcp__far__echo", { text: "anybody?" }))).toContain("is not there");
  expect(servers.servers()).toMatchObject([{ name: "far", status: "failed" }]);
});

test("one that cannot start, exits, is silent or floods fails alone, with the reason", BUSY, async () => {
  const { servers } = open(
    {
      missing: { command: "there-is-no-such-program" },
      exits: program("exit"),
      silent: program("silent"),
      floods: program("flood"),
      fine: program("garbage"),
    },
    { environment: { MCP_TIMEOUT: "4000" } },
  );
  await servers.ready();
  const states = new Map(servers.servers().map((server) => [server.name, server]));
  expect(states.get("fine")).toEqual({ name: "fine", status: "connected" });
  expect(states.get("missing")?.problem).toContain("There is no program there-is-no-such-program");
  expect(states.get("exits")?.problem).toContain("Something is missing here");
  expect(states.get("silent")).toMatchObject({ status: "failed" });
  expect(states.get("floods")?.problem).toContain("a line of more than");
});

test("nobody waits longer than they have to for one that hangs", BUSY, async () => {
  const { servers } = open({ silent: program("silent"), demo: program() }, { waitMs: 2_000 });
  const before = performance.now();
  await servers.ready();
  expect(performance.now() - before).toBeLessThan(10_000);
  expect(servers.servers()[0]).toEqual({ name: "silent", status: "pending" });
});

test("one that wants to know who we are is told apart", BUSY, async () => {
  const demo = await startHttpDemo({ status: 401 });
  onTestFinished(() => demo.close());
  const { servers } = open({ far: { type: "http", url: demo.url } });
  await servers.ready();
  expect(servers.servers()).toMatchObject([{ name: "far", status: "needs-auth" }]);
});

test("a call that is stopped is stopped there too", BUSY, async () => {
  const { servers, call } = open({ demo: program() });
  await servers.ready();
  const stop = new AbortController();
  const told: string[] = [];
  const running = call("mcp__demo__hang", {}, { signal: stop.signal, report: (text) => told.push(text) });
  await expect.poll(() => told, { timeout: 10_000 }).toEqual(["begun"]);
  stop.abort();
  await expect(running).rejects.toBeDefined();
  await expect
    .poll(async () => words(await call("mcp__demo__cancelled")), { timeout: 10_000 })
    .toMatch(/^\[\d+\]$/);
});

test(
  "nothing of a server is left when it is closed, whatever it started and however it clings",
  BUSY,
  async () => {
    const dir = mkdtempSync(join(tmpdir(), "plumb-mcp-"));
    onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
    const [own, child] = [join(dir, "own"), join(dir, "child")];
    const { servers } = open({ demo: program(`pid=${own}`, `child=${child}`, "stays") });
    await servers.ready();
    const pids = [own, child].map((path) => Number(readFileSync(path, "utf8")));
    expect(pids.every(isAlive)).toBe(true);
    await servers.close();
    await expect.poll(() => pids.some(isAlive), { timeout: 5_000 }).toBe(false);
  },
);

test(
  "of odd tools those are offered that can be, under names the provider takes, and the rest is named",
  BUSY,
  async () => {
    const { servers, named, call } = open({ demo: program("odd") });
    await servers.ready();
    const names = servers.tools().map(({ spec }) => spec.name);
    expect(names.every((name) => /^[a-zA-Z0-9_-]{1,64}$/.test(name))).toBe(true);
    expect(new Set(names).size).toBe(names.length);
    const missing = [
      "no_schema",
      "only_as_task",
      "text_schema",
      "wrong_type",
      "odd_property",
      "far_reference",
      "huge_schema",
    ];
    for (const name of missing) expect(names).not.toContain(`mcp__demo__${name}`);
    expect(names).toContain("mcp__demo__line_break_and_spaces");
    expect(names.filter((name) => name.startsWith("mcp__demo__twin_name"))).toHaveLength(2);
    expect(words(await call("mcp__demo__line_break_and_spaces"))).toBe("called line\nbreak and spaces");
    expect(named("mcp__demo__injected").spec.description).not.toMatch(/[\u202e\u{e0041}]/u);
    expect(named("mcp__demo__long_description").spec.description.length).toBeLessThan(2_200);
    expect(named("mcp__demo__either").spec.input_schema).not.toHaveProperty("anyOf");
    const [access] = named("mcp__demo__reads_only").prepare({}, {} as never).accesses;
    expect(access).toEqual({ kind: "unknown", target: "mcp__demo__reads_only" });
  },
);

test(
  "thousands of tools are cut down, and what is new in a list is added to what was there",
  BUSY,
  async () => {
    const { servers, call } = open({ demo: program("many=2000") });
    await servers.ready();
    expect(servers.tools().length).toBeLessThanOrEqual(256);
    const other = open({ demo: program() });
    await other.servers.ready();
    const before = other.servers.tools().length;
    await other.call("mcp__demo__add", { name: "newcomer" });
    await expect.poll(() => other.servers.tools().length, { timeout: 10_000 }).toBe(before + 1);
    expect(words(await other.call("mcp__demo__newcomer"))).toBe("called newcomer");
    expect(words(await call("mcp__demo__echo", { text: "x" }))).toBe("x");
  },
);

test(
  "a tool stays what it was when it was told first, and one that fails since says what it takes now",
  BUSY,
  async () => {
    const { servers, call, named } = open({ demo: program() });
    await servers.ready();
    const before = named("mcp__demo__echo").spec;
    await call("mcp__demo__redefine");
    const failing = async (): Promise<string> => words(await call("mcp__demo__echo", { text: "x" }));
    await expect.poll(failing, { timeout: 10_000 }).toContain("The server has changed this tool since.");
    expect(await failing()).toContain('"words"');
    expect(named("mcp__demo__echo").spec).toEqual(before);
  },
);

test("arguments that do not fit are refused before anything is sent", BUSY, async () => {
  const { servers, named } = open({ demo: program() });
  await servers.ready();
  const prepare = (input: unknown) => () => named("mcp__demo__echo").prepare(input, {} as never);
  expect(prepare({})).toThrow("text is missing");
  expect(prepare({ text: 7 })).toThrow("type string");
  expect(prepare("{cut")).toThrow("complete JSON");
});

test("the older way over HTTP with nothing at the other end keeps nobody from leaving", BUSY, async () => {
  const silent = createServer(() => undefined).listen(0, "127.0.0.1");
  await once(silent, "listening");
  onTestFinished(() => {
    silent.closeAllConnections();
    silent.close();
  });
  const { port } = silent.address() as AddressInfo;
  const { servers } = open(
    { far: { type: "sse", url: `http://127.0.0.1:${port}/` } },
    { environment: { MCP_TIMEOUT: "200" } },
  );
  await servers.ready();
  expect(servers.servers()).toMatchObject([{ name: "far", status: "failed" }]);
  const { servers: others } = open({ far: { type: "sse", url: `http://127.0.0.1:${port}/` } });
  others.begin();
  await once(silent, "request");
  await others.close();
});
