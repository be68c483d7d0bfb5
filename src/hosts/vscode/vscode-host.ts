import { env } from "vscode";
import type { Host } from "../../core/ports.ts";
import { createNodeHost } from "../node/node-host.ts";
import { createWeb } from "../node/node-web.ts";
import { createRipgrepSearch, findRipgrep } from "../node/ripgrep-search.ts";
import { findEditorRipgrep } from "./find-ripgrep.ts";
import { folderPaths } from "./surroundings.ts";
import { createVscodeDocuments } from "./vscode-documents.ts";
import { vscodeEditor } from "./vscode-editor.ts";

/** The ports of one editor window: the machine's own, with live documents, language services and the editor's ripgrep. */
export function createVscodeHost({ dataDir, version }: { dataDir: string; version: string }): Host {
  const roots = folderPaths();
  const machine = createNodeHost({ roots, dataDir, version });
  const given = (): Promise<string | undefined> => findEditorRipgrep(env.appRoot);
  return {
    ...machine,
    documents: createVscodeDocuments(machine.documents),
    search: createRipgrepSearch(() => findRipgrep({ given, roots, environment: process.env })),
    editor: vscodeEditor,
    // Without proxy variables: the editor routes what its extensions fetch by itself.
    web: createWeb({ version }),
  };
}
