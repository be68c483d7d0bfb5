import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stepFrom } from "../../src/hosts/vscode/hunks/hunk-places.ts";
import { codeLines, EditedSession, editFiles } from "./edited-session.ts";
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

interface Place {
  readonly session: EditedSession;
  readonly cwd: string;
  readonly dataDir: string;
}

async function inPlace(work: (place: Place) => Promise<Row>): Promise<Row> {
  const base = mkdtempSync(join(tmpdir(), "plumb-bench-review-"));
  const [cwd, dataDir] = [join(base, "workspace"), join(base, "home")];
  mkdirSync(cwd);
  try {
    return await work({ cwd, dataDir, session: new EditedSession({ cwd, dataDir, title: "Bench" }) });
  } finally {
    rmSync(base, { recursive: true, force: true });
  }
}

async function timed<T>(work: () => Promise<T>): Promise<[number, T]> {
  const start = performance.now();
  const result = await work();
  return [performance.now() - start, result];
}

/** A hundred files of 50 KB, edited in turn. */
function ledger(edits: number): Promise<Row> {
  return inPlace(async ({ cwd, dataDir, session }) => {
    const files = Array.from({ length: Math.min(100, edits) }, (_, i) => codeLines(`file${i}_`, 800));
    for (const [i, lines] of files.entries()) writeFileSync(join(cwd, `f${i}.ts`), lines.join(""));
    const [recordMs] = await timed(async () => {
      for (let i = 0; i < edits; i += 1) {
        const at = i % files.length;
        const lines = files[at] ?? [];
        lines[(i * 37) % lines.length] = `export const changed${i} = ${i};\n`;
        await session.edit(join(cwd, `f${at}.ts`), lines.join(""));
      }
    });
    session.store();
    const [loadMs, app] = await timed(() => session.open());
    const [onDisk, inFiles] = [sizeOf(dataDir), sizeOf(cwd)];
    const [undoMs] = await timed(() => app.review("undo", "all"));
    await app.close();
    return {
      "ms an edit": recordMs / edits,
      "load, ms": loadMs,
      "undo all, ms": undoMs,
      "on disk, MB": onDisk / 1e6,
      "files, MB": inFiles / 1e6,
    };
  });
}

function hunks(files: number): Promise<Row> {
  return inPlace(async ({ cwd, session }) => {
    await editFiles(session, cwd, files);
    session.store();
    const app = await session.open();
    const [allMs, found] = await timed(() =>
      Promise.all(app.ledger.pendingFiles().map((path) => app.pendingFile(path))),
    );
    const pending = found.filter((file) => file !== undefined);
    const last = pending.at(-1);
    const [stepMs] = await timed(async () =>
      stepFrom(last && { path: last.path, line: 191 }, pending, "next"),
    );
    const [undoMs] = await timed(() => app.review("undo", "all"));
    await app.close();
    return { "all known, ms": allMs, "next hunk, ms": stepMs, "undo all, ms": undoMs };
  });
}

function largeEdit(): Promise<Row> {
  return inPlace(async ({ cwd, session }) => {
    const path = join(cwd, "large.ts");
    const lines = codeLines("large", 16_000);
    writeFileSync(path, lines.join(""));
    lines[8_000] = "// changed\n";
    const after = lines.join("");
    const [readMs] = await timed(() => session.host.documents.open(path, AbortSignal.timeout(30_000)));
    const [editMs] = await timed(() => session.edit(path, after));
    session.store();
    const app = await session.open();
    const [marksMs] = await timed(() => app.pendingFile(path));
    await app.close();
    return { "read alone, ms": readMs, "edit, ms": editMs, "marks, ms": marksMs, MB: after.length / 1e6 };
  });
}

function sizeOf(path: string): number {
  const found = statSync(path);
  if (!found.isDirectory()) return found.size;
  return readdirSync(path).reduce((sum, name) => sum + sizeOf(join(path, name)), 0);
}
