import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { need, needOnly, read } from "../../checks.mjs";

needOnly("report.txt");
const logs = join(process.env.EVAL_BEFORE, "logs");
const counts = new Map();
for (const name of readdirSync(logs)) {
  const bytes = readFileSync(join(logs, name));
  for (const line of (name.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString().split("\n")) {
    const [, , path = "", status = 0] = line.split(" ");
    const bare = path.split("?")[0];
    if (Number(status) >= 500) counts.set(bare, (counts.get(bare) ?? 0) + 1);
  }
}
const wanted = [...counts].toSorted((a, b) => b[1] - a[1]).slice(0, 3);
const lines = wanted.map(([path, count]) => `${count} ${path}`).join("\n");
need(read("report.txt")?.trim() === lines, `The report is not\n${lines}`);
