import { expect, test } from "vitest";
import { usableSchema } from "../../src/mcp/check-schema.ts";
import { readServers } from "../../src/mcp/config.ts";
import { serverNameFor, toolNameFor } from "../../src/mcp/tool-names.ts";

const free = (): boolean => false;
const schemaOf = (properties: unknown) => usableSchema({ type: "object", properties });

test.each([
  ["github", "github"],
  ["My Server!", "My_Server"],
  ["__a__b__", "a_b"],
  ["a\nb", "a_b"],
  ["___", ""],
  ["é", ""],
])("the server %j is called %j", (given, expected) => {
  expect(serverNameFor(given)).toBe(expected);
});

test("a name never holds what parts a server from its tool, and is never too long for the provider", () => {
  const server = serverNameFor("x".repeat(100));
  expect(server).toHaveLength(30);
  expect(serverNameFor(`${"x".repeat(20)}_${"y".repeat(20)}`)).toMatch(/^x{20}_[\da-f]{8}$/);
  expect(serverNameFor(`${"x".repeat(99)}y`)).not.toBe(server);
  const name = toolNameFor(server, "t".repeat(100), free);
  expect(name).toHaveLength(64);
  expect(toolNameFor(server, `${"t".repeat(99)}u`, free)).not.toBe(name);
  expect(toolNameFor("a", "b.c", free)).toBe("mcp__a__b_c");
  expect(toolNameFor("a", "b/c", (taken) => taken === "mcp__a__b_c")).toMatch(/^mcp__a__b_c_[\da-f]{8}$/);
});

test("entries are read as they are written elsewhere", () => {
  const { servers, problems } = readServers(
    {
      mcpServers: {
        local: {
          command: "npx",
          args: ["-y", "$" + "{NAME:-server}"],
          env: { PORT: 80, ON: true },
          timeout: 5_000,
        },
        far: { type: "http", url: "https://x.example/mcp", headers: { Authorization: "Bearer $" + "{KEY}" } },
        old: { type: "sse", url: "http://localhost:1/sse", alwaysLoad: true },
      },
    },
    { KEY: "k" },
  );
  expect(problems).toEqual([]);
  expect(servers).toMatchObject([
    {
      name: "local",
      kind: "stdio",
      args: ["-y", "server"],
      env: { PORT: "80", ON: "true" },
      timeoutMs: 5_000,
    },
    { name: "far", kind: "http", headers: { Authorization: "Bearer k" } },
    { name: "old", kind: "sse", alwaysLoad: true },
  ]);
});

test.each([
  [{ command: 7 }, "expected string"],
  [{}, "neither"],
  [{ type: "ws", url: "wss://x" }, "no type"],
  [{ type: "constructor", url: "https://x" }, "no type"],
  [{ type: "http", url: "ftp://x" }, "no http"],
  [{ type: "http", url: "http://10.0.0.1/mcp" }, "https"],
  [{ type: "http", url: "https://me:secret@x.example" }, "headers"],
  [{ type: "http", url: "https://x.example", headersHelper: "cat key" }, "headersHelper is not there yet"],
  [null, "expected"],
])("the entry %j is left out, and why is said", (entry, words) => {
  const { servers, problems } = readServers({ mcpServers: { one: entry, two: { command: "x" } } }, {});
  expect(servers.map(({ name }) => name)).toEqual(["two"]);
  expect(problems.join()).toContain(words);
});

test("of two names that mean the same only the first one counts", () => {
  const { servers, problems } = readServers(
    { mcpServers: { "a b": { command: "x" }, a_b: { command: "y" } } },
    {},
  );
  expect(servers).toHaveLength(1);
  expect(problems.join()).toContain("means the same");
});

test.each([
  [{ a: { type: ["string", "null"], enum: ["x"] } }, undefined],
  [{ a: { anyOf: [{ type: "string" }, { $ref: "#/$defs/b" }] } }, undefined],
  [{ a: true }, undefined],
  [{ a: { type: "strng" } }, "type"],
  [{ a: { items: [{ type: "string" }] } }, "items"],
  [{ a: { anyOf: [] } }, "anyOf"],
  [{ a: { properties: [] } }, "properties"],
  [{ a: { required: "a" } }, "required"],
  [{ a: { properties: { b: { $ref: "http://x" } } } }, "$ref"],
  [{ a: "text" }, "a schema that is none"],
])("the properties %j are judged", (properties, problem) => {
  const found = schemaOf(properties);
  if (problem === undefined) expect(found).toHaveProperty("schema");
  else expect(found).toMatchObject({ problem: expect.stringContaining(problem) });
});

test("a schema that never ends is none", () => {
  let deep: unknown = { type: "string" };
  for (let i = 0; i < 500; i += 1) deep = { type: "object", properties: { a: deep } };
  expect(usableSchema(deep)).toHaveProperty("problem");
});
