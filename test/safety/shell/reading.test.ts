import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, posix } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { type CommandReading, readCommands } from "../../../src/safety/shell/reading.ts";

const place = { cwd: "/home/dev/project", home: "/home/dev", resolve: posix.resolve };
const read = (text: string): CommandReading => readCommands(text, place);
const words = (text: string): string[][] =>
  read(text).commands.map((command) => command.words.map(({ value }) => value));

const pieces = fc.constantFrom(
  ..."a,b,[a],?,a.b,--x=1,é, ,  ,\t,\n,',\",\\,$,`,*,?,[,],{,},(,),<,>,2>&1,&,|,;,!,#,~,^,%,=,:,/,@,if,time,{a,b},$'".split(
    ",",
  ),
  "{a,b}",
);
const anyText = fc.array(pieces, { maxLength: 12 }).map((parts) => parts.join(""));

/** One command all of whose words are said to be known exactly. */
function isKnown(text: string): boolean {
  const { commands, isReadable, isOdd, hasVariable } = read(text);
  const [only, ...others] = commands;
  if (!only || others.length > 0 || !isReadable || isOdd || hasVariable) return false;
  const isPlain = only.assignments.length === 0 && only.redirects.length === 0;
  return (
    isPlain &&
    // A process substitution has a name that only the shell knows; this one stands for it.
    only.words.every(
      ({ value, isGlob, isSplit }) =>
        !isGlob && !isSplit && !value.includes("\0") && !value.includes("/dev/fd/"),
    )
  );
}
const shown = (text: string): string => `printf '%s\\0' ${text} '<end>'`;

test.skipIf(!existsSync("/bin/bash"))("words are understood exactly as bash understands them", () => {
  const known = fc
    .sample(anyText, { numRuns: 40_000, seed: 2 })
    .filter(
      (text) => !/[\n~<]|>&/.test(text) && isKnown(shown(text)) && words(shown(text))[0]?.at(-1) === "<end>",
    );
  expect(known.length).toBeGreaterThan(1_000);
  const script = known.map((text) => `${shown(text)}\n`).join("");
  const cwd = mkdtempSync(join(tmpdir(), "plumb-words-"));
  // Names that a glob could become.
  for (const name of ["a", "b", "a.b", "é", "--x=1"]) writeFileSync(join(cwd, name), "");
  const { stdout, stderr } = spawnSync("/bin/bash", ["--noprofile", "--norc"], {
    input: script,
    cwd,
    env: { PATH: "/nowhere", HOME: "/home/dev", LC_ALL: "C.UTF-8" },
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
  });
  rmSync(cwd, { recursive: true });
  expect(stderr).toBe("");
  const heard = stdout
    .split("<end>\0")
    .slice(0, -1)
    .map((one) => one.split("\0").slice(0, -1));
  expect(heard).toEqual(known.map((text) => words(shown(text))[0]?.slice(2, -1)));
});

test("sees the commands of lists, pipes, groups, loops and substitutions", () => {
  expect(words("a 1 && b|c;d&e\nf $(g h) `i`")).toEqual([
    ["a", "1"],
    ["b"],
    ["c"],
    ["d"],
    ["e"],
    ["g", "h"],
    ["i"],
    ["f", "\0", "\0"],
  ]);
  expect(words("if a; then b; else c; fi; while d; do e; done; { f; }; (g)")).toHaveLength(7);
  expect(words("f() { a; }; cat <<X\n$(b)\nX\ncat <(c)")).toEqual([
    ["a"],
    ["b"],
    ["cat"],
    ["c"],
    ["cat", "/dev/fd/63"],
  ]);
});

test("sees through quotes, backslashes and braces, and takes redirections apart", () => {
  expect(words("r\\m 'a'\"b\" {x,y}z > out 2>/dev/null")).toEqual([["rm", "ab", "xz", "yz"]]);
  const [command] = read("x >a 2>>b <c &>d 2>&1").commands;
  expect(command?.redirects.map(({ operator, words: [word] }) => operator + word?.value)).toEqual([
    ">a",
    ">>b",
    "<c",
    "&>d",
  ]);
});

test("follows the folder a command runs in", () => {
  const folders = (text: string): (readonly string[] | undefined)[] =>
    read(text).commands.map(({ cwds }) => cwds);
  expect(folders("cd src && ls")[1]).toEqual(["/home/dev/project/src"]);
  expect(folders("cd src; ls")[1]).toEqual(["/home/dev/project/src", "/home/dev/project"]);
  expect(folders("(cd src); ls")[1]).toEqual(["/home/dev/project"]);
  expect(folders('cd "$X" && ls')[1]).toBeUndefined();
  expect(folders("cd && ls")[1]).toEqual(["/home/dev"]);
});

test.each([
  "'",
  "$(",
  "ls \u200b",
  "ls\r",
  "a\u00a0b",
  "echo $[1]",
  "ls !(a)",
  "cat <<X\nx",
  "a".repeat(40_000),
])("%j cannot be read", (text) => expect(read(text).isReadable).toBe(false));

test("never fails, whatever it is given", () => {
  fc.assert(fc.property(fc.oneof(anyText, fc.string({ unit: "binary" })), (text) => void read(text)));
});
