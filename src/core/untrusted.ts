import * as z from "zod";
import type { Access } from "./access.ts";
import { type Block, isText, text } from "./message.ts";
import type { Paths } from "./ports.ts";

/** Where the text of a result comes from. Nothing in such a text has authority, wherever that is. */
export const Source = z.object({
  kind: z.enum(["workspace", "outside", "command", "web", "mcp", "agent"]),
  /** A host, a path outside of the workspace or of a saved output, the name of a tool; "" where the call says it. */
  name: z.string(),
});
export type Source = z.infer<typeof Source>;

interface Places {
  readonly roots: readonly string[];
  readonly readable: readonly string[];
  readonly paths: Paths;
}

/** Where a call gets its text, from what it touches. Whatever is not known to be from here is from outside. */
export function sourceOf(
  name: string,
  accesses: readonly Access[],
  { roots, readable, paths }: Places,
): Source {
  const isIn = (folders: readonly string[], path: string): boolean =>
    folders.some((folder) => paths.within(folder, path) !== undefined);
  const host = accesses.find(({ kind }) => kind === "network")?.target;
  if (name.startsWith("mcp__")) return { kind: "mcp", name };
  if (host !== undefined) return { kind: "web", name: host };
  if (accesses.some(({ kind }) => kind === "execute")) return { kind: "command", name: "" };
  const far = accesses.find(({ kind, target }) => kind === "read" && !isIn([...roots, ...readable], target));
  if (far) return { kind: "outside", name: far.target };
  const reads = accesses.filter(({ kind }) => kind === "read");
  // Our own, but what stands in it came from wherever its call got it.
  const saved = reads.find(({ target }) => !isIn(roots, target));
  if (reads.length > 0) return { kind: "workspace", name: saved?.target ?? "" };
  return name === "Agent" ? { kind: "agent", name: "" } : { kind: "mcp", name };
}

const WORDS = {
  workspace: "",
  outside: "file ",
  command: "command",
  web: "web ",
  mcp: "",
  agent: "agent",
} as const;

/**
 * The blocks of a result between marks that nothing in it can imitate: `boundary` is drawn for each conversation, and
 * taken out of the text.
 */
export function asData(blocks: readonly Block[], { kind, name }: Source, boundary: string): Block[] {
  const first = blocks.findIndex(isText);
  const last = blocks.findLastIndex(isText);
  const tag = boundary === "" ? "data" : `data-${boundary}`;
  const from = `${WORDS[kind]}${name}`.replaceAll(/["<>\s]+/g, " ").slice(0, 300);
  const begin = from === "" ? `<${tag}>` : `<${tag} from="${from}">`;
  return blocks.map((block, i) => {
    if (!isText(block)) return block;
    const inside = escaped(block.text, boundary, tag);
    return text(`${i === first ? `${begin}\n` : ""}${inside}${i === last ? `\n</${tag}>` : ""}`);
  });
}

const escaped = (value: string, boundary: string, tag: string): string =>
  boundary === "" ? value.replaceAll(`</${tag}`, `<\\/${tag}`) : value.replaceAll(boundary, "(boundary)");

/** Characters that a person does not see, and a model reads all the same. Tabs and line and page ends are none. */
const HIDDEN_RANGES: readonly (readonly [number, number])[] = [
  // Controls.
  [0x00, 0x08],
  [0x0b, 0x0b],
  [0x0e, 0x1f],
  [0x7f, 0x9f],
  // Soft hyphens, fillers, separators, zero widths.
  [0xad, 0xad],
  [0x115f, 0x1160],
  [0x180e, 0x180e],
  [0x200b, 0x200b],
  [0x2060, 0x2065],
  [0x3164, 0x3164],
  [0xfeff, 0xfeff],
  [0xffa0, 0xffa0],
  [0xfff9, 0xfffb],
  // What turns the direction of writing.
  [0x61c, 0x61c],
  [0x200e, 0x200f],
  [0x202a, 0x202e],
  [0x2066, 0x206f],
  // Tags, and variants of characters that carry whole messages.
  [0xe0000, 0xe0fff],
];
const codePoint = (code: number): string => `\\u{${code.toString(16)}}`;
const ONE = `[${HIDDEN_RANGES.map(([from, to]) => `${codePoint(from)}-${codePoint(to)}`).join("")}]`;
/** Joiners and variants are part of scripts and pictures; many in a row are not. */
const JOINERS = `(?:${codePoint(0x200c)}|${codePoint(0x200d)}|[${codePoint(0xfe00)}-${codePoint(0xfe0f)}]){3,}`;
const HIDDEN = new RegExp(`${ONE}|${JOINERS}`, "u");
const EACH_HIDDEN = new RegExp(HIDDEN, "gu");
const RUNS = new RegExp(`(?:${ONE}|${JOINERS})+`, "gu");
const [ESC, BELL] = [codePoint(0x1b), codePoint(0x07)];
/** Colours, movements of the cursor, titles of windows. */
const ESCAPE_SEQUENCE = new RegExp(
  `${ESC}(?:\\[[0-?]*[ -/]*[@-~]|\\][^${BELL}${ESC}\\n]{0,1000}(?:${BELL}|${ESC}\\\\)|[@-Z\\\\\\-_])`,
  "gu",
);
/** So many in a row are a message, not a slip; what they say is of no use to anybody. */
const LONGEST_SHOWN = 24;

/**
 * A text without characters that cannot be seen, and a word about it. In the text of files they are shown instead, as
 * `<U+200B>`, so that an edit can name them.
 */
export function visible(value: string, isShown: boolean): string {
  if (!HIDDEN.test(value)) return value;
  if (isShown) {
    const shown = value.replaceAll(RUNS, (run) => spelled([...run]));
    return `${shown}\n[Characters that cannot be seen are shown as <U+...>; write them so in old_string.]`;
  }
  let count = 0;
  const counted = (found: string): string => {
    count += [...found].length;
    return "";
  };
  const rest = value.replaceAll(ESCAPE_SEQUENCE, counted).replaceAll(EACH_HIDDEN, counted);
  return `${rest}\n[${count} characters that cannot be seen were left out.]`;
}

function spelled(run: readonly string[]): string {
  const shown = run.slice(0, LONGEST_SHOWN).map((character) => {
    const digits = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
    return `<U+${digits}>`;
  });
  return run.length > LONGEST_SHOWN
    ? `${shown.join("")}<and ${run.length - LONGEST_SHOWN} more>`
    : shown.join("");
}
