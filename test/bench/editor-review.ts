import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { decodeSession } from "../../src/app/session-file.ts";
import { startFakeApi } from "../support/fake-api/fake-api.ts";
import { call, type Reply, reply, say } from "../support/fake-api/replies.ts";
import { send } from "../ui/support/scripted.ts";
import { setup } from "../ui/support/set-up-run.ts";
import { startUi, type Ui } from "../ui/support/start-ui.ts";
import { codeLines, EditedSession, editFiles } from "./edited-session.ts";
import { keep, median, out, show } from "./figures.ts";
import { benchTrayIn } from "./tray.ts";

const FILES = 200;
const TITLE = "Many edits";
const LARGE = "large.txt";
const BARE = "bare.txt";

/** Deciding about many changes in a real VS Code: 1,000 pending hunks, and edits of a file of a megabyte. */
export async function benchEditorReview(runs: number): Promise<void> {
  await setup();
  let planned: Reply[] = [];
  const api = await startFakeApi({ script: () => planned.shift() ?? reply(say("Done.")) });
  const ui = await startUi({
    env: { ANTHROPIC_API_KEY: "bench", ANTHROPIC_BASE_URL: api.url },
    settings: { "plumb.permissions.defaultMode": "acceptEdits" },
    prepare: async ({ workspace, plumbHome }) => {
      for (const name of [LARGE, BARE])
        writeFileSync(join(workspace, name), codeLines("large", 16_000).join(""));
      const session = new EditedSession({ cwd: workspace, dataDir: plumbHome, title: TITLE });
      await editFiles(session, workspace, FILES);
      session.store();
    },
  });
  try {
    await openSession(ui);
    await benchTrayIn(ui, runs);
    await benchViews(ui, runs);
    await benchLargeEdits(ui, runs, (replies) => {
      planned = replies;
    });
  } catch (thrown) {
    out(`What the editor showed: ${await ui.shot("bench-review-failed")}`);
    throw thrown;
  } finally {
    await ui.stop();
    await api.close();
  }
}

async function openSession(ui: Ui): Promise<void> {
  const panel = await ui.openPanel();
  await ui.vs((vscode) => vscode.commands.executeCommand("plumb.history"));
  const start = performance.now();
  await panel.getByText(TITLE).click();
  await ui.page
    .locator('[id="plumb.plumb.plumb.hunks"]')
    .getByText(`${FILES * 5} hunks`)
    .waitFor();
  out(
    `\nreview in the editor: ${FILES * 5} hunks in ${FILES} files are known in ${(performance.now() - start).toFixed(0)} ms`,
  );
}

async function benchViews(ui: Ui, runs: number): Promise<void> {
  await registerBare(ui);
  const measures = {
    "the stacked view of all": [
      () =>
        stackedMs(ui, () => ui.vs((vscode) => void vscode.commands.executeCommand("plumb.reviewChanges"))),
      () => stackedMs(ui, () => openBare(ui)),
    ],
    "next hunk, another file": [
      (at: number) => stepMs(ui, 2 * at, "plumb.nextHunk"),
      (at: number) => stepMs(ui, FILES / 2 + 2 * at, undefined),
    ],
    // While the editor takes leave of hundreds of documents.
    "the same, as a view closes": [
      async (at: number) => {
        await stackedMs(ui, () => openBare(ui));
        return stepMs(ui, FILES / 4 + 2 * at, "plumb.nextHunk", true);
      },
      async (at: number) => {
        await stackedMs(ui, () => openBare(ui));
        return stepMs(ui, (3 * FILES) / 4 + 2 * at, undefined, true);
      },
    ],
  } as const satisfies Record<
    string,
    readonly [(at: number) => Promise<number>, (at: number) => Promise<number>]
  >;
  for (const [what, [plumb, bare]] of Object.entries(measures)) {
    const [ours, theirs]: [number[], number[]] = [[], []];
    // The first of all loads the editor's own code.
    for (let at = -1; at < runs; at += 1) {
      const first = at % 2 === 0 ? await plumb(at + 1) : undefined;
      const bareMs = await bare(at + 1);
      const ms = first ?? (await plumb(at + 1));
      if (at >= 0) {
        ours.push(ms);
        theirs.push(bareMs);
      }
    }
    compare(what, ours, theirs);
    keep(`editor review: ${what}`, runs, { "ms.plumb": median(ours), "ms.bare": median(theirs) });
  }
}

/** The editor without Plumb has to open the same files, and takes most of the time. */
function compare(what: string, plumb: readonly number[], bare: readonly number[]): void {
  const ratio = (median(plumb) / median(bare)).toFixed(2);
  out(`  ${what.padEnd(28)} bare ${show(bare).padEnd(24)} plumb ${show(plumb).padEnd(24)} ratio ${ratio}`);
}

async function stackedMs(ui: Ui, open: () => Promise<unknown>): Promise<number> {
  await closeAll(ui);
  const start = performance.now();
  await open();
  await ui.page.locator(".multiDiffEditor .view-line").first().waitFor();
  return performance.now() - start;
}

const closeAll = (ui: Ui): Promise<unknown> =>
  ui.vs((vscode) => vscode.commands.executeCommand("workbench.action.closeAllEditors"));

/** A left side that costs nothing to find. */
const registerBare = (ui: Ui): Promise<unknown> =>
  ui.vs((vscode) => {
    const provideTextDocumentContent = (): string => "export const one = 1;\n".repeat(300);
    vscode.workspace.registerTextDocumentContentProvider("bare", { provideTextDocumentContent });
  });

const openBare = (ui: Ui): Promise<unknown> =>
  ui.vs(
    (vscode, dir, count) => {
      const resources = Array.from({ length: count }, (_, i) => {
        const uri = vscode.Uri.file(`${dir}/f${i}.ts`);
        return [uri, uri.with({ scheme: "bare" }), uri];
      });
      void vscode.commands.executeCommand("vscode.changes", "Bare", resources);
    },
    ui.workspace,
    FILES,
  );

/** From the last hunk of a file to the next file, which no editor has open: by a command, or by just showing it. */
async function stepMs(ui: Ui, file: number, command: string | undefined, isAtOnce = false): Promise<number> {
  await closeAll(ui);
  const [from, to] = [`f${file}.ts`, `f${file + 1}.ts`].map((name) => join(ui.workspace, name));
  return ui.vs(
    async (vscode, here, there, name, calmMs) => {
      const editor = await vscode.window.showTextDocument(vscode.Uri.file(here));
      editor.selection = new vscode.Selection(290, 0, 290, 0);
      // Nothing says when an editor is done with what it does for the file it came from.
      await new Promise((resolve) => setTimeout(resolve, calmMs));
      const start = performance.now();
      if (name === "") await vscode.window.showTextDocument(vscode.Uri.file(there));
      else await vscode.commands.executeCommand(name);
      return performance.now() - start;
    },
    from ?? "",
    to ?? "",
    command ?? "",
    isAtOnce ? 0 : 1_000,
  );
}

async function benchLargeEdits(ui: Ui, runs: number, plan: (replies: Reply[]) => void): Promise<void> {
  const [times, bare, own]: [number[], number[], number[]] = [[], [], []];
  for (let i = -1; i < runs; i += 1) {
    const { applyMs, allMs } = await bareEdit(ui);
    await ui.vs((vscode) => vscode.commands.executeCommand("plumb.newChat"));
    const panel = ui.panel();
    const old_string = i < 0 ? 'export const large8000 = compute("large",' : `changed(${i - 1},`;
    plan([
      reply(call("Read", { file_path: LARGE, offset: 8_000, limit: 10 })),
      reply(call("Edit", { file_path: LARGE, old_string, new_string: `changed(${i},` })),
      reply(say(`Edit ${i} is made.`)),
    ]);
    await watchEdit(ui);
    await send(panel, "Change it");
    await panel.getByText(`Edit ${i} is made.`).waitFor();
    const { startedAt, finishedAt } = editTimes(ui);
    const { changedAt, savedAt } = await seenEdit(ui);
    // The first one loads what it takes, here and in the editor.
    if (i < 0) continue;
    times.push(finishedAt - startedAt);
    bare.push(allMs);
    own.push(changedAt - startedAt - applyMs + (finishedAt - savedAt));
  }
  compare("an edit of a 1 MB file", times, bare);
  out(
    `  of which ours                ${show(own)} ms (goal 50); the rest is the editor applying and saving it`,
  );
  keep("editor review: 1 MB edit", runs, {
    "editMs.plumb": median(times),
    "editMs.bare": median(bare),
    "editMs.ours": median(own),
  });
}

/** What the editor itself takes to open, change and save such a file, in another file so that neither is warm. */
const bareEdit = (ui: Ui): Promise<{ applyMs: number; allMs: number }> =>
  ui.vs(
    async (vscode, file) => {
      const start = performance.now();
      const document = await vscode.workspace.openTextDocument(vscode.Uri.file(file));
      const edit = new vscode.WorkspaceEdit();
      edit.insert(document.uri, new vscode.Position(8_000, 0), "x");
      const opened = performance.now();
      await vscode.workspace.applyEdit(edit);
      const applyMs = performance.now() - opened;
      await document.save();
      return { applyMs, allMs: performance.now() - start };
    },
    join(ui.workspace, BARE),
  );

/** Has the extension host note when the document of the large file was changed and saved. */
const watchEdit = (ui: Ui): Promise<unknown> =>
  ui.vs((vscode, name) => {
    const seen = { changedAt: 0, savedAt: 0 };
    Reflect.set(globalThis, "plumbBenchEdit", seen);
    const changes = vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
      if (contentChanges.length > 0 && document.uri.path.endsWith(`/${name}`)) seen.changedAt ||= Date.now();
    });
    const saves = vscode.workspace.onDidSaveTextDocument(({ uri }) => {
      if (!uri.path.endsWith(`/${name}`)) return;
      seen.savedAt = Date.now();
      changes.dispose();
      saves.dispose();
    });
  }, LARGE);

const seenEdit = (ui: Ui): Promise<{ changedAt: number; savedAt: number }> =>
  ui.vs(() => Reflect.get(globalThis, "plumbBenchEdit"));

/** Of the newest conversation, by its own log, in epoch milliseconds. */
function editTimes({ plumbHome }: Ui): { startedAt: number; finishedAt: number } {
  const files = readdirSync(plumbHome, { recursive: true, encoding: "utf8" }).filter((name) =>
    name.endsWith(".jsonl"),
  );
  const logs = files.map((name) => decodeSession(readFileSync(join(plumbHome, name), "utf8")).events);
  const newest = logs.toSorted((a, b) => (b.at(-1)?.at ?? 0) - (a.at(-1)?.at ?? 0))[0] ?? [];
  const started = newest.findLast((event) => event.type === "tool.started" && event.name === "Edit");
  const finished = newest.findLast((event) => event.type === "tool.finished");
  return { startedAt: started?.at ?? Number.NaN, finishedAt: finished?.at ?? Number.NaN };
}
