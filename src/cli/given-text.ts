import { readFileSync, statSync } from "node:fs";
import { resolve } from "node:path";

const MAX_BYTES = 2 * 1024 * 1024;

/** JSON as it stands on the command line, or the content of the file that is named there. Throws with what is wrong, in words. */
export function givenJson(given: string, cwd = ""): string {
  if (given.trimStart().startsWith("{")) return given;
  return givenFile(given, cwd, ", and it does not begin like JSON, with {");
}

/** The content of a file, of at most 2 MB. Throws with what is wrong, in words; `besides` is said of a file that is not there. */
export function givenFile(name: string, cwd = "", besides = ""): string {
  const shown = JSON.stringify(name);
  try {
    const path = resolve(cwd, name);
    const stat = statSync(path);
    if (stat.isDirectory()) throw new Error(`${shown} is a folder`);
    if (stat.size > MAX_BYTES) throw new Error(`${shown} is larger than 2 MB`);
    return readFileSync(path, "utf8").replace(/^\uFEFF/, "");
  } catch (thrown) {
    if (thrown instanceof Error && "code" in thrown)
      throw new Error(thrown.code === "ENOENT" ? `there is no file ${shown}${besides}` : thrown.message, {
        cause: thrown,
      });
    throw thrown;
  }
}
