// node stdio-server.ts [mode ...]: the demo server as a program. See `modes`.
import { spawn } from "node:child_process";
import { appendFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { setTimeout as wait } from "node:timers/promises";
import { DemoServer } from "./demo-server.ts";

const modes = new Map(process.argv.slice(2).map((word) => [word.split("=")[0], word.split("=")[1] ?? ""]));
const server = new DemoServer({
  many: Number(modes.get("many") ?? 0),
  isOdd: modes.has("odd"),
  environment: process.env,
  die: () => {
    process.stderr.write("The last words of the server.\n");
    process.exit(3);
  },
});
// Where it runs, for those who look whether it still does.
if (modes.has("pid")) appendFileSync(modes.get("pid") ?? "", `${process.pid}\n`);
if (modes.has("child")) {
  const child = spawn(process.execPath, ["-e", "setInterval(() => undefined, 1000)"], { stdio: "ignore" });
  appendFileSync(modes.get("child") ?? "", `${child.pid}\n`);
}
if (modes.has("stays")) {
  process.on("SIGTERM", () => undefined);
  setInterval(() => undefined, 1_000);
}
if (modes.has("exit")) {
  process.stderr.write("Something is missing here.\n");
  process.exit(1);
}
if (modes.has("garbage")) process.stdout.write("Starting up ...\n{not json}\n\n[1]\n");
if (modes.has("flood")) process.stdout.write("x".repeat(20 * 1024 * 1024));

for await (const line of createInterface({ input: process.stdin })) {
  const message = JSON.parse(line);
  if (modes.has("silent")) continue;
  if (message.method === "initialize" && modes.has("delay")) await wait(Number(modes.get("delay")));
  server.take(message, (answer) => process.stdout.write(`${JSON.stringify(answer)}\n`));
}
