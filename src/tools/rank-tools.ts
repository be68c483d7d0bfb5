import type { Tool } from "../core/tool.ts";

/** Words that every question has. */
const EMPTY = new Set(
  "a an and any at be by can do for from how i in into is it me my of on or please something that the this to tool tools use using want with".split(
    " ",
  ),
);

/**
 * Tools that a question in keywords is about, best first: words of the name say most, then those of parameters and of the
 * description. A word with `+` before it must be found. Nothing that no word fits is in the list.
 */
export function rankTools(query: string, tools: readonly Tool[]): Tool[] {
  const asked = query.split(/[\s,;]+/).filter(Boolean);
  const musts = asked.filter((word) => word.startsWith("+")).flatMap(wordsOf);
  const words = [...new Set(asked.flatMap(wordsOf))].filter(
    (word) => !EMPTY.has(word) || musts.includes(word),
  );
  return tools
    .map((tool) => ({ tool, score: scoreOf(tool, query, words, musts) }))
    .filter(({ score }) => score > 0)
    .toSorted((a, b) => b.score - a.score || (a.tool.spec.name < b.tool.spec.name ? -1 : 1))
    .map(({ tool }) => tool);
}

function scoreOf({ spec }: Tool, query: string, words: readonly string[], musts: readonly string[]): number {
  const name = spec.name.toLowerCase();
  const parts = wordsOf(spec.name);
  const described = wordsOf(spec.description);
  const parameters = parametersOf(spec.input_schema).flatMap(wordsOf);
  /** How much a word says about the tool, by where it stands; the first that fits counts. */
  const points: readonly (readonly [number, (word: string) => boolean])[] = [
    [12, (word) => word === name],
    [7, (word) => parts.includes(word)],
    [6, (word) => parts.some((part) => isAlike(part, word))],
    [4, (word) => word.length >= 3 && (name.includes(word) || parts.some((part) => part.startsWith(word)))],
    [2, (word) => parameters.some((part) => isAlike(part, word))],
    [2, (word) => described.some((part) => isAlike(part, word))],
    [1, (word) => word.length >= 4 && described.some((part) => part.startsWith(word))],
  ];
  const pointsOf = (word: string): number => points.find(([, fits]) => fits(word))?.[0] ?? 0;
  if (musts.some((word) => pointsOf(word) === 0)) return 0;
  const whole = query.trim().toLowerCase() === name ? 12 : 0;
  return words.reduce((sum, word) => sum + pointsOf(word), whole);
}

/** "NotebookEdit", "mcp__gh__create_issue", "Reads a page." as words in lower case. */
const wordsOf = (value: string): string[] =>
  value
    .replaceAll(/([a-z0-9])([A-Z])/g, "$1 $2")
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean);

/** The same word, one of them perhaps in the plural or with another ending. */
function isAlike(a: string, b: string): boolean {
  if (a === b) return true;
  const [short, long] = a.length < b.length ? [a, b] : [b, a];
  return short.length >= 4 && long.startsWith(short) && /^(?:s|es|ed|ing|er)$/.test(long.slice(short.length));
}

function parametersOf(schema: Readonly<Record<string, unknown>>): string[] {
  const { properties } = schema;
  return typeof properties === "object" && properties !== null ? Object.keys(properties) : [];
}
