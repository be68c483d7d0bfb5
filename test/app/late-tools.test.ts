import { join } from "node:path";
import { expect, test } from "vitest";
import { text } from "../../src/core/message.ts";
import { lineStarter } from "../../src/hosts/node/line-program.ts";
import { readServers } from "../../src/mcp/config.ts";
import { McpServers } from "../../src/mcp/servers.ts";
import { createAnthropicProvider } from "../../src/models/anthropic.ts";
import { call, reply, say, think } from "../support/fake-api/replies.ts";
import { eventsOf, startWorld } from "../support/start-app.ts";

const PROGRAM = join(import.meta.dirname, "../support/mcp/stdio-server.ts");
const BUSY = { timeout: 60_000 };
const go = [text("Go")];

function serversOf(dir: string, modes: readonly string[], waitMs = 20_000): McpServers {
  const { PATH = "" } = process.env;
  const environment = { PATH, HOME: dir, PLUMB_MCP_WAIT: String(waitMs) };
  const demo = { command: process.execPath, args: [PROGRAM, ...modes] };
  return new McpServers({
    ...readServers({ mcpServers: { demo } }, environment),
    ...{ environment, version: "1", roots: [], variables: {} },
    start: lineStarter(dir, environment),
  });
}
const rules = [{ verdict: "allow", text: "mcp__demo", source: "test" }] as const;

test(
  "many tools are declared and loaded by name; one that a server adds later breaks nothing that was sent",
  BUSY,
  async () => {
    const steps = [
      reply(think("I look"), call("ToolSearch", { query: "select:mcp__demo__add,mcp__demo__echo" })),
      reply(think("I add"), call("mcp__demo__add", { name: "newcomer" })),
    ];
    const after = [
      reply(think("It is there"), call("ToolSearch", { query: "select:mcp__demo__newcomer" })),
      reply(think("I call it"), call("mcp__demo__newcomer", {})),
      reply(think("Good"), say("done")),
    ];
    const world = await startWorld({
      script: ({ body }) => {
        const isTold = JSON.stringify(body.messages).includes("Further tools");
        const next = steps.shift() ?? (isTold ? after.shift() : undefined);
        return next ?? reply(think("I wait"), call("mcp__demo__echo", { text: "meanwhile" }));
      },
    });
    const servers = serversOf(world.dir, ["many=100"]);
    const app = await world.open({ servers, rules });
    expect(await app.prompt(go, "now")).toBe("done");
    const [first, ...later] = world.api.requests;
    const declared = first?.body.tools?.filter((tool) => tool.name.startsWith("mcp__")) ?? [];
    expect(declared.length).toBeGreaterThan(100);
    expect(declared.every((tool) => tool.defer_loading === true)).toBe(true);
    const results = eventsOf(app, "tool.finished").map(({ content }) => JSON.stringify(content));
    expect(results.at(-1)).toContain("called newcomer");
    expect(JSON.stringify(later.at(-1)?.body.messages)).toContain(
      "Further tools can be loaded with ToolSearch: mcp__demo__newcomer.",
    );
    // Thoughts are still taken, and what was sent still stands there.
    expect(world.api.refusals).toEqual([]);
    expect(world.api.violations).toEqual([]);
    expect(eventsOf(app, "cache.broken")).toEqual([]);
  },
);

test(
  "a server that comes after the first request is there for the next one, and nothing that was sent changes",
  BUSY,
  async () => {
    const world = await startWorld({
      script: ({ body }) => {
        const said = JSON.stringify(body.messages);
        if (said.includes('from=\\"mcp__demo__echo')) return reply(think("Good"), say("done"));
        if (said.includes("tool_reference"))
          return reply(think("Now"), call("mcp__demo__echo", { text: "made it" }));
        if (said.includes("Further tools"))
          return reply(think("I look"), call("ToolSearch", { query: "select:mcp__demo__echo" }));
        return reply(think("I wait"), call("Bash", { command: "sleep 0.5" }));
      },
    });
    const servers = serversOf(world.dir, ["delay=1500"], 50);
    const app = await world.open({
      servers,
      rules: [...rules, { verdict: "allow", text: "Bash(sleep *)", source: "test" }],
    });
    expect(await app.prompt(go, "now")).toBe("done");
    expect(JSON.stringify(world.api.requests[0]?.body.tools)).not.toContain("mcp__demo__");
    expect(world.api.refusals).toEqual([]);
    expect(world.api.violations).toEqual([]);
  },
);

test(
  "where nothing can be declared, what comes late begins a new epoch, and thoughts of the old one are left out",
  BUSY,
  async () => {
    const world = await startWorld({
      conversationOf: (body) => String(body.tools?.length),
      script: ({ body }) => {
        const said = JSON.stringify(body.messages);
        if (said.includes('from=\\"mcp__demo__echo')) return reply(think("Good"), say("done"));
        if (said.includes("Further tools can be called"))
          return reply(think("Now"), call("mcp__demo__echo", { text: "made it" }));
        return reply(think("I wait"), call("Bash", { command: "sleep 0.5" }));
      },
    });
    const servers = serversOf(world.dir, ["delay=1500"], 50);
    const provider = createAnthropicProvider({ apiKey: "k", baseUrl: world.api.url, dialect: "compatible" });
    const app = await world.open({
      servers,
      provider,
      rules: [...rules, { verdict: "allow", text: "Bash(sleep *)", source: "test" }],
    });
    expect(await app.prompt(go, "now")).toBe("done");
    expect(world.api.requests.at(-1)?.body.tools?.some(({ name }) => name === "mcp__demo__echo")).toBe(true);
    expect(world.api.refusals).toEqual([]);
    expect(world.api.violations).toEqual([]);
  },
);

test("stopping while servers are awaited ends the wait", BUSY, async () => {
  const world = await startWorld({ script: [reply(say("never"))] });
  const servers = serversOf(world.dir, ["silent"], 60_000);
  const app = await world.open({ servers });
  const outcome = app.prompt(go, "now");
  await expect.poll(() => app.isRunning, { timeout: 10_000 }).toBe(true);
  app.stop();
  expect(await outcome).toBe("cancelled");
  expect(world.api.requests).toEqual([]);
});

test("a server that is not there is said once, and the work goes on", BUSY, async () => {
  const world = await startWorld({ script: () => reply(say("ok")) });
  const servers = serversOf(world.dir, ["exit"]);
  const app = await world.open({ servers });
  expect(await app.prompt(go, "now")).toBe("done");
  expect(await app.prompt(go, "now")).toBe("done");
  const notices = eventsOf(app, "notice").filter(({ text: words }) =>
    words.includes("MCP server demo is not there"),
  );
  expect(notices).toHaveLength(1);
  expect(notices[0]?.text).toContain("Something is missing here");
});
