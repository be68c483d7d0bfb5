import { accessSync } from "node:fs";
import { access, constants, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { AgentError } from "../../core/errors.ts";
import { hasCode } from "./file-errors.ts";
import { askQuickly } from "./quick-call.ts";

/**
 * Rejects with `failed` when the file is there and read-only. A rename would not care about the read-only bit, and an
 * administrator may write everything: so the bits of `mode` are asked too. Without it they are read first.
 */
export async function requireWritable(path: string, mode?: number): Promise<void> {
  try {
    const bits = mode ?? (await stat(path)).mode;
    await askQuickly(
      dirname(path),
      () => accessSync(path, constants.W_OK),
      () => access(path, constants.W_OK),
    );
    if ((bits & 0o222) !== 0) return;
  } catch (thrown) {
    if (hasCode(thrown, "ENOENT")) return;
  }
  throw new AgentError("failed", `${path} is read-only, so it was not changed.`);
}
