import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readShell } from "../../src/safety/shell-words.ts";

const pieces = fc.constantFrom(
  ..."a,b,[a],?,a.b,--x=1,é, ,  ,\t,\n,',\",\\,$,`,*,?,[,],{,},(,),<,>,2>&1,&,|,;,!,#,~,^,%,=,:,/,@,if,time".split(
    ",",
  ),
);
const anyText = fc.array(pieces, { maxLength: 12 }).map((parts) => parts.join(""));
const words = (text: string): readonly (readonly string[])[] => readShell(text).commands;

describe("what counts as a plain command", () => {
  test.skipIf(!existsSync("/bin/bash"))("is understood exactly as bash understands it", () => {
    const plain = fc.sample(anyText, 60_000).filter((text) => readShell(text).isPlain);
    expect(plain.length).toBeGreaterThan(1000);
    const script = plain.map((text) => `printf '%s\\0' ${text.trim()} '<end>'\n`).join("");
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
    expect(heard).toEqual(plain.map((text) => words(text)[0]));
  });

  test.each([
    "npm test",
    "git commit -m 'fix #12; tidy'",
    'echo "a && b"',
    "git diff HEAD~1 -- src",
    "npm test 2>&1",
  ])("%s is plain", (text) => expect(readShell(text).isPlain).toBe(true));
  test.each([
    "a; b",
    "a && b",
    "a | b",
    "a &",
    "a\nb",
    "$(a)",
    "`a`",
    "echo $HOME",
    'echo "$HOME"',
    "ls *",
    "a > b",
    "a < b",
    "X=1 a",
    "~/a",
    "a ~",
    "if a",
    "time a",
    "{a,b}",
    "a #b",
    "! a",
    "(a)",
    "a \\; b",
    "a <<E",
    "a 'b",
    "a\u200bb",
    "a\rb",
    "a\u00a0b",
    "<(a)",
    "a&>b",
    "%1",
  ])("%j is not", (text) => expect(readShell(text).isPlain).toBe(false));
});

describe("reading shell text", () => {
  test("never fails, whatever it is given", () => {
    fc.assert(fc.property(fc.oneof(anyText, fc.string({ unit: "binary" })), (text) => void readShell(text)));
  });

  test("takes time that grows with the length only: the longest text is read in no time", () => {
    for (const piece of [
      "$(",
      "'\"",
      "a ",
      "\\",
      ";",
      " ",
      "\\  ",
      "`a`",
      "~",
      ":~",
      "2>",
      "\n",
      "$''",
      "a''",
    ]) {
      for (let i = 0; i < 20; i += 1) readShell(piece.repeat(32_768 / piece.length));
    }
  });

  test("makes blanks between words one and never touches those inside quotes", () => {
    expect(readShell("  npm  run\t\tbuild ").normal).toBe("npm run build");
    expect(readShell(`echo  'a  b' "c  d"`).normal).toBe(`echo 'a  b' "c  d"`);
    expect(readShell("rm a\\  b").normal).toBe("rm a\\  b");
    expect(readShell("rm a\\ ").normal).toBe("rm a\\ ");
  });

  test("gives two commands the same normal form only when their words are the same", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const once = readShell(text);
        expect(words(once.normal)).toEqual(once.commands);
        expect(readShell(once.normal).normal).toBe(once.normal);
      }),
      { numRuns: 3000 },
    );
  });

  test("sees the commands of lists, pipes, groups and substitutions", () => {
    expect(words("a 1 && b|c;d&e\nf $(g h) `i`")).toEqual([
      ["a", "1"],
      ["b"],
      ["c"],
      ["d"],
      ["e"],
      ["f", "$"],
      ["g", "h"],
      ["`"],
      ["i`"],
    ]);
  });

  test("sees through quotes and backslashes, and takes redirections out", () => {
    expect(words("r\\m 'a'\"b\" > out 2>/dev/null")).toEqual([["rm", "ab"]]);
    expect(readShell("x >a 2>>b <c &>d").redirects).toEqual(["a", "b", "c", "d"]);
  });
});
