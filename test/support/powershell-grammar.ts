import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { type GrammarFiles, loadGrammar, type Parse } from "../../src/safety/powershell/grammar.ts";

const { resolve } = createRequire(import.meta.url);
const file = (name: string): Uint8Array => readFileSync(resolve(name));

export const grammarFiles = (): GrammarFiles => ({
  runtime: file("web-tree-sitter/web-tree-sitter.wasm"),
  grammar: file("@vscode/tree-sitter-wasm/wasm/tree-sitter-powershell.wasm"),
});

let loaded: Promise<Parse> | undefined;

export const powershellGrammar = (): Promise<Parse> => (loaded ??= loadGrammar(grammarFiles()));
