import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as vscode from "vscode";
import { createDocuments } from "../../src/hosts/node/node-documents.ts";
import { createFileSystem } from "../../src/hosts/node/node-file-system.ts";
import { createVscodeDocuments } from "../../src/hosts/vscode/vscode-documents.ts";
import { failuresOf, readEditCorpus, WRITTEN_AS } from "../support/edit-corpus.ts";

suite("The corpus of edits through the editor's documents", () => {
  let folder = "";
  setup(async () => {
    folder = await mkdtemp(join(tmpdir(), "edits-"));
  });
  teardown(async () => {
    await vscode.commands.executeCommand("workbench.action.closeAllEditors");
    await rm(folder, { recursive: true, force: true });
  });

  for (const writtenAs of WRITTEN_AS) {
    test(`every edit is right on the disk, byte for byte: ${writtenAs}`, async function () {
      this.timeout(300_000);
      const corpus = readEditCorpus(await readFile(join(import.meta.dirname, "edit-apply.jsonl"), "utf8"));
      assert.ok(corpus.length > 100);
      // All of it once; how the bytes are written needs a part of it only, and each file takes the editor a moment.
      const cases = writtenAs === "as-is" ? corpus : corpus.filter((_case, index) => index % 6 === 0);
      const documents = createVscodeDocuments(createDocuments(createFileSystem()));
      assert.deepEqual(await failuresOf(cases, writtenAs, { documents, folder }), []);
    });
  }
});
