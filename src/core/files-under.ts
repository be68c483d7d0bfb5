import { AgentError } from "./errors.ts";
import type { Host } from "./ports.ts";

/** More than that is moved by a version control system, and nothing to look through one by one. */
const MAX_FILES = 400;

/**
 * The files of a folder and of all folders in it, or the path itself when it is a file. Rejects with `failed` where there
 * are more than 400, and where something is neither file nor folder or is a link: nobody could put those back.
 */
export async function filesUnder(
  path: string,
  { fs, paths }: Pick<Host, "fs" | "paths">,
  signal: AbortSignal,
): Promise<readonly string[]> {
  if ((await fs.stat(path)).kind === "file") return [path];
  const files: string[] = [];
  const folders = [await fs.canonical(path)];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    for (const { name, isDirectory } of await fs.list(folder, signal)) {
      const entry = paths.join(folder, name);
      await requirePlain(entry, fs);
      (isDirectory ? folders : files).push(entry);
      if (files.length + folders.length > MAX_FILES)
        throw new AgentError(
          "failed",
          `${path} has more than ${MAX_FILES} files, too many to review one by one. Use a command.`,
        );
    }
  }
  return files.sort();
}

async function requirePlain(path: string, fs: Host["fs"]): Promise<void> {
  const why =
    (await fs.canonical(path)) !== path
      ? "a link"
      : (await fs.stat(path)).kind === "other"
        ? "neither a file nor a folder"
        : undefined;
  if (why !== undefined)
    throw new AgentError("failed", `${path} is ${why}. Move what is around it, or use a command.`);
}
