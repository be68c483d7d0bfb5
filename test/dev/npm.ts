import { existsSync } from "node:fs";
import { join } from "node:path";
import { runOrThrow } from "./processes.ts";

const QUIET = ["--ignore-scripts", "--no-audit", "--no-fund", "--no-progress", "--loglevel=error"];

/** Runs npm in `cwd` without a shell and resolves to its output. No package's install script is run. */
export function npm(args: readonly string[], cwd: string, env = process.env): Promise<string> {
  const script = process.env["npm_execpath"];
  if (script?.endsWith("npm-cli.js") && existsSync(script)) {
    return runOrThrow(process.execPath, [script, ...args, ...QUIET], { cwd, env });
  }
  return runOrThrow("npm", [...args, ...QUIET], { cwd, env, shell: process.platform === "win32" });
}

/** Downloads one package, without its dependencies, and unpacks it into `folder`/package. */
export async function unpack(spec: string, folder: string): Promise<string> {
  const output = await npm(["pack", spec, "--silent"], folder);
  const archive = output.trim().split("\n").at(-1) ?? "";
  await runOrThrow("tar", ["xzf", archive], { cwd: folder });
  return join(folder, "package");
}
