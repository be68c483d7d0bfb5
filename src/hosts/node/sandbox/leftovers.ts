import { lstatSync, readdirSync, readFileSync, rmdirSync, rmSync, unlinkSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import * as z from "zod";
import { makeFolder } from "../make-folder.ts";
import { startOf } from "../orphans.ts";
import { addMountPoints } from "./mount-points.ts";

/** By the folder they are written down in. */
const noted = new Map<string, Set<string>>();

/**
 * While a command is confined, places that must not appear are empty files, which are removed when it ends. A process that
 * was killed cannot do that, so it writes down beforehand which they are, and the next one removes those that are still empty.
 */
export function noteLeftovers(dataDir: string, paths: readonly string[]): void {
  const folder = join(dataDir, "sandbox");
  const known = noted.get(folder) ?? begin(folder);
  addMountPoints(paths);
  const before = known.size;
  for (const path of paths) known.add(path);
  if (known.size > before) write(folder, known);
}

/** Programs that pass on what confined commands send; by number and start, so that no other process is ever meant. */
let helpers: readonly { pid: string; start: string }[] = [];

/** Notes the programs that the sandbox has just started beside us, on Linux: they outlive a process that is killed. */
export function noteHelpers(dataDir: string): void {
  helpers = childrenOf(process.pid).flatMap((pid) => {
    const start = startOf(pid);
    return start !== undefined && commandOf(pid).startsWith("socat") ? [{ pid, start }] : [];
  });
  const folder = join(dataDir, "sandbox");
  write(folder, noted.get(folder) ?? begin(folder));
}

function write(folder: string, known: ReadonlySet<string>): void {
  makeFolder(folder);
  writeFileSync(ownFile(folder), JSON.stringify({ paths: [...known], helpers }), { mode: 0o600 });
}

function endHelper({ pid, start }: { pid: string; start: string }): void {
  if (startOf(pid) !== start || !commandOf(pid).startsWith("socat")) return;
  try {
    process.kill(Number(pid), "SIGKILL");
  } catch {
    // It ended meanwhile.
  }
}

/** The name of the program, without its folder. */
const commandOf = (pid: string): string => basename(textOf(`/proc/${pid}/cmdline`).split("\0", 1)[0] ?? "");

const childrenOf = (pid: number): string[] =>
  textOf(`/proc/${pid}/task/${pid}/children`)
    .split(" ")
    .filter((child) => /^\d+$/.test(child));

function textOf(path: string): string {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return "";
  }
}

function begin(folder: string): Set<string> {
  sweep(folder);
  if (noted.size === 0) {
    process.once("exit", () => {
      for (const helper of helpers) endHelper(helper);
      for (const each of noted.keys()) rmSync(ownFile(each), { force: true });
    });
  }
  const known = new Set<string>();
  noted.set(folder, known);
  return known;
}

const ownFile = (folder: string): string => join(folder, `${process.pid}.json`);

function sweep(folder: string): void {
  for (const name of namesIn(folder)) {
    const pid = Number(/^(\d+)\.json$/.exec(name)?.[1]);
    if (!(pid > 0) || pid === process.pid || isAlive(pid)) continue;
    const left = leftIn(join(folder, name));
    for (const path of left.paths) removeEmpty(path);
    for (const helper of left.helpers) endHelper(helper);
    rmSync(join(folder, name), { force: true });
  }
}

const Left = z.object({
  paths: z.array(z.string()),
  helpers: z.array(z.object({ pid: z.string(), start: z.string() })),
});

function leftIn(file: string): z.infer<typeof Left> {
  try {
    return Left.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch {
    return { paths: [], helpers: [] };
  }
}

function removeEmpty(path: string): void {
  try {
    const found = lstatSync(path);
    if (found.isFile() && found.size === 0) unlinkSync(path);
    // Refused unless it is empty.
    else if (found.isDirectory()) rmdirSync(path);
  } catch {
    // It is gone, or it is somebody's by now.
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (thrown) {
    return thrown instanceof Error && "code" in thrown && thrown.code === "EPERM";
  }
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
