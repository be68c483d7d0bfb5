import type { ShellRisk, ShellText } from "../shell/shell-risk.ts";
import type { Engine, GrammarFiles, Parse } from "./engine.ts";

let read: (() => Promise<GrammarFiles>) | undefined;
let loaded: { readonly engine: Engine; readonly parse: Parse } | undefined;
let loading: Promise<void> | undefined;

/** Says who reads the files of the grammar. Until somebody does, every PowerShell text counts as unreadable. */
export function provideGrammar(files: () => Promise<GrammarFiles>): void {
  read = files;
}

/**
 * Loads what reads PowerShell, once. Until then, and when its files are missing or broken, every text counts as
 * unreadable, which asks. Never rejects; a later call tries again.
 */
export function loadPowershell(): Promise<void> {
  loading ??= load().catch(() => {
    loading = undefined;
  });
  return loading;
}

async function load(): Promise<void> {
  if (!read) throw new Error("Nobody reads the files of the grammar.");
  const [{ engine }, files] = await Promise.all([import("./engine.ts"), read()]);
  loaded = { engine, parse: await engine.loadGrammar(files) };
}

/** `powershellRisk`, as soon as it is loaded. Total: never throws. */
export const powershellRisk = (text: ShellText): ShellRisk =>
  loaded?.engine.powershellRisk(text, loaded.parse) ?? {
    risk: "high",
    readOnly: false,
    reasons: [{ risk: "high", text: "could not be judged", words: text.cmd, start: 0, end: text.cmd.length }],
  };
