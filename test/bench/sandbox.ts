import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RunOptions } from "../../src/core/ports.ts";
import { createShell } from "../../src/hosts/node/node-shell.ts";
import { keep, median, out, show } from "./figures.ts";

const COMMANDS: Readonly<Record<string, string>> = {
  nothing: "true",
  git: "git status --short",
  node: "node -e 0",
  files: "for i in $(seq 200); do : > out/$i; done",
};
/** A workspace with some hundred folders, as a small project has. */
const FOLDERS = 300;

/** What a command takes in the sandbox and without it, and what the first one takes besides. */
export async function benchSandbox(runs: number): Promise<void> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "plumb-bench-")));
  const dataDir = join(folder, "home");
  const root = join(folder, "workspace");
  for (let i = 0; i < FOLDERS; i += 1) mkdirSync(join(root, `src/a${i % 20}/b${i}`), { recursive: true });
  mkdirSync(join(root, "out"));
  writeFileSync(join(root, "package.json"), "{}");
  execFileSync("git", ["init", "-q"], { cwd: root });
  const shell = createShell({ dataDir, roots: [root] });
  const timed = async (command: string, place: RunOptions["place"]): Promise<number> => {
    const begin = performance.now();
    const run = shell.run(command, { cwd: root, ...(place && { place }) }, new AbortController().signal);
    for await (const _ of run);
    return performance.now() - begin;
  };
  const begin = performance.now();
  const state = await shell.sandbox();
  const firstMs = performance.now() - begin;
  out(`\nsandbox (${runs} runs, medians, spread in brackets)`);
  if (state.state === "on") {
    out(`  looking for it once   ${firstMs.toFixed(0)} ms`);
    const row: Record<string, number> = { firstMs };
    for (const [name, command] of Object.entries(COMMANDS)) {
      const open: number[] = [];
      const confined: number[] = [];
      await timed(command, "open");
      for (let run = 0; run < Math.max(runs, 7); run += 1) {
        open.push(await timed(command, "open"));
        confined.push(await timed(command, "confined"));
      }
      const ratio = median(confined) / median(open);
      row[`${name}Ms`] = median(open);
      row[`${name}ConfinedMs`] = median(confined);
      row[`${name}Ratio`] = ratio;
      out(`  ${name.padEnd(21)} ${show(open)} ms, confined ${show(confined)} ms: ${ratio.toFixed(1)} times`);
    }
    keep("sandbox", runs, row);
  } else out(`  not measured: ${state.words}`);
  await shell.stopAll();
  rmSync(folder, { recursive: true, force: true });
}
