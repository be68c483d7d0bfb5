import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { packageVsix } from "../dev/package-vsix.ts";
import { run } from "../dev/processes.ts";
import { startFakeApi } from "../support/fake-api/fake-api.ts";
import { call, reply, say } from "../support/fake-api/replies.ts";
import { listZip, type ZipEntry } from "./zip.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const DIST = join(ROOT, "dist");
const MB = 1024 * 1024;
const manifest = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));

let folder: string;
let paths: [string, string];
let entries: ZipEntry[];

beforeAll(async () => {
  if (!existsSync(join(DIST, "NOTICES.txt")))
    throw new Error("These tests look at what is built: npm run build.");
  folder = mkdtempSync(join(tmpdir(), "plumb-vsix-"));
  paths = [join(folder, "one.vsix"), join(folder, "two.vsix")];
  for (const path of paths) await packageVsix(path);
  entries = listZip(paths[0]);
}, 60_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Parts of the Node bundles that load late have a hash of their content in the name. */
const LATE = /^extension\/dist\/(extension|cli|shared)\/[\w-]+-[A-Z0-9]{8}\.js$/;

describe("the VSIX", () => {
  test("holds the bundles, their notices and the pictures, and nothing else", () => {
    const media = readdirSync(join(ROOT, "media"), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(
        (entry) =>
          `extension/${join(entry.parentPath, entry.name)
            .slice(ROOT.length + 1)
            .replaceAll("\\", "/")}`,
      );
    const names = entries.map((entry) => entry.name).filter((name) => !LATE.test(name));
    expect(names.sort()).toEqual(
      [
        "[Content_Types].xml",
        "extension.vsixmanifest",
        "extension/LICENSE.txt",
        "extension/changelog.md",
        "extension/dist/NOTICES.txt",
        "extension/dist/cli.js",
        "extension/dist/extension.js",
        "extension/dist/grammar/tree-sitter-powershell.wasm",
        "extension/dist/grammar/tree-sitter.wasm",
        "extension/dist/page/main.css",
        "extension/dist/page/main.js",
        "extension/dist/shared/html-to-markdown.js",
        "extension/dist/shared/sandbox.js",
        "extension/dist/vendor/seccomp/arm64/apply-seccomp",
        "extension/dist/vendor/seccomp/x64/apply-seccomp",
        "extension/dist/webview/chunk.js",
        "extension/dist/webview/late.js",
        "extension/dist/webview/main.css",
        "extension/dist/webview/main.js",
        ...media,
        "extension/package.json",
        "extension/package.nls.json",
        "extension/readme.md",
      ].sort(),
    );
  });

  test("is at most 3 MB", () => {
    expect(statSync(paths[0]).size).toBeLessThanOrEqual(3 * MB);
  });

  test("is the same, byte for byte, when it is made again", () => {
    expect(readFileSync(paths[0]).equals(readFileSync(paths[1]))).toBe(true);
    expect(new Set(entries.map((entry) => entry.modified)).size).toBe(1);
  });
});

test("the oldest editor we support is the one whose API we compile against", () => {
  expect(manifest.engines.vscode).toBe(`^${manifest.devDependencies["@types/vscode"]}`);
});

test("the panel's script imports at once what its page preloads, and nothing else", () => {
  const script = readFileSync(join(DIST, "webview/main.js"), "utf8");
  expect(script.match(/(?<=from")\.[^"]+(?=")/g)).toEqual(["./chunk.js"]);
});

test("what is bundled is named with its licence", () => {
  const titles = readFileSync(join(DIST, "NOTICES.txt"), "utf8").match(/^\S+ \d+\.\d+\.\d+ \(.+\)$/gm);
  for (const name of ["@anthropic-ai/sdk", "@vscode/codicons", "linkedom", "react-dom", "zod"]) {
    expect(titles?.filter((title) => title.startsWith(`${name} `))).toHaveLength(1);
  }
});

test("the program works from the files of the VSIX alone", async () => {
  const place = join(folder, "from-vsix");
  for (const { name } of entries) {
    const path = /^extension\/(dist\/(?:cli|shared|vendor|grammar)[/.].+)$/.exec(name)?.[1];
    if (path !== undefined) cpSync(join(ROOT, path), join(place, path));
  }
  const api = await startFakeApi({
    script: [reply(call("Read", { file_path: "a.txt" })), reply(say("It says A."))],
  });
  try {
    writeFileSync(join(place, "a.txt"), "A");
    const { PATH = "" } = process.env;
    const env = { PATH, HOME: place, ANTHROPIC_API_KEY: "test", ANTHROPIC_BASE_URL: api.url };
    const args = [join(place, "dist/cli.js"), "-p", "What is in a.txt?"];
    expect(await run(process.execPath, args, { cwd: place, env })).toEqual({
      code: 0,
      output: "It says A.\n",
    });
  } finally {
    await api.close();
  }
});

describe("the program", () => {
  test("says its version", async () => {
    expect(await run(process.execPath, [join(DIST, "cli.js"), "--version"])).toEqual({
      code: 0,
      output: `${manifest.version}\n`,
    });
  });

  /** Two copies of one library in a file once crashed on load, and only in the bundle. */
  test("loads each of its late parts", async () => {
    // All but the program itself, which would run.
    const parts = readdirSync(join(DIST, "cli")).filter((file) => /^(?!cli-program).*\.js$/.test(file));
    const imports = parts.map(
      (file) => `await import(${JSON.stringify(pathToFileURL(join(DIST, "cli", file)))});`,
    );
    expect(parts.length).toBeGreaterThan(0);
    expect(await run(process.execPath, ["--input-type=module", "--eval", imports.join("\n")])).toEqual({
      code: 0,
      output: "",
    });
  });
});
