import { readFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { missingFromLock } from "../dev/complete-lock.ts";
import { runOrThrow } from "../dev/processes.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const TOO_COMMON = [
  "/",
  "/home",
  "/root",
  "/tmp",
  "/usr",
  "/usr/src",
  "/var",
  "/Users",
  "/app",
  "/src",
  "/workspace",
];

/** Path → text of every file of the repository. */
const files = new Map<string, string>();

beforeAll(async () => {
  const list = await runOrThrow("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], {
    cwd: ROOT,
  });
  for (const path of list.split("\0").filter(Boolean)) {
    try {
      files.set(path, readFileSync(join(ROOT, path), "utf8"));
    } catch {
      // Deleted and not yet committed.
    }
  }
});

/** `path:line: text` of every line that matches. */
function find(pattern: RegExp, isMeant: (path: string) => boolean): string[] {
  return [...files]
    .filter(([path]) => isMeant(path))
    .flatMap(([path, text]) =>
      text.split("\n").flatMap((line, i) => (pattern.test(line) ? [`${path}:${i + 1}: ${line.trim()}`] : [])),
    );
}

test("no test is switched off, and none shuts out the others", () => {
  const isTest = (path: string) => /\.test\.tsx?$/.test(path) && !path.startsWith("test/guards/");
  expect(
    find(
      /\b(?:test|it|describe|suite)\.(?:only|skip|todo|fails)\b|\b(?:xit|fit|xdescribe|fdescribe)\(/,
      isTest,
    ),
  ).toEqual([]);
});

test("no module is mocked: there is a port for that", () => {
  expect(
    find(
      /\bvi\.(?:mock|doMock|hoisted)\(/,
      (path) => path.endsWith(".ts") && !path.startsWith("test/guards/"),
    ),
  ).toEqual([]);
});

test("no file names the place where somebody has checked it out, or a home folder", () => {
  // A checkout in the temporary folder has a name that may stand anywhere; a real one has not.
  const isPassing = (place: string) => place.startsWith(join(tmpdir(), "/"));
  const places = [ROOT, homedir()].filter((place) => !TOO_COMMON.includes(place) && !isPassing(place));
  const escaped = places.map((place) => place.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("|");
  const found = escaped ? find(new RegExp(`(?<![\\w.-])(?:${escaped})(?:[/\\\\]|\\b)`), () => true) : [];
  expect(found).toEqual([]);
});

test("the lockfile names no download address", () => {
  expect(find(/"resolved"|https?:\/\/[^"]*\.tgz/, (path) => path === "package-lock.json")).toEqual([]);
});

test("the lockfile knows the packages of every platform", () => {
  // Fails after npm install from a registry without them; node test/dev/complete-lock.ts adds them.
  expect(missingFromLock()).toEqual([]);
});

test("every dependency is pinned", () => {
  const { dependencies, devDependencies, optionalDependencies } = JSON.parse(files.get("package.json") ?? "");
  const loose = Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies }).filter(
    ([, version]) => !/^\d+\.\d+\.\d+$/.test(String(version)),
  );
  expect(loose).toEqual([]);
});

test("the top level is what the customer fixed, and what tools insist on", () => {
  const top = new Set([...files.keys()].map((path) => path.split("/")[0]));
  expect([...top].sort()).toEqual([
    ...[".ci", ".gitattributes", ".gitignore", ".npmrc", ".oxlintrc.json", ".vscode", ".vscodeignore"],
    ...["ARCHITECTURE.md", "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "README.md", "SECURITY.md"],
    ...["biome.json", "docs", "esbuild.mjs", "media"],
    ...["package-lock.json", "package.json", "package.nls.json", "src", "test", "tsconfig.json", "webview"],
  ]);
});
