import type { CodeCheck, Host } from "../../core/ports.ts";
import { provideGrammar } from "../../safety/powershell/late.ts";
import { followedDocuments } from "./changes/followed-documents.ts";
import { NodeChanges } from "./changes/node-changes.ts";
import type { Environment } from "./clean-environment.ts";
import { headlessEditor } from "./headless-editor.ts";
import { lateDocuments, lateSearch } from "./late-ports.ts";
import { createBlobs } from "./node-blobs.ts";
import { nodeClock } from "./node-clock.ts";
import { createFileSystem } from "./node-file-system.ts";
import { createPaths, PLATFORM } from "./node-paths.ts";
import { createShell, type NodeShell } from "./node-shell.ts";
import { createWeb } from "./node-web.ts";
import { readPowershellGrammar } from "./powershell-grammar.ts";
import type { SandboxSettings } from "./sandbox/settings.ts";

export interface NodeHost extends Host {
  readonly shell: NodeShell;
  readonly changes: NodeChanges;
}
export interface NodeHostOptions {
  /** Workspace folders. Programs inside of them are never run on our own account. */
  readonly roots: readonly string[];
  /** The user's Plumb folder. */
  readonly dataDir: string;
  /** Where an editor keeps its own ripgrep; asked once, with the first search. */
  readonly ripgrep?: () => Promise<string | undefined>;
  readonly version: string;
  /** What the user chose; the default is `auto`. */
  readonly sandbox?: () => SandboxSettings;
  /** Default: this process's own. */
  readonly environment?: Environment;
}

/** A host without an editor, on this machine. Nothing is opened or started before its first use. */
export function createNodeHost(options: NodeHostOptions): NodeHost {
  const { roots, dataDir, ripgrep, version, sandbox, environment = process.env } = options;
  provideGrammar(readPowershellGrammar, PLATFORM === "win32");
  const fs = createFileSystem({ roots });
  const findRg = async (): Promise<string | undefined> =>
    (await import("./ripgrep-search.ts")).findRipgrep({ given: ripgrep, roots, environment });
  const search = lateSearch(async () =>
    (await import("./ripgrep-search.ts")).createRipgrepSearch(findRg, environment),
  );
  const changes = new NodeChanges({ search, environment, dataDir });
  const code: CodeCheck = {
    // Loaded with the first text that is code.
    problemIn: async (piece, signal) =>
      (await import("./check-code.ts")).createCodeCheck(environment, roots).problemIn(piece, signal),
  };
  return {
    platform: PLATFORM,
    paths: createPaths(PLATFORM),
    fs,
    ...headlessEditor(followedDocuments(lateDocuments(fs), changes), code),
    blobs: createBlobs(dataDir),
    search,
    shell: createShell({ dataDir, roots, environment, ripgrep: findRg, ...(sandbox && { sandbox }) }),
    changes,
    web: createWeb({ version, environment }),
    clock: nodeClock,
    code,
    gitState: async (folder, signal) =>
      (await import("./git-state.ts")).gitState(folder, signal, { environment, roots }),
  };
}
