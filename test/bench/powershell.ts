import { readFileSync } from "node:fs";
import { powershellRisk } from "../../src/safety/powershell/risk.ts";
import { MAX_CHARS } from "../../src/safety/shell/parse.ts";
import { powershellGrammar } from "../support/powershell-grammar.ts";
import { keep, median, out, show } from "./figures.ts";

const cwd = "C:\\Users\\dev\\project";
const place = { cwd, home: "C:\\Users\\dev", roots: [cwd] };
/** As much of it as is read at all. */
const filled = (piece: string, start = "", end = ""): string =>
  start + piece.repeat(Math.floor((MAX_CHARS - start.length - end.length) / piece.length)) + end;

const HOSTILE: Readonly<Record<string, string>> = {
  subexpressions: filled("$("),
  closed: "$(".repeat(8_000) + ")".repeat(8_000),
  blocks: filled("%{"),
  lists: filled("ls;"),
  pipes: filled("ls|", "", "ls"),
  words: filled("a "),
  commas: filled("a,", "ls ", "a"),
  parameters: filled("-Path a ", "gci "),
  options: filled("-p ", "git log "),
  quotes: filled("'\""),
  "strings of variables": filled("$a ", '"', '"'),
  "here-strings": filled("$(ls)", '@"\n', '\n"@'),
  sums: filled("1+", "", "1"),
  members: filled(".b", "$a"),
  operators: filled("1 -eq ", "", "1"),
  tables: filled("@{a="),
  conditions: filled("if(1){}"),
  loops: filled("foreach($a in 1){cd a;"),
  redirections: filled(">a ", "ls "),
  "secret globs": filled("*?*?*?\\", "gc "),
  dots: filled("..\\", "gc "),
  backticks: filled("`a"),
  comments: filled("<##>"),
};

/** The same for PowerShell, with what loading its grammar takes once. */
export async function benchPowershell(runs: number): Promise<void> {
  const begin = performance.now();
  const parse = await powershellGrammar();
  const loadMs = performance.now() - begin;
  const timed = (cmd: string): number => {
    const start = performance.now();
    powershellRisk({ cmd, ...place }, parse);
    return performance.now() - start;
  };
  const commands = readFileSync(new URL("../corpora/powershell-risk.jsonl", import.meta.url), "utf8")
    .trim()
    .split("\n")
    .map((line) => String(JSON.parse(line).cmd));
  for (const cmd of commands) timed(cmd);
  const usual = Array.from({ length: runs }, () => median(commands.map(timed)));
  const worst = Array.from({ length: runs }, () => Math.max(...commands.map(timed)));
  out(`\npowershell (${runs} runs, medians, spread in brackets)`);
  out(`  loading the grammar   ${loadMs.toFixed(1)} ms, once`);
  out(`  a usual command       ${show(usual)} ms, the slowest of ${commands.length} ${show(worst)} ms`);
  const row: Record<string, number> = { loadMs, usualMs: median(usual), slowestMs: median(worst) };
  for (const [name, cmd] of Object.entries(HOSTILE)) {
    const times = Array.from({ length: runs }, () => timed(cmd));
    row[`${name}Ms`] = median(times);
    out(`  ${name.padEnd(21)} ${show(times)} ms for ${(cmd.length / 1024).toFixed(0)} KB`);
  }
  keep("powershell", runs, row);
}
