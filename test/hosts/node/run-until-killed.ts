import { realpathSync } from "node:fs";
import { join } from "node:path";
import { createShell } from "../../../src/hosts/node/node-shell.ts";

/** Runs a command, says when it has spoken, and waits to be killed. */
const [folder = "", command = "", place = ""] = process.argv.slice(2);
const shell = createShell({ dataDir: join(folder, "home"), roots: [realpathSync(folder)] });
const options = { cwd: folder, ...(place === "confined" && { place: "confined" as const }) };
for await (const _ of shell.run(command, options, new AbortController().signal))
  process.stdout.write("ready\n");
