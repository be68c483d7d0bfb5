import {
  chmodSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { expect, onTestFinished, test } from "vitest";
import { AgentError, toAgentError } from "../../src/core/errors.ts";
import type { Documents } from "../../src/core/ports.ts";
import { createDocuments } from "../../src/hosts/node/node-documents.ts";
import { createFileSystem } from "../../src/hosts/node/node-file-system.ts";
import { readRegular } from "../../src/hosts/node/read-regular.ts";
import { temporaryFolder } from "../hosts/node/temporary.ts";

/** Between looking at a path and using it everything may change: nothing is written, deleted or read elsewhere then. */

const { signal } = new AbortController();
const fs = createFileSystem();
const documents = createDocuments(fs);

/** Everything below a folder with its content. */
function contentOf(folder: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    const path = join(entry.parentPath, entry.name);
    found[path.slice(folder.length)] = entry.isFile() ? readFileSync(path, "utf8") : "";
  }
  return found;
}

interface Race {
  readonly workspace: string;
  readonly folder: string;
  readonly outside: string;
  /** How often the two have taken turns. */
  swaps(): number;
  stop(): Promise<void>;
}

/** `workspace/folder` is a folder in one moment and a link to `outside` in the next. */
async function startRace(): Promise<Race> {
  const base = await temporaryFolder();
  const [workspace, outside] = [join(base, "workspace"), join(base, "outside")];
  const folder = join(workspace, "folder");
  mkdirSync(folder, { recursive: true });
  mkdirSync(join(outside, "empty"), { recursive: true });
  for (const name of ["edited.txt", "deleted.txt"]) writeFileSync(join(outside, name), "theirs\n");
  const flag = new SharedArrayBuffer(8);
  const shared = new Int32Array(flag);
  const worker = new Worker(new URL("swap-folder.ts", import.meta.url), {
    workerData: { folder, outside, flag },
  });
  const messages: unknown[] = [];
  const failed = Promise.withResolvers<never>();
  failed.promise.catch(() => undefined);
  worker.on("error", failed.reject);
  worker.on("message", (message) => messages.push(message));
  onTestFinished(() => void worker.terminate());
  await Promise.race([expect.poll(() => messages).toContain("began"), failed.promise]);
  return {
    workspace,
    folder,
    outside,
    swaps: () => Atomics.load(shared, 1),
    async stop() {
      Atomics.store(shared, 0, 1);
      await Promise.race([expect.poll(() => messages.length).toBe(2), failed.promise]);
    },
  };
}

/** What a tool does, as often as it takes: judged by the place it is in, then done. */
async function judged(path: string, workspace: string): Promise<string | undefined> {
  const real = await fs.canonical(path).catch(() => undefined);
  return real?.startsWith(`${workspace}/`) ? real : undefined;
}

const ROUNDS = 400;
const SWAPS = 30;
type Deed = (at: { path: string; real: string; round: number; own: Documents }) => Promise<unknown>;
const DEEDS: Readonly<Record<string, { name: string; deed: Deed }>> = {
  "an edit": {
    name: "edited.txt",
    deed: async ({ path, real, round, own }) => {
      const base = await own.open(path, signal);
      if (base.text === "theirs\n") return;
      await own.save(path, `ours ${round}\n`, base.hash, signal, undefined, real);
    },
  },
  "a large edit": {
    name: "edited.txt",
    deed: async ({ path, real, round, own }) => {
      const base = await own.open(path, signal);
      if (base.text === "theirs\n") return;
      await own.save(path, `${round}${"x".repeat(100_000)}\n`, base.hash, signal, undefined, real);
    },
  },
  "a new file": {
    name: "new.txt",
    deed: ({ path, real, round, own }) =>
      own.save(`${path}.${round}`, "ours\n", undefined, signal, undefined, `${real}.${round}`),
  },
  "a new file in new folders": {
    name: "new/deep/new.txt",
    deed: ({ path, real, round, own }) =>
      own.save(`${path}.${round}`, "ours\n", undefined, signal, undefined, `${real}.${round}`),
  },
  "a deletion": {
    name: "deleted.txt",
    deed: async ({ path, real, own }) => {
      // Outside a file of that name has the very text that was seen.
      const base = await own.open(path, signal);
      await own.remove(path, base.hash, signal, real);
    },
  },
};

test.runIf(process.platform === "linux").each(Object.entries(DEEDS))(
  "while a folder and a link to elsewhere take turns, %s never happens elsewhere",
  async (_what, { name, deed }) => {
    const race = await startRace();
    const before = contentOf(race.outside);
    const kinds = new Set<string>();
    const path = join(race.folder, name);
    const act = async (real: string, round: number): Promise<void> => {
      // Puts it there for the next rounds; through the product as well, for the test must not lose the race itself.
      if (name === "edited.txt" || name === "deleted.txt")
        await documents
          .save(path, name === "edited.txt" ? "ours\n" : "theirs\n", undefined, signal, undefined, real)
          .catch(() => undefined);
      await deed({ path, real, round, own: documents });
    };
    for (let round = 0; round < ROUNDS || race.swaps() < SWAPS; round += 1) {
      const real = await judged(path, race.workspace);
      if (real === undefined) continue;
      await act(real, round).catch((thrown: unknown) => void kinds.add(toAgentError(thrown).kind));
    }
    await race.stop();
    expect(contentOf(race.outside)).toEqual(before);
    // What was refused in the race is done once it is over.
    await act(await fs.canonical(path), -1);
    // Nothing but what says that the place is another one now.
    expect(
      [...kinds].filter((kind) => !["stale", "not_found", "unreadable", "failed"].includes(kind)),
    ).toEqual([]);
  },
  60_000,
);

test.runIf(process.platform === "linux")(
  "while a folder and a link take turns, what is read is what was judged",
  async () => {
    const race = await startRace();
    const read = new Set<string>();
    const path = join(race.folder, "edited.txt");
    for (let round = 0; round < ROUNDS * 2 || race.swaps() < SWAPS; round += 1) {
      const real = await judged(path, race.workspace);
      if (real === undefined) continue;
      if (round === 0) await documents.save(real, "ours\n", undefined, signal).catch(() => undefined);
      const file = await readRegular(real, signal, { maxBytes: 1_000 }).catch(() => undefined);
      if (file) read.add(file.bytes.toString());
    }
    await race.stop();
    expect(read).not.toContain("theirs\n");
  },
  60_000,
);

test("a file that a link took the place of before it is written in place is left alone", async () => {
  const folder = await temporaryFolder();
  const [path, other] = [join(folder, "a"), join(folder, "b")];
  for (const one of [path, other]) writeFileSync(one, "old\n");
  linkSync(path, join(folder, "second-name"));
  const { hash } = await documents.open(path, signal);
  await documents.save(path, "new\n", hash, signal);
  expect(readFileSync(join(folder, "second-name"), "utf8")).toBe("new\n");
  symlinkSync(other, join(folder, "link"));
  const at = await documents.open(path, signal);
  await expect(documents.save(join(folder, "link"), "x\n", at.hash, signal, undefined, path)).rejects.toEqual(
    expect.objectContaining({ kind: "stale" }),
  );
  expect(readFileSync(other, "utf8")).toBe("old\n");
});

test("what was decided about one place is not done in another", async () => {
  const folder = await temporaryFolder();
  mkdirSync(join(folder, "real"));
  mkdirSync(join(folder, "other"));
  symlinkSync("real", join(folder, "way"));
  const path = join(folder, "way/new.txt");
  const decided = await fs.canonical(path);
  await documents.save(path, "1", undefined, signal, undefined, decided);
  expect(readFileSync(join(folder, "real/new.txt"), "utf8")).toBe("1");
  const elsewhere = join(folder, "other/new.txt");
  const stale = expect.objectContaining({ kind: "stale" });
  const { hash } = await documents.open(path, signal);
  await expect(documents.save(path, "2", hash, signal, undefined, elsewhere)).rejects.toEqual(stale);
  await expect(documents.remove(path, hash, signal, elsewhere)).rejects.toEqual(stale);
  const to = join(folder, "other/moved.txt");
  for (const places of [
    { from: elsewhere, to },
    { from: decided, to: elsewhere },
  ])
    await expect(documents.move(path, to, signal, { judged: places })).rejects.toEqual(stale);
  expect(readFileSync(join(folder, "real/new.txt"), "utf8")).toBe("1");
  expect(readdirSync(join(folder, "other"))).toEqual([]);
});

test("a temporary file cannot be waited for: its name is not known, and a link in its place is not followed", async () => {
  const folder = await temporaryFolder();
  const seen = new Set<string>();
  for (let round = 0; round < 20; round += 1) {
    await documents.save(join(folder, `f${round}`), "x", undefined, signal);
    for (const name of readdirSync(folder)) seen.add(name);
  }
  expect([...seen].filter((name) => name.endsWith(".tmp"))).toEqual([]);
});

test("a folder that may be entered but not listed can be written in", async () => {
  const folder = join(await temporaryFolder(), "closed");
  mkdirSync(folder);
  chmodSync(folder, 0o300);
  onTestFinished(() => chmodSync(folder, 0o700));
  const saved = await documents.save(join(folder, "a.txt"), "x\n", undefined, signal);
  const again = await documents.save(join(folder, "a.txt"), "y\n", saved.hash, signal);
  await documents.remove(join(folder, "a.txt"), again.hash, signal);
  expect(await documents.open(join(folder, "a.txt"), signal).catch((thrown) => thrown)).toBeInstanceOf(
    AgentError,
  );
});
