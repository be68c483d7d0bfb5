import { createShell } from "../../../src/hosts/node/node-shell.ts";

/** Starts a command in the background and one in the foreground, and exits as soon as that one has spoken. */
const [folder = "", command = ""] = process.argv.slice(2);
const shell = createShell({ dataDir: folder });
await shell.start(command, { cwd: folder });
for await (const _ of shell.run(command, { cwd: folder }, new AbortController().signal)) process.exit(5);
