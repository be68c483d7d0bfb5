import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { MAX_CHARS } from "../../src/safety/shell/parse.ts";
import { type ShellRisk, shellRisk } from "../../src/safety/shell/shell-risk.ts";

/** What holds of the risk of shell text whatever the text is. How long it takes is measured by the bench. */

const RANK = { low: 0, medium: 1, high: 2 } as const;
const place = { cwd: "/home/dev/project", home: "/home/dev", roots: ["/home/dev/project"] };
const judge = (cmd: string): ShellRisk => shellRisk({ cmd, ...place });
const rank = (cmd: string): number => RANK[judge(cmd).risk];

const Case = z.object({ cmd: z.string(), parses: z.boolean() });
const CORPUS = readFileSync(new URL("../corpora/bash-risk.jsonl", import.meta.url), "utf8")
  .trim()
  .split("\n")
  .map((line) => Case.parse(JSON.parse(line)));
const SOUND = CORPUS.filter(({ parses }) => parses).map(({ cmd }) => cmd);
/** Can be put beside something else on one line. */
const PIECES = SOUND.filter((cmd) => !/[\n#]|\\$|<<|&\s*$/.test(cmd));
/** Nothing behind these is in another folder, where the same words may mean something harmless. */
const STAYING = PIECES.filter((cmd) => !/\b(?:cd|pushd|popd)\b/.test(cmd));

const filled = (piece: string, end = ""): string =>
  piece.repeat(Math.floor((MAX_CHARS - end.length) / piece.length)) + end;

describe("any text is judged, and what is too much is high", () => {
  const NESTED: Readonly<Record<string, string>> = {
    "substitutions that do not end": filled("$("),
    "substitutions that do": "$(".repeat(8_000) + ")".repeat(8_000),
    "double parentheses": filled("(("),
    "double parentheses that end": `((${"(".repeat(8_000)}1${")".repeat(8_000)}))`,
    braces: filled("{ "),
    "braces that end": `${"{ ".repeat(6_000)}ls;${" }".repeat(6_000)}`,
    "brace expansions": `rm ${"{a,".repeat(6_000)}b${"}".repeat(6_000)}`,
    "here-documents": filled("cat <<a\n"),
    "here-documents in one another": filled("cat <<$(cat <<"),
    "single quotes": filled("'"),
    "double quotes": filled('"'),
    "quotes in turn": filled("'\""),
    backticks: filled("`"),
    "backticks in one another": "`\\`".repeat(10_000),
    arrays: filled("a[b["),
    "default values": `echo ${"$".concat("{a:-").repeat(6_000)}${"}".repeat(6_000)}`,
    conditions: filled("if "),
    cases: filled("case a in a) "),
    "shells in shells": filled("sh -c '"),
    "process substitutions": filled("cat <("),
    "extended globs": filled("@("),
    "old arithmetic": filled("$["),
    backslashes: filled("\\"),
    functions: filled("f(){ "),
  };
  test.each(Object.entries(NESTED))("%s are too much, and high", (_name, text) => {
    expect(judge(text)).toMatchObject({ risk: "high", readOnly: false });
  });

  test("30,000 separators are no command, and end in an answer", () => {
    for (const text of [";".repeat(30_000), "ls;".repeat(10_000), "&".repeat(30_000), "|".repeat(30_000)]) {
      const { risk, reasons } = judge(text);
      expect(RANK).toHaveProperty(risk);
      expect(reasons.length === 0).toBe(risk === "low");
    }
    expect(judge(";".repeat(30_000)).risk).toBe("high");
  });

  test("one character above the limit is too much, whatever it is made of", () => {
    fc.assert(
      fc.property(fc.constantFrom("a", " ", "ls;", "é", "\n"), (piece) => {
        const text = `ls ${piece.repeat(MAX_CHARS)}`;
        expect(judge(text)).toMatchObject({ risk: "high", readOnly: false });
      }),
    );
  });

  const TOKENS =
    "; && || | & |& ;; ;& ( ) { } $( $(( )) ` ' \" \\ $ $\u007b } << <<- <<< < > >> <> >& <( >( if then elif else fi for select in do done while until case esac [[ ]] (( ! * ? [ ] ~ a= a[0]= += @( coproc function time f() ls rm -rf cat EOF # \n \t = , .. / . é".split(
      " ",
    );
  test("32 KB of any tokens", () => {
    const text = fc
      .tuple(
        fc.array(fc.constantFrom(...TOKENS), { minLength: 1, maxLength: 400 }),
        fc.constantFrom("", " "),
        fc.integer({ min: 1, max: 200 }),
      )
      .map(([tokens, join, times]) => tokens.join(join).concat(join).repeat(times).slice(0, MAX_CHARS));
    fc.assert(
      fc.property(text, (cmd) => {
        const { risk, readOnly, reasons } = judge(cmd);
        expect(RANK).toHaveProperty(risk);
        expect(reasons.length === 0).toBe(risk === "low");
        if (risk !== "low") return;
        expect(typeof readOnly).toBe("boolean");
      }),
      { numRuns: 300 },
    );
  });
});

/** All the ways in which one text can stand beside another, each of which runs both or may. */
const JOINED: Readonly<Record<string, (a: string, b: string) => string>> = {
  and: (a, b) => `${a} && ${b}`,
  or: (a, b) => `${a} || ${b}`,
  semicolon: (a, b) => `${a}; ${b}`,
  "no blanks": (a, b) => `${a};${b}`,
  "new line": (a, b) => `${a}\n${b}`,
  "empty lines": (a, b) => `\n\n${a}\n\n\n${b}\n`,
  background: (a, b) => `${a} & ${b}`,
  "background, waited for": (a, b) => `{ ${a}; } & wait; ${b}`,
  pipe: (a, b) => `${a} | { ${b}; }`,
  "pipe of errors too": (a, b) => `{ ${a}; } |& { ${b}; }`,
  "if and else": (a, b) => `if true; then ${a}; else ${b}; fi`,
  "while and do": (a, b) => `while ${a}; do ${b}; break; done`,
  case: (a, b) => `case x in a) ${a};; *) ${b};; esac`,
  "case that falls through": (a, b) => `case a in a) ${a};& *) ${b};; esac`,
  subshells: (a, b) => `(${a}); (${b})`,
  "substitutions in one word": (a, b) => `echo "$( ${a} )x$( ${b} )"`,
  "a default value": (a, b) => `echo "\${X:-$( ${a} )}" && ${b}`,
  "a here-string": (a, b) => `cat <<< "$( ${a} )"; ${b}`,
  "a loop over a list": (a, b) => `for i in 1 2; do ${a}; done; ${b}`,
  arithmetic: (a, b) => `echo $(( 1 + $( ${a} ) )); ${b}`,
};

describe("a text is at least as risky as its parts", () => {
  test.each(Object.entries(JOINED))("joined by %s", (_name, join) => {
    fc.assert(
      fc.property(fc.constantFrom(...STAYING), fc.constantFrom(...STAYING), (a, b) => {
        const text = join(a, b);
        expect(rank(text), text).toBeGreaterThanOrEqual(Math.max(rank(a), rank(b)));
      }),
      { numRuns: 400 },
    );
  });
});

/** Spellings of a word that are the same word to a shell. */
const SPELLED: readonly ((word: string) => string)[] = [
  (word) => `'${word}'`,
  (word) => `"${word}"`,
  (word) => `$'${word}'`,
  (word) => `$"${word}"`,
  (word) => [...word].map((letter) => `\\${letter}`).join(""),
  (word) => [...word].map((letter) => `'${letter}'`).join(""),
  (word) => `${word.slice(0, 1)}''${word.slice(1)}`,
  (word) => `${word.slice(0, -1)}""${word.slice(-1)}`,
  (word) => `${word.slice(0, 1)}\\\n${word.slice(1)}`,
  (word) =>
    `$'${[...word].map((letter) => `\\x${letter.charCodeAt(0).toString(16).padStart(2, "0")}`).join("")}'`,
  (word) =>
    `$'${[...word].map((letter) => `\\${letter.charCodeAt(0).toString(8).padStart(3, "0")}`).join("")}'`,
  (word) =>
    `$'${[...word].map((letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`).join("")}'`,
  (word) => `${word.slice(0, 1)}"${word.slice(1, -1)}"'${word.slice(-1)}'`,
];
/** Only plain words: where there are none of a shell's characters, quoting changes nothing. `time` is a keyword. */
const PLAIN = SOUND.filter((cmd) => /^[\w./ -]+$/.test(cmd) && !/^time /.test(cmd));

test("no spelling of its words makes a command less risky", () => {
  const respelled = fc.constantFrom(...PLAIN).chain((cmd) =>
    fc
      .array(fc.option(fc.constantFrom(...SPELLED)), {
        minLength: cmd.split(" ").length,
        maxLength: cmd.split(" ").length,
      })
      .map((ways) => ({
        cmd,
        text: cmd
          .split(" ")
          .map((word, at) => (word === "" ? word : (ways[at]?.(word) ?? word)))
          .join(" "),
      })),
  );
  fc.assert(
    fc.property(respelled, ({ cmd, text }) => {
      expect(rank(text), text).toBeGreaterThanOrEqual(rank(cmd));
    }),
    { numRuns: 3_000 },
  );
});

test("an unknown option makes nothing low, wherever it stands", () => {
  // `echo` and `test` have words, not options; `command -v x` looks a name up; `tar tf --x` reads a file called so.
  const known = SOUND.filter((cmd) => rank(cmd) === 0 && /^[a-z]+(?: [\w ./-]+)?$/.test(cmd)).filter(
    (cmd) =>
      !/^(?:command|type|which|echo|true|false|printf|test|expr|sleep|yes|cd|pushd|popd|tar)\b| -- /.test(
        cmd,
      ),
  );
  expect(known.length).toBeGreaterThan(80);
  const option = fc.oneof(
    fc.stringMatching(/^--[a-z]{3,8}-plumb(?:=[a-z/.]{0,8})?$/),
    fc.stringMatching(/^--plumb-[a-z]{1,8}$/),
    fc.constantFrom("-€", "-%", "-é"),
  );
  fc.assert(
    fc.property(fc.constantFrom(...known), option, fc.nat(), (cmd, unknown, at) => {
      const words = cmd.split(" ");
      // Behind an option it could be what that option is given.
      const places = words.flatMap((word, index) => (word.startsWith("-") ? [] : [index + 1]));
      const text = words.toSpliced(places[at % places.length] ?? 1, 0, unknown).join(" ");
      expect(rank(text), text).toBeGreaterThan(0);
    }),
    { numRuns: 2_000 },
  );
});
