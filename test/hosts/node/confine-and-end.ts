import { realpathSync } from "node:fs";
import { createShell } from "../../../src/hosts/node/node-shell.ts";

/** Confines a command, lets go of everything, and has nothing more to do. */
const folder = realpathSync(process.argv[2] ?? "");
const shell = createShell({ dataDir: folder, roots: [folder] });
const run = shell.run("echo confined", { cwd: folder, place: "confined" }, new AbortController().signal);
for await (const chunk of run) if (chunk.type === "output") process.stdout.write(chunk.text);
await shell.stopAll();
