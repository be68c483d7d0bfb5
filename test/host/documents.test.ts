import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as vscode from "vscode";
import { AgentError } from "../../src/core/errors.ts";
import { createDocuments } from "../../src/hosts/node/node-documents.ts";
import { createFileSystem } from "../../src/hosts/node/node-file-system.ts";
import { createVscodeDocuments } from "../../src/hosts/vscode/vscode-documents.ts";
import { comesToBe } from "./soon.ts";

const signal = new AbortController().signal;
const documents = createVscodeDocuments(createDocuments(createFileSystem()));

const isKind =
  (kind: string) =>
  (thrown: unknown): boolean =>
    thrown instanceof AgentError && thrown.kind === kind;

suite("Documents of the editor", () => {
  let folder = "";
  const at = (name: string): string => join(folder, name);
  const bytesOf = (name: string): Promise<string> => readFile(at(name), "utf8");

  setup(async () => {
    folder = await mkdtemp(join(tmpdir(), "documents-"));
  });
  teardown(async () => {
    await vscode.commands.executeCommand("workbench.action.files.revert");
    await vscode.commands.executeCommand("workbench.action.closeAllEditors");
    await rm(folder, { recursive: true, force: true });
  });

  const show = async (name: string): Promise<vscode.TextEditor> =>
    vscode.window.showTextDocument(await vscode.workspace.openTextDocument(at(name)));

  test("unsaved text wins over the disk, survives a change, and stays unsaved", async () => {
    await writeFile(at("a.txt"), "one\ntwo\nthree\n");
    const editor = await show("a.txt");
    await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), "mine "));
    const file = await documents.open(at("a.txt"), signal);
    assert.equal(file.text, "mine one\ntwo\nthree\n");
    assert.equal(file.isDirty, true);
    const saved = await documents.save(at("a.txt"), "mine one\ntwo\nTHREE\n", file.hash, signal);
    assert.equal(saved.text, "mine one\ntwo\nTHREE\n");
    assert.equal(editor.document.getText(), "mine one\ntwo\nTHREE\n");
    assert.equal(editor.document.isDirty, true);
    assert.equal(await bytesOf("a.txt"), "one\ntwo\nthree\n");
  });

  test("a clean document is saved, the cursor stays on its word, and one undo takes all of it back", async () => {
    await writeFile(at("b.txt"), "one\ntwo\nthree\nfour\n");
    const editor = await show("b.txt");
    editor.selection = new vscode.Selection(2, 1, 2, 4);
    const { hash } = await documents.open(at("b.txt"), signal);
    await documents.save(at("b.txt"), "zero\none\nTwo\nthree\nFour\n", hash, signal);
    assert.equal(await bytesOf("b.txt"), "zero\none\nTwo\nthree\nFour\n");
    assert.equal(editor.document.isDirty, false);
    await comesToBe(() => editor.document.getText(editor.selection), "hre");
    await vscode.commands.executeCommand("undo");
    await comesToBe(() => editor.document.getText(), "one\ntwo\nthree\nfour\n");
  });

  test("a file nobody has open is changed without a tab", async () => {
    await writeFile(at("c.txt"), "old\n");
    const { hash } = await documents.open(at("c.txt"), signal);
    await documents.save(at("c.txt"), "new\n", hash, signal);
    assert.equal(await bytesOf("c.txt"), "new\n");
    await comesToBe(() => vscode.window.tabGroups.all.flatMap((group) => group.tabs).length, 0);
  });

  test("Windows line ends and the byte order mark are kept", async () => {
    await writeFile(at("d.txt"), "\uFEFFone\r\ntwo\r\n");
    const file = await documents.open(at("d.txt"), signal);
    assert.deepEqual([file.text, file.hasBom], ["one\r\ntwo\r\n", true]);
    await documents.save(at("d.txt"), "one\r\n2\r\n", file.hash, signal);
    assert.equal(await bytesOf("d.txt"), "\uFEFFone\r\n2\r\n");
  });

  test("mixed line ends are kept byte for byte", async () => {
    await writeFile(at("e.txt"), "one\r\ntwo\nthree\r\n");
    await show("e.txt");
    const file = await documents.open(at("e.txt"), signal);
    assert.equal(file.text, "one\r\ntwo\nthree\r\n");
    await documents.save(at("e.txt"), "one\r\n2\nthree\r\n", file.hash, signal);
    assert.equal(await bytesOf("e.txt"), "one\r\n2\nthree\r\n");
  });

  test("line ends can be changed on purpose", async () => {
    await writeFile(at("f.txt"), "one\r\ntwo\r\n");
    const { hash } = await documents.open(at("f.txt"), signal);
    await documents.save(at("f.txt"), "one\ntwo\n", hash, signal);
    assert.equal(await bytesOf("f.txt"), "one\ntwo\n");
  });

  test("a change of something that is no longer there is refused", async () => {
    await writeFile(at("g.txt"), "one\n");
    const editor = await show("g.txt");
    const { hash } = await documents.open(at("g.txt"), signal);
    await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), "typed "));
    await assert.rejects(documents.save(at("g.txt"), "two\n", hash, signal), isKind("stale"));
    assert.equal(editor.document.getText(), "typed one\n");
  });

  test("a new file is made with its folders, and never over an existing one", async () => {
    const file = await documents.save(at("new/deep/h.txt"), "hello\n", undefined, signal);
    assert.equal(file.text, "hello\n");
    assert.equal(await bytesOf("new/deep/h.txt"), "hello\n");
    await assert.rejects(documents.save(at("new/deep/h.txt"), "x", undefined, signal), isKind("stale"));
  });

  test("a file is deleted only as it was seen", async () => {
    await writeFile(at("i.txt"), "one\n");
    const { hash } = await documents.open(at("i.txt"), signal);
    await writeFile(at("i.txt"), "two\n");
    await assert.rejects(documents.remove(at("i.txt"), hash, signal), isKind("stale"));
    const now = await documents.open(at("i.txt"), signal);
    await documents.remove(at("i.txt"), now.hash, signal);
    await assert.rejects(documents.open(at("i.txt"), signal), isKind("not_found"));
  });

  test("a file in another encoding is changed as the editor has it, and never with characters that it lacks", async () => {
    const path = at("latin.txt");
    await writeFile(path, Buffer.from("caf\u00E9 one\n", "latin1"));
    await assert.rejects(documents.open(path, signal), isKind("unreadable"));
    await vscode.workspace.openTextDocument(vscode.Uri.file(path), { encoding: "iso88591" });
    const file = await documents.open(path, signal);
    assert.equal(file.text, "caf\u00E9 one\n");
    await assert.rejects(
      documents.save(path, "caf\u00E9 \u{1F642}\n", file.hash, signal),
      isKind("invalid_input"),
    );
    assert.equal((await readFile(path)).toString("latin1"), "caf\u00E9 one\n");
    await documents.save(path, "caf\u00E9 two\n", file.hash, signal);
    assert.equal((await readFile(path)).toString("latin1"), "caf\u00E9 two\n");
  });

  test("missing and binary files say what they are", async () => {
    await writeFile(at("j.bin"), Buffer.from([1, 0, 2, 255]));
    await assert.rejects(documents.open(at("none.txt"), signal), isKind("not_found"));
    await assert.rejects(documents.open(at("j.bin"), signal), isKind("unreadable"));
  });

  test("what a formatter makes of it while saving is what comes back", async () => {
    const trimming = vscode.workspace.getConfiguration("files");
    await trimming.update("insertFinalNewline", true, vscode.ConfigurationTarget.Global);
    try {
      await writeFile(at("k.txt"), "one");
      const { hash } = await documents.open(at("k.txt"), signal);
      const saved = await documents.save(at("k.txt"), "two", hash, signal);
      assert.equal(saved.text, "two\n");
      assert.equal(await bytesOf("k.txt"), "two\n");
    } finally {
      await trimming.update("insertFinalNewline", undefined, vscode.ConfigurationTarget.Global);
    }
  });
});
