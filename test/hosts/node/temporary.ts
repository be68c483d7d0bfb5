import { mkdir, mkdtemp, readFile, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";
import type { World } from "../../contract/world.ts";

/** A folder of its own for one test, removed with everything in it when the test has finished. */
export async function temporaryFolder(): Promise<string> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), "plumb-test-")));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

export function worldIn(folder: string): World {
  return {
    path: (name) => join(folder, name),
    async put(name, content) {
      await mkdir(dirname(join(folder, name)), { recursive: true });
      await writeFile(join(folder, name), content);
    },
    bytes: (name) =>
      readFile(join(folder, name)).then(
        (bytes) => new Uint8Array(bytes),
        () => undefined,
      ),
  };
}
