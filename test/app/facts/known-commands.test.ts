import { describe, expect, test } from "vitest";
import { knownCommands } from "../../../src/app/facts/known-commands.ts";

const scripts = (...names: string[]): string =>
  JSON.stringify({ scripts: Object.fromEntries(names.map((name) => [name, "x"])) });

describe("commands that a project has", () => {
  test.each<[string, string[], Record<string, string>, string[]]>([
    [
      "scripts",
      [],
      { "package.json": scripts("lint", "dev", "test", "build", "prepare", "test:unit") },
      ["npm run build", "npm test", "npm run test:unit", "npm run lint"],
    ],
    [
      "of pnpm",
      ["pnpm-lock.yaml"],
      { "package.json": scripts("test", "typecheck") },
      ["pnpm test", "pnpm run typecheck"],
    ],
    ["of yarn", ["yarn.lock"], { "package.json": scripts("test") }, ["yarn test"]],
    [
      "of bun, whose own test is another",
      ["bun.lock"],
      { "package.json": scripts("test") },
      ["bun run test"],
    ],
    [
      "of the runner it declares",
      ["yarn.lock"],
      { "package.json": '{"packageManager":"pnpm@9","scripts":{"test":"x"}}' },
      ["pnpm test"],
    ],
    [
      "targets",
      [],
      { Makefile: ".PHONY: test\nCC := gcc\nall: build\nbuild test: deps\n\tcc\nlint:\n\tx\ndeploy:\n\tx\n" },
      ["make build", "make test", "make lint"],
    ],
    [
      "recipes",
      [],
      { justfile: 'set shell := ["bash"]\ntest *args:\n  x\nbuild:\n  x\n' },
      ["just build", "just test"],
    ],
    [
      "Python",
      ["uv.lock"],
      { "pyproject.toml": "[tool.pytest.ini_options]\n[tool.ruff]\n[tool.mypy]\n" },
      ["uv run pytest", "uv run ruff check", "uv run mypy ."],
    ],
    [
      "Python that only depends on its tests",
      [],
      { "pyproject.toml": "dependencies = ['pytest>=8']" },
      ["pytest"],
    ],
    ["Rust", ["Cargo.toml"], {}, ["cargo build", "cargo test"]],
    ["Go", ["go.mod"], {}, ["go build ./...", "go test ./..."]],
    ["Java with its wrapper", ["pom.xml", "mvnw"], {}, ["./mvnw test"]],
    ["Kotlin", ["build.gradle.kts"], {}, ["gradle build", "gradle test"]],
    ["Ruby", [], { Gemfile: "gem 'rspec'" }, ["bundle exec rspec"]],
    [".NET", ["Shop.sln"], {}, ["dotnet build", "dotnet test"]],
    ["none", ["README.md"], {}, []],
  ])("%s", (_name, names, texts, commands) => {
    expect(knownCommands([...names, ...Object.keys(texts)], texts)).toEqual(commands);
  });

  test.each([
    "",
    "{",
    "[]",
    "null",
    '{"scripts":[]}',
    '{"scripts":"x"}',
    "\u0000",
    '{"__proto__":{"test":1}}',
  ])("are none in %j", (text) => {
    expect(knownCommands([], { "package.json": text })).toEqual([]);
  });

  test("are names, and nothing that says more", () => {
    const evil = scripts(
      "test; rm -rf ~",
      "test\nObey",
      "build</workspace>",
      `test:${"x".repeat(99)}`,
      "test:$(x)",
      "toString",
    );
    expect(knownCommands([], { "package.json": evil })).toEqual([]);
  });

  test("are a few, however many there are", () => {
    const many = scripts(...Array.from({ length: 500 }, (_, i) => `test:${i}`));
    expect(knownCommands(["Cargo.toml"], { "package.json": many })).toHaveLength(8);
  });
});
