import { mkdirSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { parentPort, workerData } from "node:worker_threads";
import * as z from "zod";

/**
 * Somebody who waits for the moment between looking and writing: puts a link to `outside` in the place of a folder and the
 * folder back, as fast as it goes, until it is told to stop.
 */
const { folder, outside, flag } = z
  .object({ folder: z.string(), outside: z.string(), flag: z.instanceof(SharedArrayBuffer) })
  .parse(workerData);
const stop = new Int32Array(flag);
const aside = `${folder}.aside`;
const link = join(folder, "..", "link.aside");
let swaps = 0;
mkdirSync(folder, { recursive: true });
symlinkSync(outside, link);
parentPort?.postMessage("began");
/** Where nothing is for a moment, somebody may make a folder anew: that one goes. */
function put(from: string): void {
  for (;;) {
    try {
      return renameSync(from, folder);
    } catch {
      removeNew();
    }
  }
}
function removeNew(): void {
  try {
    rmSync(folder, { recursive: true, force: true });
  } catch {
    // Somebody is still writing in it.
  }
}
/** Now nothing, now long enough for a whole save. */
const pause = (seed: number): void => {
  const turns = ((seed * 2_654_435_761) >>> 0) % 2 === 0 ? seed % 2_000 : (seed * 7_919) % 300_000;
  for (let wait = 0; wait < turns; wait += 1) Atomics.load(stop, 0);
};
while (Atomics.load(stop, 0) === 0) {
  renameSync(folder, aside);
  put(link);
  pause(swaps);
  renameSync(folder, link);
  put(aside);
  pause(swaps + 1);
  swaps += 1;
  Atomics.store(stop, 1, swaps);
}
rmSync(link);
parentPort?.postMessage("ended");
