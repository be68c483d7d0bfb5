import type { Host } from "./ports.ts";

/** The folders in a folder (and itself) in which there is nothing at all. What cannot be listed is left out. */
export async function emptyFolders(
  path: string,
  { fs, paths }: Pick<Host, "fs" | "paths">,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const found: string[] = [];
  const folders = [path];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    const entries = await fs.list(folder, signal).catch(() => undefined);
    if (entries?.length === 0) found.push(folder);
    for (const { name, isDirectory } of entries ?? [])
      if (isDirectory) folders.push(paths.join(folder, name));
  }
  return found.sort();
}
