import { OTHER_TOOL_NAMES, plain } from "./other-names.ts";
import { type Fields, isFields } from "./repair-input.ts";

/** What some models put before every name. */
const PREFIX = /^(?:functions?|tools?|default_api|builtin|plumb)(?:[.:/]+|__)/i;
/** A tool of ours that answers to no other name, and would not be told from its parts. */
const MANY_IN_ONE = /^strreplace(?:based)?edit(?:or)?(?:tool)?$/;

export interface Meant {
  readonly name: string;
  readonly input: unknown;
}

/** The tool that is meant by a name that none has, among `names`; undefined where that is not certain. */
export function repairName(given: string, input: unknown, names: readonly string[]): Meant | undefined {
  const bare = given.trim().replace(PREFIX, "");
  const key = plain(bare);
  const split = MANY_IN_ONE.test(key) ? oneOfMany(input) : undefined;
  if (split) return names.includes(split.name) ? split : undefined;
  const alike = names.filter((name) => plain(name) === key || `${plain(name)}tool` === key);
  if (alike.length > 1) return undefined;
  const name = alike[0] ?? OTHER_TOOL_NAMES.get(key) ?? OTHER_TOOL_NAMES.get(key.replace(/tool$/, ""));
  return name !== undefined && names.includes(name) ? { name, input } : undefined;
}

/** One tool that reads, writes and edits, and says which by `command`. What it does besides has no equal here. */
function oneOfMany(input: unknown): Meant | undefined {
  if (!isFields(input)) return undefined;
  const { command, view_range: range, ...rest } = input;
  switch (command) {
    case "view":
      return range === undefined || range === null ? { name: "Read", input: rest } : inRange(rest, range);
    case "create":
      return range === undefined ? { name: "Write", input: rest } : undefined;
    case "str_replace":
      return range === undefined ? { name: "Edit", input: rest } : undefined;
    default:
      return undefined;
  }
}

function inRange(rest: Fields, range: unknown): Meant | undefined {
  const [first, last]: unknown[] = Array.isArray(range) ? range : [];
  if (!isLine(first) || first < 1) return undefined;
  if (last === -1) return { name: "Read", input: { ...rest, offset: first } };
  if (!isLine(last) || last < first) return undefined;
  return { name: "Read", input: { ...rest, offset: first, limit: last - first + 1 } };
}

const isLine = (value: unknown): value is number => typeof value === "number" && Number.isInteger(value);

/** The tool whose name is closest, as a hint: nothing is run because of it. */
export function closestName(given: string, names: readonly string[]): string | undefined {
  const key = plain(given.replace(PREFIX, ""));
  const known = OTHER_TOOL_NAMES.get(key);
  if (known !== undefined) return names.includes(known) ? known : undefined;
  const ranked = names
    .map((name) => ({ name, distance: distance(key, plain(name)) }))
    .toSorted((a, b) => a.distance - b.distance);
  const [best] = ranked;
  return best && best.distance <= Math.ceil(key.length * 0.4) ? best.name : undefined;
}

/** How many characters have to be put in, taken out or changed. Of long names only the beginning counts. */
function distance(from: string, to: string): number {
  const [a, b] = [from.slice(0, 40), to.slice(0, 40)];
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (const [i, char] of [...a].entries()) {
    const next = [i + 1];
    for (const [j, other] of [...b].entries()) {
      const swap = (row[j] ?? 0) + (char === other ? 0 : 1);
      next.push(Math.min(swap, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
