import { lstatSync, readdirSync, readFileSync, rmdirSync, rmSync, unlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeFolder } from "../make-folder.ts";
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
  if (known.size === before) return;
  makeFolder(folder);
  writeFileSync(ownFile(folder), JSON.stringify([...known]), { mode: 0o600 });
}

function begin(folder: string): Set<string> {
  sweep(folder);
  if (noted.size === 0) {
    process.once("exit", () => {
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
    for (const path of pathsOf(join(folder, name))) removeEmpty(path);
    rmSync(join(folder, name), { force: true });
  }
}

function pathsOf(file: string): readonly string[] {
  try {
    const paths: unknown = JSON.parse(readFileSync(file, "utf8"));
    return Array.isArray(paths) ? paths.filter((path) => typeof path === "string") : [];
  } catch {
    return [];
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
