import { parseShell } from "./parse.ts";

/** Where things stand in the text. */
const PLACES = /^(?:pos|end)$|(?:Pos|End)$/;

/**
 * The same text for two commands exactly when the shell reads them alike: blanks and comments make no difference, quotes
 * and line ends do. Undefined for what cannot be read. Total: never throws.
 */
export function canonicalCommand(text: string): string | undefined {
  const parsed = parseShell(text);
  if (!("script" in parsed)) return undefined;
  try {
    return JSON.stringify(parsed.script, (key, value: unknown) => (PLACES.test(key) ? undefined : value));
  } catch {
    return undefined;
  }
}
