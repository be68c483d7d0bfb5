#!/usr/bin/env node
import { enableCompileCache } from "node:module";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { VERSION } from "./cli/version.ts";
import { makeFolder } from "./hosts/node/make-folder.ts";

/** Asked for by scripts before anything else, and nothing has to be loaded for it. */
const isOnlyVersion = process.argv.length === 3 && ["--version", "-V"].includes(process.argv[2] ?? "");

// Most of a start is compiling, so what was compiled is kept: in a folder that is the user's alone, never in a shared
// one, because whoever can write it decides what runs. Where it cannot be kept, the program merely starts slower.
try {
  const folder = resolve(process.env["PLUMB_HOME"] || join(homedir(), ".plumb"), "compiled");
  makeFolder(folder);
  enableCompileCache(folder);
} catch {
  // Read-only home, full disk.
}
if (isOnlyVersion) process.stdout.write(`${VERSION}\n`);
else await import("./cli-program.ts");
