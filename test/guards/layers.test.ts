import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as z from "zod";
import { run } from "../dev/processes.ts";

const ROOT = resolve(import.meta.dirname, "../..");

/** What must be caught, each in a file of its own. Imports name real modules: a guard that only sees typos is none. */
const PLANTED = {
  "src/core/reads-disk.ts": 'import { readFileSync } from "node:fs";\nexport const read = readFileSync;\n',
  "src/core/knows-tools.ts": 'export { builtinTools } from "../tools/index.ts";\n',
  "src/core/habits/knows-tools.ts": 'export { builtinTools } from "../../tools/index.ts";\n',
  "src/core/knows-late.ts": 'export const load = () => import("../app/app.ts");\n',
  "src/core/knows-type.ts": 'import type { App } from "../app/app.ts";\nexport type Known = App;\n',
  "src/safety/knows-parts.ts": 'export { builtinTools } from "../tools/index.ts";\n',
  "src/safety/shell/knows-parts.ts": 'export { builtinTools } from "../../tools/index.ts";\n',
  "src/safety/shell/commands/knows-parts.ts": 'export { builtinTools } from "../../../tools/index.ts";\n',
  "src/review/reads-disk.ts": 'import { readFileSync } from "node:fs";\nexport const read = readFileSync;\n',
  "src/tools/knows-models.ts": 'export { DEFAULT_MODEL } from "../models/index.ts";\n',
  "src/models/knows-tools.ts": 'export { builtinTools } from "../tools/index.ts";\n',
  "src/tools/starts-processes.ts": 'import { spawn } from "node:child_process";\nexport const run = spawn;\n',
  "src/app/knows-editor.ts": 'import * as vscode from "vscode";\nexport const version = vscode.version;\n',
  "src/app/knows-hosts.ts": 'export { createNodeHost } from "../hosts/node/node-host.ts";\n',
  "src/protocol/knows-app.ts": 'export { App } from "../app/app.ts";\n',
  "src/hosts/node/knows-editor.ts":
    'import * as vscode from "vscode";\nexport const version = vscode.version;\n',
  "src/hosts/node/changes/knows-app.ts": 'export { App } from "../../../app/app.ts";\n',
  "src/hosts/node/knows-app.ts": 'export { App } from "../../app/app.ts";\n',
  "src/hosts/vscode/knows-app.ts": 'export { App } from "../../app/app.ts";\n',
  "src/hosts/vscode/hunks/knows-app.ts": 'export { App } from "../../../app/app.ts";\n',
  "src/telemetry/knows-tools.ts": 'export { builtinTools } from "../tools/index.ts";\n',
  "src/tour/knows-app.ts": 'export { App } from "../app/app.ts";\n',
  "webview/src/knows-hosts.ts": 'export { createNodeHost } from "../../src/hosts/node/node-host.ts";\n',
  "webview/src/rows/knows-app.ts": 'export { App } from "../../../src/app/app.ts";\n',
  "webview/src/knows-node.ts": 'import { join } from "node:path";\nexport const path = join;\n',
} as const;

/** What must stay allowed, or the guard would be in the way. */
const ALLOWED = {
  "src/hosts/vscode/uses-node.ts": 'export { createNodeHost } from "../node/node-host.ts";\n',
  "src/tools/uses-core.ts": 'export { AgentError } from "../core/errors.ts";\n',
  "src/app/uses-parts.ts": 'export { builtinTools } from "../tools/index.ts";\n',
  "webview/src/uses-protocol.ts": 'export { PROTOCOL } from "../../src/protocol/view.ts";\n',
} as const;

const OTHERS = {
  "src/core/cycle-one.ts": 'import { two } from "./cycle-two.ts";\nexport const one = (): unknown => two;\n',
  "src/core/cycle-two.ts": 'import { one } from "./cycle-one.ts";\nexport const two = (): unknown => one;\n',
  "src/core/floats.ts":
    "export function begin(): void {\n  wait();\n}\n\nasync function wait(): Promise<void> {\n  await Promise.resolve();\n}\n",
  "src/core/misses-a-case.ts":
    'export function name(kind: "a" | "b"): string {\n  switch (kind) {\n    case "a":\n      return "A";\n  }\n  return "";\n}\n',
  "src/core/misuses.ts":
    'export const isReady = async (): Promise<boolean> => await Promise.resolve(true);\nexport const word = isReady() ? "yes" : "no";\n',
} as const;

const Report = z.object({
  diagnostics: z.array(z.object({ category: z.string(), location: z.object({ path: z.string() }) })),
});

let copy: string;
/** Rule → the files it complains about. */
let biome: Map<string, Set<string>>;
let oxlint: string;

beforeAll(async () => {
  copy = mkdtempSync(join(tmpdir(), "plumb-layers-"));
  for (const path of ["src", "webview", "biome.json", ".oxlintrc.json", "tsconfig.json", "package.json"]) {
    cpSync(join(ROOT, path), join(copy, path), { recursive: true });
  }
  symlinkSync(join(ROOT, "node_modules"), join(copy, "node_modules"), "junction");
  // The rules are the same; only the question which files git ignores has no answer here.
  const config = z.looseObject({}).parse(JSON.parse(readFileSync(join(copy, "biome.json"), "utf8")));
  writeFileSync(join(copy, "biome.json"), JSON.stringify({ ...config, vcs: { enabled: false } }));
  for (const [path, text] of Object.entries({ ...PLANTED, ...ALLOWED, ...OTHERS })) {
    mkdirSync(dirname(join(copy, path)), { recursive: true });
    writeFileSync(join(copy, path), text);
  }
  const bin = (path: string) => join(ROOT, "node_modules", path);
  const [first, second] = await Promise.all([
    run(
      process.execPath,
      [
        bin("@biomejs/biome/bin/biome"),
        "lint",
        "--reporter=json",
        "--diagnostic-level=error",
        "--max-diagnostics=none",
        "src",
        "webview",
      ],
      { cwd: copy, stdio: ["ignore", "pipe", "ignore"] },
    ),
    run(process.execPath, [bin("oxlint/bin/oxlint"), "--type-aware", "--format=unix", "src/core"], {
      cwd: copy,
    }),
  ]);
  biome = new Map();
  for (const { category, location } of Report.parse(JSON.parse(first.output)).diagnostics) {
    const files = biome.get(category) ?? new Set();
    biome.set(category, files.add(location.path));
  }
  oxlint = second.output;
}, 60_000);

afterAll(() => rmSync(copy, { recursive: true, force: true }));

const restricted = () => biome.get("lint/style/noRestrictedImports") ?? new Set();

describe("an import that breaks the layers is refused", () => {
  test.each(Object.keys(PLANTED))("%s", (path) => expect([...restricted()]).toContain(path));
});

test("nothing else is", () => {
  expect([...restricted()].sort()).toEqual(Object.keys(PLANTED).sort());
});

test("an import cycle is refused", () => {
  expect([...(biome.get("lint/suspicious/noImportCycles") ?? [])].sort()).toEqual([
    "src/core/cycle-one.ts",
    "src/core/cycle-two.ts",
  ]);
});

test.each([
  ["a promise nobody waits for", "src/core/floats.ts", "no-floating-promises"],
  ["a promise taken for a truth", "src/core/misuses.ts", "no-misused-promises"],
  ["a case that is missing", "src/core/misses-a-case.ts", "switch-exhaustiveness-check"],
])("%s is refused", (_, path, rule) => {
  expect(oxlint.split("\n").filter((line) => line.includes(path) && line.includes(rule))).toHaveLength(1);
});
