import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { MISSING, type Proof, type Threat } from "./threats.ts";
import { TO_DATA } from "./threats-to-data.ts";
import { TO_MACHINE } from "./threats-to-machine.ts";

/**
 * The forty rows of the threat model, each with the tests that prove its defence or the reason why there is none. Titles are
 * looked up in the files: who renames or removes such a test learns here what it was for.
 */
const ROOT = join(import.meta.dirname, "../..");
const THREATS = [...TO_MACHINE, ...TO_DATA];

/** Titles of tests and groups in a file, also behind `.each(...)` and `.runIf(...)`. */
function titlesIn(source: string): ReadonlySet<string> {
  const titles = new Set<string>();
  for (const { index } of source.matchAll(/\b(?:test|describe)(?=[.(])/g)) {
    const title = titleAt(source, source.slice(index).search(/[.(]/) + index);
    if (title !== undefined) titles.add(title);
  }
  return titles;
}

function titleAt(source: string, from: number): string | undefined {
  let at = from;
  for (;;) {
    const name = /^\.\w+/.exec(source.slice(at, at + 20))?.[0];
    if (name) {
      at += name.length;
      continue;
    }
    if (source[at] !== "(") return undefined;
    const literal = /^\(\s*(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|`((?:[^`\\]|\\.)*)`)/s.exec(
      source.slice(at),
    );
    const [, double, single, template] = literal ?? [];
    const title = double ?? single ?? template;
    if (title !== undefined) return title.replaceAll(/\\(["'`\\])/g, "$1");
    at = afterParenthesis(source, at);
    if (at < 0) return undefined;
  }
}

/** Behind the parenthesis that closes the one at `from`; texts in between are passed over. */
function afterParenthesis(source: string, from: number): number {
  let depth = 0;
  const token = /"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`|[()]/gs;
  token.lastIndex = from;
  for (let match = token.exec(source); match; match = token.exec(source)) {
    if (match[0] === "(") depth += 1;
    else if (match[0] === ")") depth -= 1;
    if (depth === 0) return token.lastIndex;
  }
  return -1;
}

const known = new Map<string, ReadonlySet<string>>();
function isThere({ file, title }: Proof): boolean {
  const titles = known.get(file) ?? titlesIn(readFileSync(join(ROOT, "test", file), "utf8"));
  known.set(file, titles);
  return titles.has(title);
}

const sources = ["src", "webview/src"].flatMap((folder) =>
  readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name)),
);

describe("the threat model", () => {
  test("has forty rows, in order", () => {
    expect(THREATS.map(({ row }) => row)).toEqual(Array.from({ length: 40 }, (_, at) => at + 1));
    expect(isThere({ file: "security/threat-model.test.ts", title: "has forty rows" })).toBe(false);
  });

  test.each(THREATS)("$row: $threat", ({ proofs, why }) => {
    expect(proofs.filter((proof) => !isThere(proof))).toEqual([]);
    expect(proofs.length > 0 || why !== undefined).toBe(true);
  });

  test.each(Object.entries(MISSING))(
    "%s are not there; once they are, their rows need tests",
    (what, pattern) => {
      const found = sources.filter((path) => pattern.test(withoutComments(readFileSync(path, "utf8"))));
      expect(found.map((path) => path.slice(ROOT.length + 1))).toEqual([]);
      expect(pattern.test(readFileSync(join(ROOT, "package.json"), "utf8")), "package.json").toBe(false);
      expect(THREATS.some(({ missing }) => missing === what)).toBe(true);
    },
  );

  test("is readable by people", async () => {
    await expect(page()).toMatchFileSnapshot(join(ROOT, "docs/threat-model.md"));
  });
});

const withoutComments = (source: string): string => source.replaceAll(/\/\*[\s\S]*?\*\/|\/\/[^\n]*/g, "");

const cell = (text: string): string => text.replaceAll("|", "\\|");

function proofWords({ proofs, why, missing }: Threat): string {
  const tests = proofs.map(({ file, title }) => `\`${file}\`: ${cell(title)}`);
  return [
    ...tests,
    ...(why === undefined ? [] : [`*${why}*`]),
    ...(missing === undefined ? [] : [`*A test notices when there are ${missing}.*`]),
  ].join("<br>");
}

function page(): string {
  const rows = THREATS.map(
    (threat) =>
      `| ${threat.row} | ${cell(threat.threat)} | ${cell(threat.defence)} | ${proofWords(threat)} |`,
  );
  return `${HEAD}\n${rows.join("\n")}\n`;
}

const HEAD = `# Threat model

Who is feared: texts in a repository or on a web page that talk to the model, a model that errs, dependencies and other
processes of this machine, and thieves of logs. What is promised and what is not is in [SECURITY.md](../SECURITY.md).

This page is made from \`test/security/threats-*.ts\` (\`vitest -u\` writes it anew). A test fails when one of the tests that are
named here is renamed or removed. Titles with \`%s\` or \`$why\` are those of many cases: most come from the corpora in
\`test/corpora\`.

| # | Threat | Defence | Proved by |
|---|---|---|---|`;
