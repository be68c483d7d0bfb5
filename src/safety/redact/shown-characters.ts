const SHOWN = /<U\+([0-9A-F]{4,6})>/g;

/**
 * What a model wrote for a text that holds `held`, with the characters themselves where they were shown to it as
 * `<U+200B>`. What `held` has in so many letters, or has not at all, stays as it is written.
 */
export function showsCharacters(text: string, held: string): string {
  if (!text.includes("<U+")) return text;
  return text.replaceAll(SHOWN, (shown: string, digits: string) => {
    const code = Number.parseInt(digits, 16);
    if (code > 0x10_ff_ff || held.includes(shown)) return shown;
    const character = String.fromCodePoint(code);
    return held.includes(character) ? character : shown;
  });
}
