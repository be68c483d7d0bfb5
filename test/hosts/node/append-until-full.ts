import { toAgentError } from "../../../src/core/errors.ts";
import { createStorage } from "../../../src/hosts/node/node-storage.ts";

/** Appends records until one does not fit, then a small one; prints what happened. */
const storage = createStorage({ dataDir: process.argv[2] ?? "", workspaceKey: "key" });
const log = await storage.openLog("full");
log.append("small\n");
let kind = "none";
try {
  log.append(`${"x".repeat(100_000)}\n`);
} catch (thrown) {
  kind = toAgentError(thrown).kind;
}
log.append("fits again\n");
await log.close();
process.stdout.write(JSON.stringify({ kind, content: await storage.readLog("full") }));
