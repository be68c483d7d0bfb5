import { join } from "node:path";
import { expect, test } from "vitest";
import { call, reply, say } from "../support/fake-api/replies.ts";
import { embedWorld } from "./world.ts";

const PROGRAM = join(import.meta.dirname, "../support/mcp/stdio-server.ts");

test("an agent has the tools of the servers it was given, and its program says which of them run", async () => {
  const world = await embedWorld([
    reply(call("mcp__demo__echo", { text: "hello" }), call("mcp__demo__folder", {})),
    reply(say("done")),
  ]);
  const agent = await world.open({
    mcpServers: { demo: { command: process.execPath, args: [PROGRAM] } },
    allowedTools: ["mcp__demo__echo"],
  });
  const { outcome, denied } = await agent.send("Go");
  expect(outcome).toBe("done");
  const results = JSON.stringify(world.api.requests.at(-1)?.body.messages.at(-1));
  expect(results).toContain("hello");
  expect(denied).toMatchObject([{ name: "mcp__demo__folder" }]);
}, 30_000);

test("servers that make no sense are refused before anything begins", async () => {
  const world = await embedWorld([]);
  const wrong: unknown = ["a"];
  const opening = world.open({ mcpServers: wrong as Record<string, never> });
  await expect(opening).rejects.toMatchObject({ kind: "invalid_input" });
});
