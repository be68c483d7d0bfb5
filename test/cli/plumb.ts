import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Runs the program as it is shipped, without a key and in an empty home. */
export function plumb(
  args: readonly string[],
  input = "",
  extra: Readonly<Record<string, string>> = {},
): { code: number | null; out: string } {
  const home = mkdtempSync(join(tmpdir(), "plumb-cli-"));
  const program = join(import.meta.dirname, "../../dist/cli.js");
  const { PATH = "" } = process.env;
  const { status, stdout } = spawnSync(process.execPath, [program, ...args], {
    input,
    cwd: home,
    env: { PATH, HOME: home, ...extra },
    encoding: "utf8",
  });
  rmSync(home, { recursive: true, force: true });
  return { code: status, out: stdout };
}
