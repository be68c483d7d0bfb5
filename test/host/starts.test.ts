import assert from "node:assert/strict";
import * as vscode from "vscode";

const ID = "plumb.plumb";

suite("Plumb in the editor", () => {
  test("starts from the built bundle and registers every command it contributes", async () => {
    const plumb = vscode.extensions.getExtension(ID);
    assert.ok(plumb, "the extension is installed");
    await plumb.activate();
    const registered = new Set(await vscode.commands.getCommands(true));
    const contributed: { command: string }[] = plumb.packageJSON.contributes.commands;
    assert.deepEqual(
      contributed.map(({ command }) => command).filter((command) => !registered.has(command)),
      [],
    );
  });

  test("needs no proposed API", () => {
    assert.equal(vscode.extensions.getExtension(ID)?.packageJSON.enabledApiProposals, undefined);
  });
});
