import { randomUUID } from "node:crypto";
import { mkdir, open } from "node:fs/promises";
import { join } from "node:path";
import { AgentError } from "../../core/errors.ts";
import type { Spill } from "../../core/ports.ts";
import { toFileError } from "./file-errors.ts";

/** A new file of our own in `folder` for a text that grows. */
export async function openSpill(folder: string): Promise<Spill> {
  const path = join(folder, `${randomUUID()}.txt`);
  const orStorage = <T>(work: Promise<T>): Promise<T> =>
    work.catch((thrown) => {
      throw new AgentError("storage", toFileError(thrown, path, "change").message, { cause: thrown });
    });
  await orStorage(mkdir(folder, { recursive: true, mode: 0o700 }));
  const file = await orStorage(open(path, "wx", 0o600));
  return {
    path,
    write: async (text) => void (await orStorage(file.write(text))),
    close: () => orStorage(file.close()),
  };
}
