import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { cached } from "./cached.ts";
import { unpack } from "./npm.ts";
import { CACHE } from "./paths.ts";

const VERSION = "22.23.3";
const NAME = `node-${VERSION}`;
const isWindows = process.platform === "win32";
const PACKAGE = `node-${isWindows ? "win" : process.platform}-${process.arch}`;

const programIn = (folder: string): string => join(folder, "package/bin", isWindows ? "node.exe" : "node");

/** The oldest line of Node that the program promises to start on, where `ensureOldNode` has put it. */
export function oldNode(): string | undefined {
  const path = programIn(join(CACHE, NAME));
  return existsSync(path) ? path : undefined;
}

/** Downloads it once; where the registry has none for this machine, what needs it is left out. */
export async function ensureOldNode(): Promise<void> {
  await cached(CACHE, NAME, async (folder) => {
    await unpack(`${PACKAGE}@${VERSION}`, folder);
    for (const part of ["share", "include"])
      rmSync(join(folder, "package", part), { recursive: true, force: true });
  }).catch(() => undefined);
}
