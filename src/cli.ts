#!/usr/bin/env node
import { constants, enableCompileCache } from "node:module";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { VERSION } from "./cli/version.ts";
import { makeFolder } from "./hosts/node/make-folder.ts";

/** Asked for by scripts before anything else, and nothing has to be loaded for it. */
const isOnlyVersion = process.argv.length === 3 && ["--version", "-V"].includes(process.argv[2] ?? "");

if (isOnlyVersion) process.stdout.write(`${VERSION}\n`);
else if (keepsCompiled()) await importWhole();
else await import("./cli-program.ts");

/**
 * Most of a start is compiling, so what was compiled is kept: in a folder that is the user's alone, never in a shared
 * one, because whoever can write it decides what runs. Where it cannot be kept, the program merely starts slower.
 */
function keepsCompiled(): boolean {
  try {
    const folder = resolve(process.env["PLUMB_HOME"] || join(homedir(), ".plumb"), "compiled");
    makeFolder(folder);
    const { ENABLED, ALREADY_ENABLED } = constants.compileCacheStatus;
    return [ENABLED, ALREADY_ENABLED].includes(enableCompileCache(folder).status);
  } catch {
    // Read-only home, full disk.
    return false;
  }
}

/**
 * Kept is what was compiled by the time a file was loaded. Functions are not, usually: each is compiled when it is first called,
 * at every start again. So what the program begins with is compiled whole; Node loads it before `import` returns.
 */
function importWhole(): Promise<unknown> {
  const { setFlagsFromString } = process.getBuiltinModule("node:v8");
  setFlagsFromString("--no-lazy");
  try {
    return import("./cli-program.ts");
  } finally {
    setFlagsFromString("--lazy");
  }
}
