import { copyFileSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { oldNode } from "../dev/ensure-node.ts";
import { packCli } from "../dev/pack-cli.ts";
import { ROOT } from "../dev/paths.ts";
import { run } from "../dev/processes.ts";
import { startFakeApi } from "../support/fake-api/fake-api.ts";
import { call, reply, say } from "../support/fake-api/replies.ts";
import { type Installed, installPackage } from "./installed.ts";

const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));
let installed: Installed;
let folder: string;

beforeAll(async () => {
  installed = await installPackage();
  folder = join(installed.project, "node_modules/plumb");
}, 60_000);
afterAll(() => installed?.remove());

describe("the package of the program", () => {
  test("brings its licence, the notices and a page, no maps and nothing to compile", () => {
    const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).map((file) =>
      file.replaceAll("\\", "/"),
    );
    expect(files).toEqual(
      expect.arrayContaining([
        "LICENSE",
        "README.md",
        "dist/NOTICES.txt",
        "dist/cli.js",
        "dist/grammar/tree-sitter.wasm",
      ]),
    );
    expect(files.filter((file) => /\.(map|node|gyp|ts)$/.test(file) && !file.endsWith(".d.ts"))).toEqual([]);
    const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    expect(manifest).toMatchObject({ name: "plumb", version, license: "Apache-2.0", type: "module" });
    expect(manifest).not.toHaveProperty("scripts");
    expect(manifest).not.toHaveProperty("dependencies");
  });

  test("is the same, byte for byte, when it is made again", async () => {
    const again = await packCli(join(installed.project, "again"));
    expect(readFileSync(again).equals(readFileSync(installed.tarball))).toBe(true);
  });

  test("runs by npx from the tarball", async () => {
    const out = await installed.npm([
      "exec",
      "--yes",
      `--package=${installed.tarball}`,
      "-c",
      "plumb --version",
    ]);
    expect(out).toBe(`${version}\n`);
  });

  test("does a task on the Node that runs this", () => doesTask(process.execPath));

  const old = oldNode();
  // Downloaded by `npm test`; without a network it is left out.
  test.skipIf(old === undefined)("does a task on Node 22", () => doesTask(old ?? ""));
});

describe("what a program imports from it", () => {
  test("runs the example of the documentation", () => runsExample(process.execPath));

  const old = oldNode();
  test.skipIf(old === undefined)("runs it on Node 22", () => runsExample(old ?? ""));

  test("has types that stand by themselves, and fit the example of the page", async () => {
    const page = readFileSync(new URL("../../docs/embedding.md", import.meta.url), "utf8");
    const example = /```ts\n([\s\S]+?)```/.exec(page)?.[1] ?? "";
    writeFileSync(join(installed.project, "example.mts"), example);
    const strict = ["--strict", "--exactOptionalPropertyTypes", "--noEmit", "--skipLibCheck", "false"];
    const place = ["--module", "nodenext", "--target", "es2022", "--lib", "es2022", "--types", ""];
    const compiler = join(ROOT, "node_modules/typescript/bin/tsc");
    const { output } = await run(process.execPath, [compiler, ...strict, ...place, "example.mts"], {
      cwd: installed.project,
    });
    expect(output).toBe("");
    expect(example).toContain("createAgent");
  });
});

/** A picture of one pixel. */
const DOT =
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

async function runsExample(node: string): Promise<void> {
  const api = await startFakeApi({
    script: [
      reply(call("Write", { file_path: "b.txt", content: "B" }), call("Bash", { command: "rm -rf src" })),
      reply(say("Written."), call("StructuredOutput", { done: "b.txt", checked: "read", open: [] })),
    ],
  });
  try {
    writeFileSync(join(installed.project, "dot.png"), Buffer.from(DOT, "base64"));
    copyFileSync(join(ROOT, "docs/examples/embed.mjs"), join(installed.project, "embed.mjs"));
    const env = { ...installed.env, ANTHROPIC_API_KEY: "test", ANTHROPIC_BASE_URL: api.url };
    const args = ["embed.mjs", "Write b.txt", "dot.png"];
    const { code, output } = await run(node, args, { cwd: installed.project, env });
    expect(output).toContain("> Write");
    expect(output).toMatch(/Written\.[\s\S]*"done": "b\.txt"[\s\S]*\n+done, \$0\.\d+, session /);
    expect(JSON.stringify(api.requests[0]?.body.messages[0])).toContain(`"image/png","data":"${DOT}"`);
    expect(code).toBe(0);
    expect(readFileSync(join(installed.project, "b.txt"), "utf8")).toBe("B");
    expect(JSON.stringify(api.requests.at(-1)?.body)).toContain("Only edits are allowed here.");
    rmSync(join(installed.project, "b.txt"));
  } finally {
    await api.close();
  }
}

async function doesTask(node: string): Promise<void> {
  const api = await startFakeApi({
    script: [reply(call("Read", { file_path: "a.txt" })), reply(say("It says A."))],
  });
  try {
    writeFileSync(join(installed.project, "a.txt"), "A");
    const env = { ...installed.env, ANTHROPIC_API_KEY: "test", ANTHROPIC_BASE_URL: api.url };
    const args = [join(folder, "dist/cli.js"), "-p", "What is in a.txt?", "--output-format", "json"];
    const { code, output } = await run(node, args, { cwd: installed.project, env });
    expect({ code, ...JSON.parse(output) }).toMatchObject({ code: 0, result: "It says A.", num_turns: 2 });
    expect(existsSync(join(installed.env["HOME"] ?? "", ".plumb"))).toBe(true);
  } finally {
    await api.close();
  }
}
