import { randomBytes } from "node:crypto";
import { readFileSync, readlinkSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { PLATFORM } from "./node-paths.ts";

/** The variable by which a command and all it started are known. */
const VARIABLE = "PLUMB_RUN=";
const MARK = /PLUMB_RUN=plumb-(\d+)-(\d+)-(\d+)-[\da-f]+\0/;

/**
 * Random text for the environment of a command, which says whose it is: number and start of our process, and the numbering that
 * number belongs to, since a container has one of its own.
 */
export function newMarker(): string {
  const [start = "0", numbering = "0"] = PLATFORM === "linux" ? [startOf("self"), ownNumbering()] : [];
  return `plumb-${process.pid}-${start}-${numbering}-${randomBytes(12).toString("hex")}`;
}

let swept: Promise<void> | undefined;

/**
 * Ends what commands of a Plumb left behind that was killed, and so could not end them itself. Once in a process, on Linux,
 * where they can be found. Never rejects.
 */
export function endOrphans(): Promise<void> {
  swept ??= PLATFORM === "linux" ? sweep().catch(() => undefined) : Promise.resolve();
  return swept;
}

async function sweep(): Promise<void> {
  const own = ownNumbering();
  for (const name of await readdir("/proc")) {
    const pid = Number(name);
    if (!(pid > 0) || pid === process.pid) continue;
    const environment = await readFile(`/proc/${name}/environ`, "latin1").catch(() => "");
    if (!environment.includes(VARIABLE)) continue;
    const [, owner = "", start, numbering] = MARK.exec(`${environment}\0`) ?? [];
    if (owner === "" || numbering !== own || own === undefined || startOf(owner) === start) continue;
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // It ended meanwhile.
    }
  }
}

const ownNumbering = (): string | undefined => numberingOf("/proc/self/ns/pid");

function numberingOf(path: string): string | undefined {
  try {
    return /\d+/.exec(readlinkSync(path))?.[0];
  } catch {
    return undefined;
  }
}

/** When a process was started, in ticks since the machine was; undefined when there is none of that number. */
export function startOf(pid: string): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name in parentheses may contain anything; the fixed fields follow the last one.
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
  } catch {
    return undefined;
  }
}
