import { beforeAll, describe, expect, test } from "vitest";
import { createPaths } from "../../src/hosts/node/node-paths.ts";
import type { RulePlace } from "../../src/safety/path-patterns.ts";
import { isReadOnlyCommand } from "../../src/safety/read-only-commands.ts";
import { loadShell } from "../../src/safety/shell/late.ts";

const LINKS: Readonly<Record<string, string>> = {
  "/w/out": "/home/ada/.ssh/id_rsa",
  "/w/in": "/w/src/a.ts",
  "/w/keys": "/w/.env",
  "/w/dir": "/etc",
};
const place: RulePlace = {
  cwd: "/w",
  roots: ["/w"],
  home: "/home/ada",
  paths: createPaths("linux"),
  isCaseInsensitive: false,
  real: (path) => LINKS[path],
  isLooked: (path) => !path.endsWith("/unknown"),
};

beforeAll(loadShell);

describe("what runs without a question", () => {
  test.each([
    "git status",
    "git log --oneline -5 --format=%h",
    "ls -la src",
    "cat package.json | head -20",
    'grep -rn "/api/users" src --include="*.ts"',
    "find . -name '*.ts' -not -path './node_modules/*'",
    "cd src && wc -l a.ts",
    "cat in",
    "node --version; pwd; date",
    'echo "$HOME" done',
  ])("%s", (text) => expect(isReadOnlyCommand(text, place)).toBe(true));
});

describe("what asks", () => {
  test.each([
    ["it writes", "touch x"],
    ["it runs the project", "npm test"],
    ["it is outside", "cat /etc/passwd"],
    ["it is a secret", "cat .env"],
    ["a link leads outside", "cat out"],
    ["a link leads to a secret", "head -1 keys"],
    ["a link is gone into", "cd dir && cat hosts"],
    ["a link is read as input", "wc -l < out"],
    ["a link is the value of an option", "grep -n --file=out a.ts"],
    ["nobody looked where it leads", "cat unknown"],
    ["names that a glob finds may be links", "cat *"],
    ["a word is only known when it runs", "cat $FILE"],
    ["names come from another command", "ls | xargs cat"],
    ["links are followed", "grep -R key ."],
    ["links are followed, said longer", "rg --follow key"],
    ["links are followed in folders", "find -L . -name x"],
    ["two folders are compared, links and all", "diff -r a b"],
    ["it does not parse", "ls ("],
    ["it does not parse either", "ls ( touch x"],
    ["part of it writes", "ls && rm a"],
  ])("%s: %s", (_, text) => expect(isReadOnlyCommand(text, place)).toBe(false));

  test("everything outside of a workspace, and with the paths of other systems", () => {
    expect(isReadOnlyCommand("ls", { ...place, roots: [] })).toBe(false);
    expect(isReadOnlyCommand("ls", { ...place, cwd: "/elsewhere" })).toBe(false);
    expect(isReadOnlyCommand("ls", { ...place, cwd: "C:\\w", roots: ["C:\\w"] })).toBe(false);
  });
});
