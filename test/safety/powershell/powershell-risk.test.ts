import { readFileSync } from "node:fs";
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import * as z from "zod";
import type { Parse } from "../../../src/safety/powershell/grammar.ts";
import { powershellRisk } from "../../../src/safety/powershell/risk.ts";
import { MAX_CHARS } from "../../../src/safety/shell/parse.ts";
import type { ShellRisk } from "../../../src/safety/shell/shell-risk.ts";
import { powershellGrammar } from "../../support/powershell-grammar.ts";

const RANK = { low: 0, medium: 1, high: 2 } as const;
const LETTER = { low: "L", medium: "M", high: "H" } as const;
const place = {
  cwd: "C:\\Users\\dev\\project",
  home: "C:\\Users\\dev",
  roots: ["C:\\Users\\dev\\project"],
};
let parse: Parse;
beforeAll(async () => {
  parse = await powershellGrammar();
});
const judge = (cmd: string): ShellRisk => powershellRisk({ cmd, ...place }, parse);
const rank = (cmd: string): number => RANK[judge(cmd).risk];

const OWN = readFileSync(new URL("own-cases.txt", import.meta.url), "utf8")
  .split("\n")
  .filter((line) => line !== "" && !line.startsWith("# What"))
  .map((line): [string, string] => {
    const [wanted = "", cmd = ""] = line.split("\t");
    return [wanted, cmd];
  });
const CORPUS = readFileSync(new URL("../../corpora/powershell-risk.jsonl", import.meta.url), "utf8")
  .trim()
  .split("\n")
  .map((line) => z.object({ cmd: z.string() }).parse(JSON.parse(line)).cmd);
/** Whole commands of every risk: pieces of larger texts. */
const COMMANDS = [...OWN.map(([, cmd]) => cmd), ...CORPUS].filter(
  (cmd) =>
    !/[\n#`]|^@|^echo (?:\)|\$\($|["']unt)|^ls \}|^\{ ls$|[&|\\]\s*$|^\s*(?:else|param|using|class|return|exit|throw)\b/.test(
      cmd,
    ),
);
const STAYING = COMMANDS.filter(
  (cmd) => !/\b(?:cd|pushd|popd|sl|set-location|push-location|pop-location)\b/i.test(cmd),
);
const TOKENS =
  '$ ( ) { } @ \' " | ; & && ls ri -Path -r \n ` # <# #> [ ] , . :: = if foreach in 1 .. + $a $( @( @{ @" "@ > >> 2> \\ % ? \u2013 \u201C --% C:\\ env: x -not -eq [int] $_ ${'.split(
    " ",
  );

describe("risk of PowerShell", () => {
  test.each(OWN)("%s: %s", (wanted, cmd) => {
    const { risk, reasons } = judge(cmd);
    expect(wanted, `${risk} ${JSON.stringify(reasons)}`).toContain(LETTER[risk]);
  });

  test("a text is at least as risky as each of its parts", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...STAYING),
        fc.constantFrom(...COMMANDS),
        fc.constantFrom("; ", "\n", "\r\n"),
        (a, b, join) => {
          expect(rank(a + join + b), a + join + b).toBeGreaterThanOrEqual(Math.max(rank(a), rank(b)));
        },
      ),
      { numRuns: 2_000 },
    );
  });

  const WRAPPERS: readonly [string, (cmd: string) => string][] = [
    ["a subexpression", (cmd) => `$( ${cmd} )`],
    ["a string", (cmd) => `Write-Output "$( ${cmd} )"`],
    ["a here-string", (cmd) => `Write-Output @"\n$( ${cmd} )\n"@`],
    ["an array", (cmd) => `@( ${cmd} )`],
    ["an argument", (cmd) => `Write-Output a$( ${cmd} )b`],
    ["a condition", (cmd) => `if (1) { ${cmd} }`],
    ["a loop", (cmd) => `foreach ($i in 1) { ${cmd} }`],
    ["a try", (cmd) => `try { ${cmd} } catch { }`],
    ["a called block", (cmd) => `& { ${cmd} }`],
    ["a block for each", (cmd) => `1 | ForEach-Object { ${cmd} }`],
    ["a filter", (cmd) => `ls | ? { ${cmd} }`],
    ["a computed column", (cmd) => `ls | select @{ n = 'x'; e = { ${cmd} } }`],
  ];
  test.each(WRAPPERS)("wrapping a command in %s never lowers its risk", (_name, wrap) => {
    for (const cmd of COMMANDS) expect(rank(wrap(cmd)), wrap(cmd)).toBeGreaterThanOrEqual(rank(cmd));
  });

  test("spelling a word differently never lowers the risk", () => {
    for (const cmd of COMMANDS.filter((text) => /^[A-Za-z][\w.\\ :-]*$/.test(text))) {
      const [name = "", ...rest] = cmd.split(" ");
      const spelled = [
        `& '${name}' ${rest.join(" ")}`,
        `&"${name}" ${rest.join(" ")}`,
        `${name.slice(0, 1)}\`${name
          .slice(1)
          .replace(/^[0abefnrtuv]/, (char) => `\`${char}`)
          .replace(/^`/, "")} ${rest.join(" ")}`,
        cmd.toUpperCase(),
        cmd.replaceAll(/(?<= )-/g, "\u2013"),
        cmd.replaceAll(/(?<= )-/g, "\u2015"),
      ].filter((text) => !/^\S*`[0abefnrtuv]/.test(text));
      for (const text of spelled) expect(rank(text), text).toBeGreaterThanOrEqual(Math.min(rank(cmd), 1));
      for (const [index, word] of rest.entries()) {
        if (/^-/.test(word)) continue;
        for (const quoted of [`'${word}'`, `"${word}"`, `${word.slice(0, 1)}""${word.slice(1)}`]) {
          const text = [name, ...rest.with(index, quoted)].join(" ");
          expect(rank(text), text).toBeGreaterThanOrEqual(rank(cmd));
        }
      }
    }
  });

  test("a parameter nobody knows is never low", () => {
    for (const cmd of COMMANDS.filter(
      (text) => rank(text) === 0 && /^(?!rg )[A-Za-z-]+(?: [\w.\\-]+)*$/.test(text),
    ))
      expect(rank(`${cmd} -PlumbUnknown`), cmd).toBeGreaterThan(0);
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
          const text = tokens.join(join);
          const { risk, reasons } = judge(text);
          expect(reasons.length === 0, text).toBe(risk === "low");
          for (const { words, start, end } of reasons) expect(text.slice(start, end)).toBe(words);
        },
      ),
      { numRuns: 3_000 },
    );
  });

  test.each([
    ["too long", "a".repeat(MAX_CHARS + 1)],
    ["deeply nested", "$(".repeat(3_000) + ")".repeat(3_000)],
    ["nested blocks", "%{".repeat(3_000) + "}".repeat(3_000)],
    ["of many commands", "ls;".repeat(5_000)],
    ["of many words", `ls ${"a ".repeat(5_000)}`],
    ["of a long sum", `${"1+".repeat(9_000)}1`],
  ])("text that is %s is high", (_name, text) => {
    expect(judge(text)).toMatchObject({ risk: "high", readOnly: false });
  });

  test("says which words made it risky, wherever they stand", () => {
    const cmd = 'cd src; Write-Output "$(git log | select -First 1)"; Remove-Item ..\\..\\lib -Recurse';
    expect(judge(cmd).reasons.map(({ words }) => words)).toContain("..\\..\\lib");
    const nested = 'Write-Output @"\nabc $(Stop-Process x)\n"@';
    expect(judge(nested).reasons[0]).toMatchObject({ words: "Stop-Process", start: nested.indexOf("Stop") });
    expect(judge("ls; [IO.File]::Delete('a')").reasons[0]?.words).toBe("[IO.File]::Delete('a')");
  });

  test.each([
    ["cd src && cat ..\\package.json", "low"],
    ["cd src; cat ..\\package.json", "medium"],
    ["cd src || cat ..\\package.json", "medium"],
    ["cd src; cat ..\\..\\x", "medium"],
    ["cd src; Remove-Item ..\\..\\x", "high"],
    ["if (Test-Path x) { cd .. }; cat a.txt", "medium"],
    ["foreach ($i in 1..3) { cd .. }; ls > x", "high"],
    ["& { cd .. }; ls > x", "high"],
    ["1 | % { cd .. }; ls > x", "high"],
    ["Write-Output $(cd ..); ls > x", "high"],
    ["cd src; ls > x", "medium"],
  ])("%s follows the folder it is in: %s", (cmd, risk) => {
    expect(judge(cmd).risk).toBe(risk);
  });

  test.each<[string, Parse]>([
    ["the grammar sees fewer commands", () => parse("c0 ")],
    ["the grammar takes one of them for a word", (text) => parse(text.replace(";", " "))],
    ["the grammar sees a command of its own", (text) => parse(`${text}; ls`)],
    ["the grammar cannot read it", () => undefined],
    [
      "the grammar fails",
      () => {
        throw new Error("out of memory");
      },
    ],
  ])("where %s, nothing is harmless", (_name, other) => {
    expect(powershellRisk({ cmd: "ls; pwd", ...place }, parse).risk).toBe("low");
    expect(powershellRisk({ cmd: "ls; pwd", ...place }, other)).toMatchObject({
      risk: "high",
      readOnly: false,
    });
  });

  test("line ends of Windows are line ends, a lone return is hidden", () => {
    expect(judge("ls\r\npwd").risk).toBe("low");
    expect(judge("ls\rri src -r").risk).toBe("high");
    expect(judge("ls \u202E").risk).toBe("high");
  });
});
