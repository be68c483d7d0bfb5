import { type Disposable, env } from "vscode";
import type { Host } from "../../core/ports.ts";
import { followedDocuments } from "../node/changes/followed-documents.ts";
import { createNodeHost } from "../node/node-host.ts";
import { createWeb } from "../node/node-web.ts";
import { requireWritable } from "../node/require-writable.ts";
import { findEditorRipgrep } from "./find-ripgrep.ts";
import { followUser } from "./follow-user.ts";
import { withNotebooks } from "./notebooks/with-notebooks.ts";
import { readSandboxSettings } from "./sandbox-settings.ts";
import { folderPaths } from "./surroundings.ts";
import { createVscodeDocuments } from "./vscode-documents.ts";
import { vscodeEditor } from "./vscode-editor.ts";

/** The ports of one editor window: the machine's own, with live documents, language services and the editor's ripgrep. */
export function createVscodeHost({
  dataDir,
  version,
  subscriptions,
}: {
  dataDir: string;
  version: string;
  subscriptions: Disposable[];
}): Host {
  const roots = folderPaths();
  const ripgrep = (): Promise<string | undefined> => findEditorRipgrep(env.appRoot);
  const machine = createNodeHost({ roots, dataDir, ripgrep, version, sandbox: readSandboxSettings });
  subscriptions.push(followUser(machine.changes));
  return {
    ...machine,
    documents: followedDocuments(
      withNotebooks({
        disk: machine.documents,
        documents: createVscodeDocuments(machine.documents),
        requireWritable,
      }),
      machine.changes,
    ),
    editor: vscodeEditor,
    // Without proxy variables: the editor routes what its extensions fetch by itself.
    web: createWeb({ version }),
  };
}
