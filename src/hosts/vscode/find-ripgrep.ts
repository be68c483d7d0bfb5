import { access, constants } from "node:fs/promises";
import { join } from "node:path";

/**
 * The editor's own ripgrep: its place changed between versions and is not API, so every known one is tried.
 * Undefined when there is none; then a package or the path has one.
 */
export async function findEditorRipgrep(appRoot: string): Promise<string | undefined> {
  const name = process.platform === "win32" ? "rg.exe" : "rg";
  const target = `${process.platform}-${process.arch}`;
  const places = ["node_modules.asar.unpacked", "node_modules"].flatMap((modules) => [
    join(appRoot, modules, "@vscode", "ripgrep-universal", "bin", target, name),
    join(appRoot, modules, "@vscode", "ripgrep", "bin", name),
    join(appRoot, modules, "@vscode", "ripgrep", "bin", target, name),
    join(appRoot, modules, "vscode-ripgrep", "bin", name),
  ]);
  for (const place of places) {
    if (await isExecutable(place)) return place;
  }
  return undefined;
}

async function isExecutable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
