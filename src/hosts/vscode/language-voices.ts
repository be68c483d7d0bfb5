/** Nothing can be wrong with these, as far as an agent is concerned. */
const NEVER = new Set(["plaintext", "markdown", "log", "ignore", "properties", "dotenv", "csv"]);
/** The editor's own services for these speak about files in tabs only. */
const ONLY_IN_TABS = new Set(["json", "jsonc", "css", "scss", "less", "html"]);
/** So many full waits without a word, and a language counts as one that nobody in this window checks. */
const PATIENCE = 2;

/** What decides whether somebody speaks about a document: its language, and whether it is open in a tab. */
export interface Place {
  readonly languageId: string;
  readonly hasTab: boolean;
}

export interface LanguageVoices {
  /** Whether it is worth waiting for what a service says about a document. */
  isWorthWaiting(place: Place): boolean;
  /** A wait ended, with or without a word. */
  heard(place: Place, spoke: boolean): void;
}

/** Remembers which languages have somebody who reports problems, so that edits of the others never wait. */
export function createLanguageVoices(): LanguageVoices {
  const silent = new Map<string, number>();
  const keyOf = ({ languageId, hasTab }: Place): string => `${languageId} ${hasTab}`;
  return {
    isWorthWaiting: (place) =>
      !NEVER.has(place.languageId) &&
      (place.hasTab || !ONLY_IN_TABS.has(place.languageId)) &&
      (silent.get(keyOf(place)) ?? 0) < PATIENCE,
    heard(place, spoke) {
      silent.set(keyOf(place), spoke ? 0 : (silent.get(keyOf(place)) ?? 0) + 1);
    },
  };
}
