import { createReadStream } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { hasCode } from "../file-errors.ts";

const PIECE_BYTES = 256 * 1024;
/** Hashes of texts (older logs name them as a folder of two characters and the rest), tasks, and names of long outputs. */
const NAMES = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|[0-9a-f]{24,}/g;
/** Longer than any name, so that one that is cut in two is found whole. */
const OVERLAP = 128;

export interface LogPlace {
  /** Folder of the workspace under `projects`. */
  readonly project: string;
  readonly id: string;
  readonly path: string;
}

/** The logs of all workspaces, torn parts left out. */
export async function allLogs(dataDir: string): Promise<readonly LogPlace[]> {
  const logs: LogPlace[] = [];
  for (const project of await namesIn(join(dataDir, "projects"))) {
    const sessions = join(dataDir, "projects", project, "sessions");
    for (const name of await namesIn(sessions)) {
      if (!name.endsWith(".jsonl")) continue;
      logs.push({ project, id: name.slice(0, -".jsonl".length), path: join(sessions, name) });
    }
  }
  return logs;
}

/** Everything in a text that may name a file of ours. */
export const namesInText = (text: string): ReadonlySet<string> =>
  new Set([...text.matchAll(NAMES)].map(([name]) => name));

/** Everything in the logs that may name a file of ours. Rejects when one of them cannot be read. */
export async function collectReferences(logs: readonly LogPlace[]): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  for (const { path } of logs) {
    let rest = "";
    try {
      for await (const piece of createReadStream(path, { encoding: "latin1", highWaterMark: PIECE_BYTES })) {
        const text = rest + String(piece);
        for (const [name] of text.matchAll(NAMES)) found.add(name);
        rest = text.slice(-OVERLAP);
      }
    } catch (thrown) {
      // Deleted since it was listed: what it named is nobody's now.
      if (!hasCode(thrown, "ENOENT")) throw thrown;
    }
  }
  return found;
}

/** Names in a folder; none when it is not there. */
export async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (thrown) {
    if (hasCode(thrown, "ENOENT", "ENOTDIR")) return [];
    throw thrown;
  }
}
