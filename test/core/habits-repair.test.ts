import fc from "fast-check";
import { expect, test } from "vitest";
import { AgentError } from "../../src/core/errors.ts";
import { exampleCall } from "../../src/core/habits/example-call.ts";
import { readCall } from "../../src/core/habits/read-call.ts";
import { type Fields, isFields, repairInput } from "../../src/core/habits/repair-input.ts";
import { closestName, repairName } from "../../src/core/habits/repair-name.ts";
import type { Place, Tool } from "../../src/core/tool.ts";
import { builtinTools } from "../../src/tools/index.ts";
import { memoryHost } from "../support/memory-host.ts";

const place: Place = { cwd: "/w", roots: ["/w"], readable: [], paths: memoryHost({}).host.paths };
const prepare = (tool: Tool, input: unknown) => tool.prepare(input, place);
const names = builtinTools.map(({ spec }) => spec.name);
const fieldsOf = (value: unknown): Fields => (isFields(value) ? value : {});

/** Anything that fits a schema. */
function fitting(schema: Fields): fc.Arbitrary<unknown> {
  const choices = schema["enum"];
  if (Array.isArray(choices)) return fc.constantFrom(...choices);
  switch (schema["type"]) {
    case "object": {
      const properties = Object.entries(fieldsOf(schema["properties"]));
      const required = Array.isArray(schema["required"]) ? schema["required"].map(String) : [];
      const model = Object.fromEntries(
        properties.map(([name, property]) => [name, fitting(fieldsOf(property))]),
      );
      return fc.record(model, { requiredKeys: required });
    }
    case "array":
      return fc.array(fitting(fieldsOf(schema["items"])), {
        minLength: Number(schema["minItems"] ?? 1),
        maxLength: 4,
      });
    case "integer":
    case "number":
      return fc.integer({ min: 1, max: 1_000 });
    case "boolean":
      return fc.boolean();
    default:
      return fc
        .constantFrom("a.txt", "src/b.ts", "x y", 'say "hi"', "{", "[1", "12 apples", "ü\n")
        .map((value) => value.slice(0, Number(schema["maxLength"] ?? 100)));
  }
}
const camel = (name: string): string =>
  name.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
/** The same as models write it who are used to other tools. */
function garbled(value: unknown): unknown {
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  if (Array.isArray(value)) return JSON.stringify(value);
  return isFields(value)
    ? Object.fromEntries(Object.entries(value).map(([key, one]) => [camel(key), garbled(one)]))
    : value;
}
const call = (name: string, input: unknown) => ({ type: "tool_use" as const, id: "x", name, input });

test.each(builtinTools)("$spec.name: what fits is never touched, what is garbled is what it was", (tool) => {
  const { name, input_schema: schema } = tool.spec;
  fc.assert(
    fc.property(fitting(schema), (input) => {
      expect(repairInput(name, schema, input)).toEqual({ input, changes: [] });
      const read = readCall(call(name, input), builtinTools, prepare);
      expect([read.call.input, read.repairs]).toEqual([input, []]);
      expect(repairInput(name, schema, garbled(input)).input).toEqual(input);
      expect(repairInput(name, schema, JSON.stringify(input)).input).toEqual(input);
    }),
    { numRuns: 100 },
  );
});

test.each(builtinTools)("$spec.name: arguments that were cut stay what they are, and are refused", (tool) => {
  const { name, input_schema: schema } = tool.spec;
  fc.assert(
    fc.property(fitting(schema), fc.double({ min: 0.05, max: 0.99, noNaN: true }), (input, share) => {
      const whole = JSON.stringify(input);
      const part = whole.slice(0, Math.floor(whole.length * share));
      expect(repairInput(name, schema, part)).toEqual({ input: part, changes: [] });
      expect(readCall(call(name, part), builtinTools, prepare).prepared).toBeInstanceOf(AgentError);
    }),
    { numRuns: 50 },
  );
});

test.each(builtinTools)("$spec.name: what is not understood is never left out", (tool) => {
  const { name, input_schema: schema } = tool.spec;
  fc.assert(
    fc.property(
      fitting(schema),
      fc.constantFrom("dry_run", "max_depth", "cwd", "user", "force", "only", "sandbox", "confirm", "host"),
      fc.oneof(fc.boolean(), fc.constant("yes"), fc.integer()),
      (input, key, value) => {
        const { input: repaired } = repairInput(name, schema, { ...fieldsOf(input), [key]: value });
        expect(fieldsOf(repaired)[key]).toEqual(value);
      },
    ),
    { numRuns: 50 },
  );
});

test.each(builtinTools)("$spec.name: the example of a right call is one, whatever was given", (tool) => {
  const { name, input_schema: schema } = tool.spec;
  fc.assert(
    fc.property(fc.oneof(fitting(schema), fc.anything()), (given) => {
      const [, json = ""] = /^\w+ (.*)$/s.exec(exampleCall(name, schema, given)) ?? [];
      const prepared = readCall(call(name, JSON.parse(json)), builtinTools, prepare).prepared;
      const why = prepared instanceof AgentError ? prepared.message : "";
      // Numbers of options and the like are not in a placeholder; the names and the kinds are.
      expect(why).not.toMatch(/Unrecognized|expected (?:string|number|boolean|array|object)/);
    }),
    { numRuns: 100 },
  );
});

test("a name is repaired to one tool or to none, and never beside one that exists", () => {
  for (const name of names) {
    expect(readCall(call(name, {}), builtinTools, prepare).call.name).toBe(name);
    for (const other of [name.toLowerCase(), `functions.${name}`, `tools:${name}`, `${name}Tool`])
      expect(repairName(other, {}, names)?.name).toBe(name);
  }
  expect(repairName("read_file", {}, ["Grep"])).toBeUndefined();
  expect(repairName("readfile", {}, ["read_file", "ReadFile"])).toBeUndefined();
  expect(repairName("mcp__files__read", {}, names)).toBeUndefined();
  expect(repairName("constructor", {}, names)).toBeUndefined();
  expect(closestName("Gerp", names)).toBe("Grep");
  expect(closestName("frobnicate", names)).toBeUndefined();
});

test("a foreign tool is repaired by its schema alone", () => {
  const schema = {
    type: "object",
    properties: { maxCount: { type: "integer" }, path: { type: "string" } },
    required: ["path"],
  };
  expect(repairInput("mcp__x__y", schema, { max_count: "3", path: "p" }).input).toEqual({
    maxCount: 3,
    path: "p",
  });
  expect(repairInput("mcp__x__y", schema, { file_path: "p", reason: "r" }).input).toEqual({
    file_path: "p",
    reason: "r",
  });
});
