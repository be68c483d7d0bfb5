import { statSync, unlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Finding } from "./finding.ts";

/** Whether Plumb's own folder takes what a session writes: tried, because rights alone do not say it of a full disk. */
export function ofOwnFolder(dataDir: string): Finding {
  const name = "Own folder";
  const probe = join(dataDir, `.doctor-${process.pid}`);
  try {
    writeFileSync(probe, "x", { flag: "wx", mode: 0o600 });
    unlinkSync(probe);
    const isOpen = process.platform !== "win32" && (statSync(dataDir).mode & 0o077) !== 0;
    return isOpen
      ? { name, words: `${dataDir} can be read by others`, is: "note" }
      : { name, words: dataDir };
  } catch (thrown) {
    const why =
      thrown instanceof Error && "code" in thrown ? String(thrown.code) : "for a reason that nobody gave";
    return { name, words: `${dataDir} cannot be written (${why})`, is: "problem" };
  }
}
