import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { MAX_CHARS } from "../../../src/safety/shell/parse.ts";
import { type ShellRisk, shellRisk } from "../../../src/safety/shell/shell-risk.ts";

const RANK = { low: 0, medium: 1, high: 2 } as const;
const place = { cwd: "/home/dev/project", home: "/home/dev", roots: ["/home/dev/project"] };
const judge = (cmd: string): ShellRisk => shellRisk({ cmd, ...place });
const rank = (cmd: string): number => RANK[judge(cmd).risk];

const Piece = z.object({ cmd: z.string(), parses: z.boolean() });

/** Whole commands of every risk: pieces of larger texts. */
const COMMANDS = readFileSync(new URL("../../corpora/bash-risk.jsonl", import.meta.url), "utf8")
  .trim()
  .split("\n")
  .map((line) => Piece.parse(JSON.parse(line)))
  .filter(({ cmd, parses }) => parses && !/[\n#\\]|<<|&\s*$/.test(cmd))
  .map(({ cmd }) => cmd);
const command = fc.constantFrom(...COMMANDS);
/** What follows these is in another folder, where the same words may mean something harmless. */
const staying = fc.constantFrom(...COMMANDS.filter((cmd) => !/\b(?:cd|pushd|popd)\b/.test(cmd)));
const TOKENS =
  "; && || | & ( ) { } $( ` ' \" \\ $ $\u007b } << <<< < > >> if then fi for in do done while case esac ls rm -rf cat EOF \n [[ ]] (( )) !( * ? a=1 $[ @( coproc function time".split(
    " ",
  );

describe("risk of shell text", () => {
  test("a text is at least as risky as each of its parts", () => {
    fc.assert(
      fc.property(staying, command, fc.constantFrom(" && ", "; ", " || ", " | ", "\n"), (a, b, join) => {
        // Of a list only the first command would be in the pipe, and a `cd` there moves nobody else.
        const text = join === " | " ? `${a} | { ${b}; }` : a + join + b;
        expect(rank(text), text).toBeGreaterThanOrEqual(Math.max(rank(a), rank(b)));
      }),
      { numRuns: 2_000, examples: [["ls", "rm -rf src", "\n"]] },
    );
  });

  const WRAPPERS: readonly [string, (cmd: string) => string][] = [
    ["a subshell", (cmd) => `( ${cmd} )`],
    ["braces", (cmd) => `{ ${cmd}; }`],
    ["a substitution", (cmd) => `echo "$( ${cmd} )"`],
    ["a process substitution", (cmd) => `cat <( ${cmd} )`],
    ["a condition", (cmd) => `if ${cmd}; then ls; fi`],
    ["a loop", (cmd) => `for i in 1 2; do ${cmd}; done`],
    ["negation", (cmd) => `! ${cmd}`],
    ["time", (cmd) => `time ${cmd}`],
    ["a here-document", (cmd) => `cat <<EOT\n$( ${cmd} )\nEOT`],
    ["a default value", (cmd) => `echo "\${HOME:-$( ${cmd} )}"`],
    ["sh -c", (cmd) => `sh -c '${cmd.replaceAll("'", "'\\''")}'`],
  ];
  test.each(WRAPPERS)("wrapping a command in %s never lowers its risk", (_name, wrap) => {
    for (const cmd of COMMANDS) expect(rank(wrap(cmd)), wrap(cmd)).toBeGreaterThanOrEqual(rank(cmd));
  });

  test.each(["timeout 5", "nice", "nohup", "env", "command", "stdbuf -oL", "xargs"])(
    "%s before a simple command never lowers its risk",
    (wrapper) => {
      for (const cmd of COMMANDS.filter((text) => /^[a-z][\w./ -]*$/.test(text)))
        expect(rank(`${wrapper} ${cmd}`), `${wrapper} ${cmd}`).toBeGreaterThanOrEqual(rank(cmd));
    },
  );

  test("quoting a word differently never lowers the risk", () => {
    for (const cmd of COMMANDS.filter((text) => /^[\w./ ~-]+$/.test(text) && !/~|^time /.test(text))) {
      const words = cmd.split(" ").filter((word) => word !== "");
      for (const [index, word] of words.entries()) {
        for (const quoted of [
          `'${word}'`,
          `"${word}"`,
          `\\${word}`,
          `${word.slice(0, 1)}""${word.slice(1)}`,
          `$'${word}'`,
        ]) {
          const text = words.with(index, quoted).join(" ");
          expect(rank(text), text).toBeGreaterThanOrEqual(rank(cmd));
        }
      }
    }
  });

  test("an option nobody knows is never low", () => {
    for (const cmd of COMMANDS.filter(
      (text) => rank(text) === 0 && /^[a-z]+[\w ./-]*$/.test(text) && !/ -- /.test(text),
    )) {
      const [name = ""] = cmd.split(" ");
      if (/^(?:command|type|which|echo|true|false|printf|test|expr|sleep|yes)$/.test(name)) continue;
      expect(rank(`${cmd} --plumb-unknown-option`), cmd).toBeGreaterThan(0);
    }
  });

  test("any text at all is judged", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 300 }), (text) => {
        expect(RANK).toHaveProperty(judge(text).risk);
      }),
      { numRuns: 500 },
    );
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...TOKENS), { maxLength: 60 }),
        fc.constantFrom(" ", ""),
        (tokens, join) => {
          const { risk, reasons } = judge(tokens.join(join));
          expect(reasons.length === 0).toBe(risk === "low");
        },
      ),
      { numRuns: 1_000 },
    );
  });

  test.each([
    ["too long", "a".repeat(MAX_CHARS + 1)],
    ["deeply nested", "$(".repeat(3_000) + ")".repeat(3_000)],
    ["nested loops", `${"for a in 1 2 3 4 5 6 7 8 9; do ".repeat(12)}ls${"; done".repeat(12)}`],
    ["nested shells", "sh -c '".repeat(40)],
    ["many braces", `echo ${"{a,b}".repeat(40)} ; rm ${"{a,b}".repeat(40)}`],
  ])("%s text is high", (_name, text) => {
    expect(judge(text)).toMatchObject({ risk: "high", readOnly: false });
  });

  test("says which words made it risky, wherever they stand", () => {
    const cmd = 'cd src && echo "$(git log | head -1)" && rm -rf ../lib';
    expect(judge(cmd).reasons[0]).toMatchObject({
      risk: "high",
      words: "../lib",
      start: cmd.indexOf("../lib"),
    });
    expect(judge("sh -c 'rm -rf src'").reasons[0]).toMatchObject({ words: "'rm -rf src'" });
    expect(judge("ls `rm \\`x\\``").reasons[0]).toMatchObject({ words: "`rm \\`x\\``" });
  });

  test.each([
    ["cd packages/api && cat ../web/package.json", "low"],
    ["cd packages/api && cat ../../../x", "medium"],
    ["cd src; rm ../a.txt", "high"],
    ["cd src && rm ../a.txt", "medium"],
    ["(cd /) && cat x", "medium"],
    ["cd / | cat x", "medium"],
    ['cd "$X" && cat x', "medium"],
    ['cd "$X" && rm x', "high"],
    ["for d in a b; do cd $d; rm ../x; done", "high"],
    ['for f in src/a.ts src/b.ts; do wc -l "$f"; done', "low"],
    ["for f in a ../../.ssh/id_rsa; do cat $f; done", "high"],
    ["echo x > a.sh; ./a.sh", "high"],
    ["npm test", "medium"],
    ["ls \u{E0001}", "high"],
  ])("%s is %s", (cmd, risk) => {
    expect(judge(cmd).risk).toBe(risk);
  });
});
