import { accessSync, constants, realpathSync, statSync } from "node:fs";
import { delimiter, isAbsolute, join } from "node:path";
import type { Environment } from "./clean-environment.ts";
import { createPaths, PLATFORM } from "./node-paths.ts";

/**
 * Absolute path of a program on the search path, or undefined. Relative entries and programs that lie in one of
 * `roots` do not count: a repository must not bring the `bash` or `rg` we run.
 */
export function findProgram(
  name: string,
  environment: Environment,
  roots: readonly string[],
): string | undefined {
  const path = environment["PATH"] ?? environment["Path"] ?? "";
  const fileName = PLATFORM === "win32" ? `${name}.exe` : name;
  return path
    .split(delimiter)
    .filter(isAbsolute)
    .map((folder) => join(folder, fileName))
    .find((candidate) => isProgram(candidate) && !isWithin(roots, candidate));
}

export function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

function isWithin(roots: readonly string[], program: string): boolean {
  const { within } = createPaths(PLATFORM);
  const real = realpathSync(program);
  return roots.some((root) => within(root, program) !== undefined || within(root, real) !== undefined);
}
