import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as vscode from "vscode";
import { vscodeEditor } from "../../src/hosts/vscode/vscode-editor.ts";

/** Longer than any test may take. In milliseconds. */
const FOR_EVER = 3_600_000;

suite("Diagnostics of the editor", () => {
  const service = vscode.languages.createDiagnosticCollection("test-service");
  let folder = "";
  let path = "";

  setup(async () => {
    folder = await mkdtemp(join(tmpdir(), "diagnostics-"));
    path = join(folder, "a.json");
    await writeFile(path, "one;\ntwo;\n");
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(path));
  });
  teardown(async () => {
    await vscode.commands.executeCommand("workbench.action.closeAllEditors");
    service.clear();
    await rm(folder, { recursive: true, force: true });
  });
  suiteTeardown(() => service.dispose());

  const problem = (line: number, message: string, severity = vscode.DiagnosticSeverity.Error) =>
    new vscode.Diagnostic(new vscode.Range(line, 0, line, 3), message, severity);
  const report = (...problems: vscode.Diagnostic[]): void => service.set(vscode.Uri.file(path), problems);

  test("errors and warnings are told with one-based lines; hints are not", async () => {
    report(problem(1, "wrong"), problem(0, "nice", vscode.DiagnosticSeverity.Hint));
    assert.deepEqual(await vscodeEditor.diagnostics(path), [
      { path, line: 2, severity: "error", message: "wrong", source: "" },
    ]);
  });

  test("the next word of the language service is awaited, and its last one counts", async () => {
    report(problem(0, "old"));
    const next = vscodeEditor.nextDiagnostics(path, FOR_EVER, new AbortController().signal);
    report();
    report(problem(1, "new"));
    assert.deepEqual(
      (await next).map(({ message }) => message),
      ["new"],
    );
  });

  test("a service that says nothing is not waited for longer than agreed", async () => {
    report(problem(0, "old"));
    await new Promise<void>((resolve) => {
      const subscription = vscode.languages.onDidChangeDiagnostics(() => {
        subscription.dispose();
        resolve();
      });
      report(problem(0, "same"));
    });
    const next = await vscodeEditor.nextDiagnostics(path, 50, new AbortController().signal);
    assert.deepEqual(
      next.map(({ message }) => message),
      ["same"],
    );
  });

  test("nobody is waited for where nobody speaks", async () => {
    const prose = join(folder, "b.md");
    await writeFile(prose, "# One\n");
    await vscode.workspace.openTextDocument(prose);
    assert.deepEqual(await vscodeEditor.nextDiagnostics(prose, FOR_EVER, new AbortController().signal), []);
  });

  test("nobody waits for a service that speaks about files in tabs only", async () => {
    const hidden = join(folder, "c.json");
    await writeFile(hidden, "{}\n");
    // Whoever waits in vain says so instead.
    assert.deepEqual(await vscodeEditor.diagnostics(hidden), []);
    assert.deepEqual(await vscodeEditor.nextDiagnostics(hidden, FOR_EVER, new AbortController().signal), []);
  });

  test("a file about which nobody has said anything yet is not taken for one without errors", async () => {
    // Nobody has this language: the first looks wait for somebody who might, later ones do not.
    const unknown = join(folder, "d.js");
    await writeFile(unknown, "one;\n");
    await assert.rejects(vscodeEditor.diagnostics(unknown), /No language service/);
  });

  test("waiting ends when the turn is stopped", async () => {
    const stop = new AbortController();
    const next = vscodeEditor.nextDiagnostics(path, FOR_EVER, stop.signal);
    stop.abort(new Error("stopped"));
    await assert.rejects(next, /stopped/);
  });
});
