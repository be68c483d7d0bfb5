import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App } from "../../src/app/app.ts";
import { encodeRecord } from "../../src/app/session-file.ts";
import { summarise } from "../../src/context/summarise.ts";
import { type AgentEvent, type EventBody, MAIN } from "../../src/core/event.ts";
import type { Host } from "../../src/core/ports.ts";
import { createNodeHost } from "../../src/hosts/node/node-host.ts";
import { createStorage, workspaceKey } from "../../src/hosts/node/node-storage.ts";
import { stepFrom } from "../../src/hosts/vscode/hunks/hunk-places.ts";
import { diffDetail } from "../../src/review/diff.ts";
import { keep, median, out, show } from "./figures.ts";

/** Deciding about many changes: what it costs, and how that grows. Nothing here needs a model or an editor. */
export async function benchReview(runs: number): Promise<void> {
  out(`\nreview (${runs} runs, medians, spread in brackets)`);
  for (const edits of [10, 100, 1000, 2000])
    await report(`ledger of ${edits} edits`, runs, () => ledger(edits));
  for (const files of [2, 20, 200])
    await report(`${files * 5} hunks in ${files} files`, runs, () => hunks(files));
  await report("edit of a 1 MB file", runs, largeEdit);
}

type Row = Readonly<Record<string, number>>;

async function report(name: string, runs: number, measure: () => Promise<Row>): Promise<void> {
  const rows: Row[] = [];
  for (let i = 0; i < runs; i += 1) rows.push(await measure());
  out(`  ${name}`);
  const medians: Record<string, number> = {};
  for (const key of Object.keys(rows[0] ?? {})) {
    const values = rows.map((row) => row[key] ?? Number.NaN);
    medians[key] = median(values);
    out(`    ${key.padEnd(20)} ${show(values)}`);
  }
  keep(`review: ${name}`, runs, medians);
}

interface Bench {
  readonly host: Host;
  readonly cwd: string;
  readonly dataDir: string;
  readonly events: AgentEvent[];
  add(body: EventBody): void;
  /** One Edit call as the loop records it: before-image, record, file, result. */
  edit(path: string, text: string): Promise<void>;
  open(): Promise<App>;
}

async function inBench<T>(work: (bench: Bench) => Promise<T>): Promise<T> {
  const base = mkdtempSync(join(tmpdir(), "plumb-bench-review-"));
  const [cwd, dataDir] = [join(base, "workspace"), join(base, "home")];
  mkdirSync(cwd);
  const host = createNodeHost({ roots: [cwd], dataDir, version: "0.0.0" });
  const events: AgentEvent[] = [];
  const add = (body: EventBody): void =>
    void events.push({ seq: events.length, at: 1_700_000_000_000 + events.length, agentId: MAIN, ...body });
  add({ type: "session", version: "0.0.0", cwd, roots: [cwd] });
  try {
    return await work({
      host,
      cwd,
      dataDir,
      events,
      add,
      edit: createEdit(host, add),
      open: () => open({ cwd, dataDir, host, events }),
    });
  } finally {
    rmSync(base, { recursive: true, force: true });
  }
}

function createEdit(host: Host, add: Bench["add"]): Bench["edit"] {
  let count = 0;
  return async (path, after) => {
    count += 1;
    const callId = `toolu_${count}`;
    const signal = AbortSignal.timeout(30_000);
    const file = await host.documents.open(path, signal);
    const [before, hash] = await Promise.all([host.blobs.put(file.text), host.blobs.put(after)]);
    add({
      type: "tool.started",
      callId,
      name: "Edit",
      title: `Edit ${path}`,
      accesses: [{ kind: "write", target: path }],
    });
    add({ type: "edit", editId: `edit-${count}`, callId, path, before, after: hash, added: 1, removed: 1 });
    await host.documents.save(path, after, file.hash, signal);
    const detail = await diffDetail({ path, before: file.text, after });
    const content = [{ type: "text", text: `Edited ${path}` }];
    add({ type: "tool.finished", callId, isError: false, content, detail, outcome: "done" });
  };
}

function open(place: Pick<Bench, "cwd" | "dataDir" | "host" | "events">): Promise<App> {
  const { cwd, dataDir, host, events } = place;
  const key = workspaceKey(cwd);
  const sessions = join(dataDir, "projects", key, "sessions");
  mkdirSync(sessions, { recursive: true });
  writeFileSync(join(sessions, "bench.jsonl"), events.map(encodeRecord).join(""));
  return App.open({
    host,
    storage: createStorage({ dataDir, workspaceKey: key }),
    provider: {
      id: "anthropic",
      models: async () => [],
      stream: () => {
        throw new Error("There is no model here.");
      },
    },
    context: summarise({ compactAtTokens: Number.POSITIVE_INFINITY }),
    cwd,
    roots: [cwd],
    home: dataDir,
    readable: [],
    version: "0.0.0",
    isTrusted: () => true,
    isSomeoneThere: () => false,
    model: "",
    effort: "",
    maxOutputTokens: 1,
    maxSteps: 1,
    mode: "ask",
    rules: [],
    sessionId: "bench",
    isNew: false,
  });
}

const timed = async <T>(work: () => Promise<T>): Promise<[number, T]> => {
  const start = performance.now();
  const result = await work();
  return [performance.now() - start, result];
};

const lines = (name: string, count: number): string[] =>
  Array.from(
    { length: count },
    (_, i) => `export const ${name}${i} = compute("${name}", ${i * 7919}, other${(i * 31) % 97});\n`,
  );

/** A hundred files of 50 KB, edited in turn. */
function ledger(edits: number): Promise<Row> {
  return inBench(async ({ cwd, dataDir, edit, open }) => {
    const files = Array.from({ length: Math.min(100, edits) }, (_, i) => lines(`file${i}_`, 800));
    for (const [i, text] of files.entries()) writeFileSync(join(cwd, `f${i}.ts`), text.join(""));
    const [recordMs] = await timed(async () => {
      for (let i = 0; i < edits; i += 1) {
        const at = i % files.length;
        const text = files[at] ?? [];
        text[(i * 37) % text.length] = `export const changed${i} = ${i};\n`;
        await edit(join(cwd, `f${at}.ts`), text.join(""));
      }
    });
    const [loadMs, app] = await timed(open);
    await app.close();
    return {
      "ms an edit": recordMs / edits,
      "load, ms": loadMs,
      "on disk, MB": sizeOf(dataDir) / 1e6,
      "files, MB": sizeOf(cwd) / 1e6,
    };
  });
}

function hunks(files: number): Promise<Row> {
  return inBench(async ({ cwd, edit, open }) => {
    for (let i = 0; i < files; i += 1) {
      const path = join(cwd, `f${i}.ts`);
      const text = lines(`file${i}_`, 300);
      writeFileSync(path, text.join(""));
      for (const at of [10, 70, 130, 190, 250]) text[at] = `// changed ${at}\n`;
      await edit(path, text.join(""));
    }
    const app = await open();
    const [allMs, pending] = await timed(async () =>
      (await Promise.all(app.ledger.pendingFiles().map((path) => app.pendingFile(path)))).filter(
        (file) => file !== undefined,
      ),
    );
    const last = pending.at(-1);
    const at = last && { path: last.path, line: 191 };
    const [stepMs] = await timed(async () => stepFrom(at, pending, "next"));
    const [undoMs] = await timed(() => app.review("undo", "all"));
    await app.close();
    return { "all known, ms": allMs, "next hunk, ms": stepMs, "undo all, ms": undoMs };
  });
}

function largeEdit(): Promise<Row> {
  return inBench(async ({ cwd, edit, open, host }) => {
    const path = join(cwd, "large.ts");
    const text = lines("large", 16_000);
    writeFileSync(path, text.join(""));
    text[8_000] = "// changed\n";
    const after = text.join("");
    const [plainMs] = await timed(async () => host.documents.open(path, AbortSignal.timeout(30_000)));
    const [editMs] = await timed(() => edit(path, after));
    const app = await open();
    const [marksMs] = await timed(() => app.pendingFile(path));
    await app.close();
    return { "read alone, ms": plainMs, "edit, ms": editMs, "marks, ms": marksMs, MB: after.length / 1e6 };
  });
}

function sizeOf(path: string): number {
  const found = statSync(path);
  if (!found.isDirectory()) return found.size;
  return readdirSync(path).reduce((sum, name) => sum + sizeOf(join(path, name)), 0);
}
