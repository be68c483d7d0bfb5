import { createStorage } from "../../src/hosts/node/node-storage.ts";

/** Writes one document many times, each time with the same rule all over it. */
const [dataDir = "", who = ""] = process.argv.slice(2);
const storage = createStorage({ dataDir, workspaceKey: "key" });
for (let n = 0; n < 60; n += 1) {
  const allow = Array.from({ length: 500 + (n % 7) * 900 }, () => `Bash(${who} ${n})`);
  await storage.writeDocument("rules", JSON.stringify({ allow }));
}
