import { once } from "node:events";
import { toAgentError } from "../../../src/core/errors.ts";
import { createStorage } from "../../../src/hosts/node/node-storage.ts";

/** Once told to, tries to open a log, prints how that went, and keeps it until it is killed or its input ends. */
const storage = createStorage({ dataDir: process.argv[2] ?? "", workspaceKey: "key" });
process.stdin.once("end", () => process.exit());
process.stdout.write("ready\n");
await once(process.stdin, "data");
const result = await storage.openLog("s1").then(
  () => "opened",
  (thrown: unknown) => toAgentError(thrown).kind,
);
process.stdout.write(`${result}\n`);
