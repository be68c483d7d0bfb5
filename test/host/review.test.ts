import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as vscode from "vscode";
import { reviewEdits } from "../../src/app/review.ts";
import { pendingFile, reviewHunks } from "../../src/app/review-hunks.ts";
import { MAIN } from "../../src/core/event.ts";
import { Session } from "../../src/core/session.ts";
import { Transcript } from "../../src/core/transcript.ts";
import { createBlobs } from "../../src/hosts/node/node-blobs.ts";
import { createNodeHost } from "../../src/hosts/node/node-host.ts";
import { defaultDataDir } from "../../src/hosts/node/node-storage.ts";
import type { Chat } from "../../src/hosts/vscode/engine.ts";
import { Review } from "../../src/hosts/vscode/review.ts";
import { createVscodeDocuments } from "../../src/hosts/vscode/vscode-documents.ts";
import { Ledger } from "../../src/review/ledger.ts";
import { comesToBe } from "./soon.ts";

const tabs = (): vscode.Tab[] => vscode.window.tabGroups.all.flatMap((group) => group.tabs);

suite("Review in the editor", () => {
  // The same folder that the extension itself uses, so that it can show the texts from before.
  const blobs = createBlobs(defaultDataDir());
  const machine = createNodeHost({ roots: [], dataDir: defaultDataDir(), version: "0.0.0" });
  const host = { ...machine, documents: createVscodeDocuments(machine.documents) };
  let folder = "";
  let path = "";

  setup(async () => {
    folder = await mkdtemp(join(tmpdir(), "review-"));
    path = join(folder, "a.txt");
  });
  teardown(async () => {
    await vscode.commands.executeCommand("workbench.action.closeAllEditors");
    await comesToBe(() => tabs().length, 0);
    await rm(folder, { recursive: true, force: true });
  });

  /** A conversation in which one edit was made. */
  async function edited(before: string, after: string): Promise<{ review: Review; chat: Chat }> {
    await writeFile(path, after);
    const session = new Session("session", Date.now);
    const transcript = new Transcript();
    const ledger = new Ledger();
    session.subscribe((event) => {
      if (!("durable" in event)) return;
      transcript.apply(event.durable);
      ledger.apply(event.durable);
    });
    const accesses = [{ kind: "write" as const, target: path }];
    session.append(MAIN, {
      type: "tool.started",
      callId: "call",
      name: "Edit",
      title: "Edit a.txt",
      accesses,
    });
    session.append(MAIN, {
      type: "edit",
      editId: "edit-1",
      callId: "call",
      path,
      before: before === "" ? "" : await blobs.put(before),
      after: await blobs.put(after),
      added: 1,
      removed: 1,
    });
    const chat: Chat = {
      session,
      transcript,
      ledger,
      isRunning: false,
      mode: "ask",
      readOnlyBecause: undefined,
      permissions: {
        problems: [],
        waiting: [],
        refresh: () => Promise.resolve(false),
        setGiven: () => undefined,
        approve: () => Promise.resolve(),
      },
      ruleDesk: () => Promise.reject(new Error("no rules here")),
      onRunning: () => () => undefined,
      prompt: () => Promise.resolve("done"),
      resume: () => Promise.resolve("idle"),
      stop: () => undefined,
      setQueue: () => undefined,
      answerPermission: () => false,
      checkRules: async () => undefined,
      answerQuestions: () => false,
      decideLater: () => false,
      setMode: () => undefined,
      setModel: () => undefined,
      review: (verdict) => reviewEdits(verdict, ledger.pending(), { host, session, ledger }),
      pendingFile: (file) => pendingFile(file, { host, session, ledger }),
      contextDesk: {
        compact: () => Promise.reject(new Error("no window here")),
        pin: () => false,
        drop: () => 0,
        editSummary: () => undefined,
      },
      budget: {
        figures: () => Promise.resolve({ session: { dollars: 0 }, today: undefined, limits: [] }),
        raise: () => undefined,
      },
      proposals: {
        find: () => Promise.resolve(undefined),
        detailOf: () => Promise.reject(new Error("no card")),
      },
      reviewHunks: (file, choice) => reviewHunks(file, choice, { host, session, ledger }),
      fileMoved: () => undefined,
      checkpoints: {
        list: () => [],
        preview: () => Promise.reject(new Error("no messages")),
        rewind: () => Promise.reject(new Error("no messages")),
        lastRewind: undefined,
        undoRewind: () => Promise.resolve(undefined),
        takeBack: () => Promise.resolve(undefined),
        fork: () => Promise.reject(new Error("no messages")),
      },
      warmUp: { typing: () => Promise.resolve() },
      close: () => Promise.resolve(),
    };
    return { review: new Review({ ready: () => Promise.resolve(chat) }, host), chat };
  }

  test("the diff has the text from before on the left and the file itself on the right", async () => {
    const { review } = await edited("one\ntwo\n", "one\n2\n");
    assert.equal(tabs().length, 0, "nothing opens by itself");
    await review.openDiff("edit-1", { preserveFocus: false });
    await comesToBe(() => tabs().length, 1);
    const input = tabs()[0]?.input;
    assert.ok(input instanceof vscode.TabInputTextDiff);
    assert.equal(input.modified.fsPath, path);
    assert.equal(input.modified.scheme, "file");
    const left = await vscode.workspace.openTextDocument(input.original);
    assert.equal(left.getText(), "one\ntwo\n");
  });

  test("undo goes through the document, leaves the person's own change, and closes the settled diff", async () => {
    const { review, chat } = await edited("one\ntwo\nthree\nfour\nfive\n", "one\n2\nthree\nfour\nfive\n");
    await review.openDiff("edit-1", { preserveFocus: false });
    const document = await vscode.workspace.openTextDocument(path);
    const mine = new vscode.WorkspaceEdit();
    mine.insert(document.uri, new vscode.Position(5, 0), "mine\n");
    await vscode.workspace.applyEdit(mine);
    await document.save();
    const report = await review.settle("undo", ["edit-1"]);
    assert.deepEqual(report, { done: ["edit-1"], conflicts: [] });
    assert.equal(await readFile(path, "utf8"), "one\ntwo\nthree\nfour\nfive\nmine\n");
    assert.deepEqual(chat.transcript.status.pendingEdits, []);
    await comesToBe(() => tabs().length, 0);
  });

  test("keeping changes nothing but says so", async () => {
    const { review, chat } = await edited("one\n", "two\n");
    await review.settleFile("keep", vscode.Uri.file(path));
    assert.equal(await readFile(path, "utf8"), "two\n");
    assert.deepEqual(chat.transcript.status.pendingEdits, []);
  });
});
