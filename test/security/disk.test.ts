import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { text } from "../../src/core/message.ts";
import { createDocuments } from "../../src/hosts/node/node-documents.ts";
import { createFileSystem } from "../../src/hosts/node/node-file-system.ts";
import { createStorage } from "../../src/hosts/node/node-storage.ts";
import { temporaryFolder } from "../hosts/node/temporary.ts";
import { call, gate, reply, say } from "../support/fake-api/replies.ts";
import { eventsOf, startWorld } from "../support/start-app.ts";

const { signal } = new AbortController();

/** A file system of its own, where this machine lets anybody have one: for root, or in a namespace of the user's. */
const canMount = ((): boolean => {
  try {
    execFileSync("unshare", ["-rm", "sh", "-c", "mount -t tmpfs -o size=1m tmpfs /mnt"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
})();

/** What a script of ours prints that runs in a folder with a file system of its own. */
async function onOwnDisk(options: string, script: string): Promise<string> {
  const folder = await temporaryFolder();
  const place = join(folder, "disk");
  mkdirSync(place);
  const child = spawn(
    "unshare",
    [
      "-rm",
      "sh",
      "-ec",
      `mount -t tmpfs -o size=1m tmpfs "$1"; printf 'old text\\n' > "$1/a.txt"; ${options}; exec "$2" "$3" "$1"`,
      "sh",
      place,
      process.execPath,
      join(import.meta.dirname, script),
    ],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  let out = "";
  child.stdout.on("data", (data) => (out += data));
  await once(child, "close");
  return out;
}

test.runIf(canMount)(
  "on a disk that is full nothing is half-written, nothing is left, and it is said",
  async () => {
    const told: unknown = JSON.parse(await onOwnDisk("true", "write-on-disk.ts"));
    expect(told).toEqual({
      edit: "There is no space left",
      create: "There is no space left",
      log: "storage",
      text: "old text\n",
      files: ["a.txt", "log"],
      after: "small again\n",
    });
  },
);

test.runIf(canMount)(
  "on a disk that cannot be written it is said, and nothing is tried in its place",
  async () => {
    const told: unknown = JSON.parse(await onOwnDisk('mount -o remount,ro "$1"', "write-on-disk.ts"));
    expect(told).toMatchObject({
      edit: "is read-only",
      create: "is on a read-only file system",
      log: "storage",
      text: "old text\n",
      files: ["a.txt"],
    });
  },
);

test.runIf(process.getuid?.() !== 0 && process.platform !== "win32")(
  "what may not be read or written is said to be so, and stays",
  async () => {
    const folder = await temporaryFolder();
    const documents = createDocuments(createFileSystem());
    mkdirSync(join(folder, "closed"));
    writeFileSync(join(folder, "closed/a.txt"), "a\n");
    writeFileSync(join(folder, "b.txt"), "b\n");
    const { hash } = await documents.open(join(folder, "b.txt"), signal);
    chmodSync(join(folder, "b.txt"), 0o000);
    chmodSync(join(folder, "closed"), 0o500);
    onTestFinished(() => chmodSync(join(folder, "closed"), 0o700));
    await expect(documents.open(join(folder, "b.txt"), signal)).rejects.toMatchObject({ kind: "unreadable" });
    await expect(documents.save(join(folder, "b.txt"), "x", hash, signal)).rejects.toMatchObject({
      kind: "failed",
    });
    await expect(documents.save(join(folder, "closed/new"), "x", undefined, signal)).rejects.toMatchObject({
      kind: "failed",
    });
    expect(readdirSync(join(folder, "closed"))).toEqual(["a.txt"]);
  },
);

test("of two processes that write one document again and again each finds a whole one", async () => {
  const dataDir = await temporaryFolder();
  const writers = ["a", "b"].map((who) => {
    const child = spawn(process.execPath, [join(import.meta.dirname, "write-document.ts"), dataDir, who], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    onTestFinished(() => void child.kill("SIGKILL"));
    return child;
  });
  const storage = createStorage({ dataDir, workspaceKey: "key" });
  let isOver = false;
  const ended = Promise.all(writers.map((child) => once(child, "close"))).then((codes) => {
    isOver = true;
    return codes.map(([code]) => Number(code));
  });
  let seen = 0;
  while (!isOver) {
    const document = await storage.readDocument("rules");
    if (document === undefined) continue;
    const { allow } = JSON.parse(document);
    expect(new Set(allow).size).toBe(1);
    seen += 1;
  }
  expect(await ended).toEqual([0, 0]);
  expect(seen).toBeGreaterThan(0);
  expect(readdirSync(join(dataDir, "projects/key"))).toEqual(["rules.json"]);
});

test("a clock that jumps, back or forth, neither opens what is over nor loses what is open", async () => {
  const world = await startWorld({
    files: { "a.txt": "one\n" },
    script: [
      reply(call("Read", { file_path: "a.txt" })),
      reply(call("Edit", { file_path: "a.txt", old_string: "one", new_string: "two" })),
      reply(say("Done.")),
      reply(say("Yes.")),
    ],
  });
  let offset = 0;
  const app = await world.open({ mode: "acceptEdits" });
  const { now } = Date;
  Date.now = () => now() + offset;
  onTestFinished(() => {
    Date.now = now;
  });
  const jumps = [-86_400_000, 86_400_000 * 365, -3_600_000];
  app.session.subscribe((event) => {
    // Between two steps; between a decision and what it allows it is over after ten minutes, see the gate of a call.
    if ("durable" in event && /^(?:user|assistant|tool\.finished)$/.test(event.durable.type))
      offset = jumps[app.session.events.length % jumps.length] ?? 0;
  });
  expect(await app.prompt([text("Go")], "now")).toBe("done");
  expect(world.read("a.txt")).toBe("two\n");
  await app.close();
  offset = -86_400_000 * 400;
  const again = await world.open({ isNew: false, mode: "acceptEdits" });
  expect(again.readOnlyBecause).toBeUndefined();
  expect(again.ledger.pending()).toHaveLength(1);
  expect(await again.prompt([text("Well?")], "now")).toBe("done");
  expect(eventsOf(again, "tool.finished").filter(({ isError }) => isError)).toEqual([]);
});

test("a reply that stands still is left when the user stops, and the conversation goes on", async () => {
  const world = await startWorld({
    script: [
      reply(say("Once upon"), gate(new Promise(() => undefined)), say(" a time")),
      reply(say("Hello.")),
    ],
  });
  const app = await world.open();
  const turn = app.prompt([text("Go")], "now");
  await world.api.request(0);
  app.stop();
  expect(await turn).toBe("cancelled");
  expect(await app.prompt([text("Again")], "now")).toBe("done");
  expect([...world.api.violations, ...world.api.refusals]).toEqual([]);
});
