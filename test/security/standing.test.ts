import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { plainHost } from "../../src/hosts/node/sandbox/host-name.ts";
import { builtinTools } from "../../src/tools/index.ts";

/** What holds of the whole source, so that nobody gives it up by the way. */
const ROOT = join(import.meta.dirname, "../..");
const files = readdirSync(join(ROOT, "src"), { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
  .map((entry) => join(entry.parentPath, entry.name).slice(ROOT.length + 1));
const sourceOf = (path: string): string =>
  readFileSync(join(ROOT, path), "utf8").replaceAll(/\/\*[\s\S]*?\*\/|(?<!:)\/\/[^\n]*/g, "");

test("what could widen permissions is read from the user's own layer of the settings", () => {
  const read = files
    .filter((path) => path.startsWith("src/hosts/vscode/"))
    .flatMap((path) => [
      ...sourceOf(path).matchAll(/\b(?:settings|configuration)\.get(?:<[^>]*>)?\(\s*"([\w.]+)"/g),
    ])
    .map(([, key = ""]) => key);
  // A workspace may choose these: none of them lets anything happen that would not.
  expect([...new Set(read)].toSorted()).toEqual([
    ...["checkBeforeFinishing", "context.compactAt", "effort", "maxSteps", "model", "review.openProposal"],
  ]);
});

test("only a plain name or address is a host to the sandbox", () => {
  for (const host of ["example.org", "EXAMPLE.org.", "a-b.example.org", "127.0.0.1", "[::1]"])
    expect(plainHost(host), host).toBeDefined();
  for (const host of [
    "",
    "good.example\0.evil.example",
    "good.example%00.evil.example",
    "user@good.example",
    "good.example:80@evil.example",
    "good.example/evil",
    "good.example evil.example",
    "good.example\r\nHost: evil.example",
    "*.example.org",
    "ex\u00ADample.org",
    "ｅxample.org",
    "-a.example",
    "a..example",
    "x".repeat(300),
  ])
    expect(plainHost(host), JSON.stringify(host)).toBeUndefined();
});

test("no tool has a field for modes, rules, approvals or the sandbox", () => {
  const fields = builtinTools.flatMap(({ spec }) =>
    fieldsOf(spec.input_schema).map((field) => `${spec.name}.${field}`),
  );
  expect(fields.length).toBeGreaterThan(30);
  expect(
    fields.filter((field) =>
      /sandbox|permission|approv|trust|bypass|danger|unsafe|rule|confine|allow|policy|elevat|sudo/i.test(
        field,
      ),
    ),
  ).toEqual([]);
  // These say what is looked for and how it is shown, or which notebook cell: nothing that decides about a call.
  const modes = fields.filter((field) => /\..*mode/i.test(field));
  expect(modes.toSorted()).toEqual(["Grep.output_mode", "NotebookEdit.edit_mode"]);
});

/** Names of all fields, also of those within lists and objects. */
function fieldsOf(schema: unknown): readonly string[] {
  if (typeof schema !== "object" || schema === null) return [];
  const own =
    "properties" in schema && typeof schema.properties === "object"
      ? Object.keys(schema.properties ?? {})
      : [];
  return [...own, ...Object.values(schema).flatMap(fieldsOf)];
}

test("nothing listens but the offline tour, on loopback and with a key", () => {
  const listening = files.filter((path) =>
    /\bcreateServer\b|\.listen\(|WebSocketServer/.test(sourceOf(path)),
  );
  expect(listening.toSorted()).toEqual(["src/tour/loopback.ts", "src/tour/server.ts"]);
  const calls = [...sourceOf("src/tour/loopback.ts").matchAll(/\.listen\(([^,]*),\s*([^,]*),/g)];
  expect(calls.map(([, port, host]) => [port, host])).toEqual([["0", '"127.0.0.1"']]);
  expect(sourceOf("src/tour/server.ts")).toMatch(/if \(!hasKey\(request, apiKey\)\)/);
});

test("no file with a fixed name is made where everybody may write", () => {
  const shared = files.filter((path) => /\btmpdir\(|["'`]\/(?:var\/)?tmp\b/.test(sourceOf(path)));
  // Patterns of paths in commands, and a folder of its own with a random name.
  const rest = shared.filter((path) => !path.startsWith("src/safety/"));
  for (const path of rest) {
    const uses = [...sourceOf(path).matchAll(/(.{0,40})(?:\btmpdir\(\)|["'`]\/(?:var\/)?tmp\b)/g)].map(
      ([, before = ""]) => before,
    );
    for (const before of uses)
      expect(`${path}: ${before}`).toMatch(
        /mkdtempSync\(join\($|mkdtemp\(join\($|cwd: options\.roots\[0\] \?\? $/,
      );
  }
});
