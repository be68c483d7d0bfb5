import { readFileSync } from "node:fs";
import { MAX_CHARS } from "../../src/safety/shell/parse.ts";
import { shellRisk } from "../../src/safety/shell/shell-risk.ts";
import { keep, median, out, show } from "./figures.ts";

const place = { cwd: "/home/dev/project", home: "/home/dev", roots: ["/home/dev/project"] };
const timed = (cmd: string): number => {
  const begin = performance.now();
  shellRisk({ cmd, ...place });
  return performance.now() - begin;
};
/** As much of it as is read at all. */
const filled = (piece: string, end = ""): string =>
  piece.repeat(Math.floor((MAX_CHARS - end.length) / piece.length)) + end;

const HOSTILE: Readonly<Record<string, string>> = {
  substitutions: filled("$("),
  closed: "$(".repeat(8_000) + ")".repeat(8_000),
  lists: filled("ls;"),
  unknown: filled("x y;"),
  words: filled("a "),
  options: `git log ${filled("-p ").slice(10)}`,
  quotes: filled("'\""),
  braces: filled("{a,b}"),
  globs: `ls ${filled("*").slice(10)}`,
  "secret globs": `cat ${"*?".repeat(400)} ${filled("*?*?*?/").slice(900)}`,
  dots: `cat ${filled("../").slice(10)}`,
  sed: `sed '${filled("s/a/b/;").slice(10)}'`,
  "sed slashes": `sed '${filled("s/").slice(10)}'`,
  awk: `awk '${filled('"/|').slice(10)}'`,
  backslashes: filled("\\"),
  backticks: filled("`a`"),
  heredocs: filled("cat <<a\n"),
  arithmetic: `echo $((${filled("a+").slice(12)}1))`,
  variables: `echo ${filled("$a").slice(10)}`,
  loops: "for a in 1 2 3 4 5 6 7 8 9; do ".repeat(500),
  folders: filled("cd a;"),
  shells: filled("sh -c '"),
  separators: ";".repeat(30_000),
  "double parentheses": filled("(("),
  "open braces": filled("{ "),
  "nested braces": `rm ${"{a,".repeat(6_000)}b${"}".repeat(6_000)}`,
  "process substitutions": filled("cat <("),
  conditions: filled("if "),
  cases: filled("case a in a) "),
  functions: filled("f(){ "),
  "default values": `echo ${"$".concat("{a:-").repeat(6_000)}${"}".repeat(6_000)}`,
  arrays: filled("a[b["),
};

/** What judging shell text costs: a usual command (the corpus, one after the other), and the longest hostile ones. */
export function benchSafety(runs: number): void {
  const commands = readFileSync(new URL("../corpora/bash-risk.jsonl", import.meta.url), "utf8")
    .trim()
    .split("\n")
    .map((line) => String(JSON.parse(line).cmd));
  for (const cmd of commands) timed(cmd);
  const usual = Array.from({ length: runs }, () => median(commands.map(timed)));
  const worst = Array.from({ length: runs }, () => Math.max(...commands.map(timed)));
  out(`\nsafety (${runs} runs, medians, spread in brackets)`);
  out(`  a usual command       ${show(usual)} ms, the slowest of ${commands.length} ${show(worst)} ms`);
  const row: Record<string, number> = { usualMs: median(usual), slowestMs: median(worst) };
  for (const [name, cmd] of Object.entries(HOSTILE)) {
    const times = Array.from({ length: runs }, () => timed(cmd));
    row[`${name}Ms`] = median(times);
    out(`  ${name.padEnd(21)} ${show(times)} ms for ${(cmd.length / 1024).toFixed(0)} KB`);
  }
  keep("safety", runs, row);
}
