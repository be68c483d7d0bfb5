import { readFile } from "node:fs/promises";
import type { GrammarFiles } from "../../safety/powershell/engine.ts";
import { hasCode } from "./file-errors.ts";

/** Where the two files lie: beside the bundles, or in the packages they come from when nothing is bundled. */
const PLACES: readonly GrammarPlaces[] = [
  ...["./grammar/", "../grammar/"].map((folder) => ({
    runtime: `${folder}tree-sitter.wasm`,
    grammar: `${folder}tree-sitter-powershell.wasm`,
  })),
  {
    runtime: "../../../node_modules/web-tree-sitter/web-tree-sitter.wasm",
    grammar: "../../../node_modules/@vscode/tree-sitter-wasm/wasm/tree-sitter-powershell.wasm",
  },
];

interface GrammarPlaces {
  readonly runtime: string;
  readonly grammar: string;
}

/** Reads the grammar of PowerShell and its runtime. Rejects when they are nowhere, with the error of the file system. */
export async function readPowershellGrammar(): Promise<GrammarFiles> {
  const errors: unknown[] = [];
  for (const { runtime, grammar } of PLACES) {
    try {
      const [one, other] = await Promise.all(
        [runtime, grammar].map((path) => readFile(new URL(path, import.meta.url))),
      );
      if (one && other) return { runtime: one, grammar: other };
    } catch (thrown) {
      if (!hasCode(thrown, "ENOENT")) throw thrown;
      errors.push(thrown);
    }
  }
  throw errors[0];
}
