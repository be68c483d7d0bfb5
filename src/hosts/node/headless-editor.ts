import type { CodeCheck, Diagnostic, Documents, Editor } from "../../core/ports.ts";

/** Written with comments, whatever their ending says. */
const WITH_COMMENTS =
  /(?:^|[\\/])(?:[tj]sconfig[\w.-]*|devcontainer|\.[\w.-]+|tslint|api-extractor)\.json$|[\\/]\.[\w-]+[\\/]/i;
/** What can be checked in no time at all. TypeScript is not among it: its parser takes longer to load than an edit does. */
const languageOf = (path: string): "json" | "javascript" | undefined => {
  if (/\.json$/i.test(path)) return WITH_COMMENTS.test(path) ? undefined : "json";
  return /\.c?js$/i.test(path) ? "javascript" : undefined;
};
const MOST_CHARS = 1024 * 1024;

/**
 * Without an editor there is no language service. Whether a file still parses can be told all the same, for what is parsed
 * here: `documents` have to be the ones that files are saved with.
 */
export function headlessEditor(
  documents: Documents,
  code: CodeCheck,
): { readonly editor: Editor; readonly documents: Documents } {
  const waiting = new Map<string, Set<(text: string) => void>>();
  const check = (path: string, text: string, signal: AbortSignal): Promise<readonly Diagnostic[]> =>
    problemsIn(path, text, code, signal);
  return {
    documents: {
      ...documents,
      async save(path, ...rest) {
        const saved = await documents.save(path, ...rest);
        for (const tell of waiting.get(path) ?? []) tell(saved.text);
        return saved;
      },
    },
    editor: {
      async diagnostics(path) {
        if (path === undefined || languageOf(path) === undefined) return [];
        const signal = AbortSignal.timeout(1_000);
        const { text } = await documents.open(path, signal);
        return check(path, text, signal);
      },
      async nextDiagnostics(path, withinMs, signal) {
        if (languageOf(path) === undefined) return [];
        const over = AbortSignal.any([signal, AbortSignal.timeout(withinMs)]);
        const { promise, resolve } = Promise.withResolvers<string | undefined>();
        over.addEventListener("abort", () => resolve(undefined), { once: true });
        const others = waiting.get(path) ?? new Set();
        waiting.set(path, others.add(resolve));
        const text = await promise;
        others.delete(resolve);
        if (others.size === 0) waiting.delete(path);
        return text === undefined ? [] : check(path, text, over);
      },
      unsaved: () => [],
    },
  };
}

async function problemsIn(
  path: string,
  text: string,
  code: CodeCheck,
  signal: AbortSignal,
): Promise<readonly Diagnostic[]> {
  if (text.length > MOST_CHARS) return [];
  const found =
    languageOf(path) === "json"
      ? inJson(text)
      : await code.problemIn({ language: "javascript", from: { text } }, signal);
  if (found === undefined) return [];
  const [, line = "1", message = found] = /^line (\d+): ([\s\S]*)$/.exec(found) ?? [];
  return [{ path, line: Number(line), severity: "error", message, source: "syntax" }];
}

function inJson(text: string): string | undefined {
  if (text.trim() === "") return undefined;
  try {
    JSON.parse(text);
    return undefined;
  } catch (thrown) {
    const words = thrown instanceof Error ? thrown.message : String(thrown);
    const position = /at position (\d+)/.exec(words)?.[1];
    const line = position === undefined ? 1 : text.slice(0, Number(position)).split("\n").length;
    // Without the text around it and its place, or the same mistake would look new after every edit above it.
    return `line ${line}: not JSON: ${words.replace(/,? ?(?:\.\.\.)?".*$|(?: in JSON)? at position .*$/s, "")}`;
  }
}
