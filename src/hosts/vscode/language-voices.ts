/** The editor brings a service for these; that it said nothing so far means that nothing was wrong. */
const ALWAYS = new Set([
  "typescript",
  "typescriptreact",
  "javascript",
  "javascriptreact",
  "json",
  "jsonc",
  "css",
  "scss",
  "less",
  "php",
]);
/** Nothing can be wrong with these, as far as an agent is concerned. */
const NEVER = new Set(["plaintext", "markdown", "log", "ignore", "properties", "dotenv", "csv"]);
/** So many full waits without a word, and a language counts as one that nobody in this window checks. */
const PATIENCE = 2;

export interface LanguageVoices {
  /** Whether it is worth waiting for what a service says about a document. */
  isWorthWaiting(languageId: string): boolean;
  /** A wait ended, with or without a word. */
  heard(languageId: string, spoke: boolean): void;
}

/** Remembers which languages have somebody who reports problems, so that edits of the others never wait. */
export function createLanguageVoices(): LanguageVoices {
  const silent = new Map<string, number>();
  return {
    isWorthWaiting: (languageId) =>
      ALWAYS.has(languageId) || (!NEVER.has(languageId) && (silent.get(languageId) ?? 0) < PATIENCE),
    heard(languageId, spoke) {
      silent.set(languageId, spoke ? 0 : (silent.get(languageId) ?? 0) + 1);
    },
  };
}
