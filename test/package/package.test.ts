import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { oldNode } from "../dev/ensure-node.ts";
import { packCli } from "../dev/pack-cli.ts";
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
