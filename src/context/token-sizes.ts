import { imageKind } from "../core/image-kind.ts";
import { type Block, isText, isToolResult, isToolUse } from "../core/message.ts";
import type { ModelRequest } from "../core/model.ts";

/** How many UTF-16 units of each kind of text make one token, before anything is known of the real tokenizer. */
export interface Family {
  readonly prose: number;
  readonly code: number;
  /** JSON, tables of figures, hashes: much punctuation or many digits, few blanks. */
  readonly json: number;
  /** Chinese, Japanese, Korean. */
  readonly cjk: number;
  /** Other scripts than Latin. */
  readonly script: number;
  /** The most tokens that one image counts. */
  readonly imageCap: number;
}
export type TextKind = "prose" | "code" | "json";

const NEW: Family = { prose: 3.3, code: 3.2, json: 2.5, cjk: 1.15, script: 1.9, imageCap: 4784 };
const OLD: Family = { prose: 4.3, code: 4.1, json: 3.2, cjk: 1.5, script: 2.4, imageCap: 1568 };
const OLD_CLAUDE = /^claude-(?:\d|[a-z]+-(?:3|4-[0-6])(?:-|$)|[a-z]+-4-\d{8})/;

/** Models since Claude 4.7 count about a third more tokens than older ones and those of other vendors. */
export const familyOf = (model: string): Family =>
  model.startsWith("claude-") && !OLD_CLAUDE.test(model) ? NEW : OLD;

/** What a message or block weighs beside its own text: names of fields, ids, marks of roles. */
const BLOCK_TOKENS = 4;
const CALL_TOKENS = 14;
const TOOL_TOKENS = 12;
/** Of a definition that a reference brings, usually. */
const LOADED_TOOL_TOKENS = 130;
const IMAGE_EDGE = 28;
/** Of an image whose size cannot be read. */
const UNKNOWN_IMAGE_TOKENS = 1500;
/** As many characters of base64 hold the size of an image, practically always. */
const HEAD_CHARS = 64_000;

const SAMPLES = 4;
const SAMPLE_CHARS = 400;

/** Tokens of a text, not rounded. Looks at a sample only, so the length of the text costs nothing. */
export function textTokens(value: string, family: Family): number {
  if (value === "") return 0;
  const { wide, script, kind } = looksLike(value);
  const latin = 1 - wide - script;
  return value.length * (wide / family.cjk + script / family.script + latin / family[kind]);
}

/** Shares of CJK and of other scripts among the characters, and what the rest is. */
export function looksLike(value: string): { wide: number; script: number; kind: TextKind } {
  const counts = { wide: 0, script: 0, marks: 0, digits: 0, blanks: 0, quotes: 0, all: 0 };
  const step = Math.max(SAMPLE_CHARS, Math.floor((value.length - SAMPLE_CHARS) / (SAMPLES - 1)));
  for (let from = 0; from < value.length; from += step) {
    const until = Math.min(value.length, from + SAMPLE_CHARS);
    for (let at = from; at < until; at += 1) countUnit(value.charCodeAt(at), counts);
  }
  const of = (count: number): number => count / counts.all;
  const isDense = of(counts.digits) > 0.3 || (of(counts.blanks) < 0.04 && counts.all >= 80);
  const isJson = of(counts.quotes) > 0.07 && of(counts.marks) > 0.16;
  const kind = isDense || isJson ? "json" : of(counts.marks) > 0.08 ? "code" : "prose";
  return { wide: of(counts.wide), script: of(counts.script), kind };
}

interface Counts {
  wide: number;
  script: number;
  marks: number;
  digits: number;
  blanks: number;
  quotes: number;
  all: number;
}
function countUnit(code: number, counts: Counts): void {
  counts.all += 1;
  if (code >= 0x2e80 && (code <= 0xd7ff || code >= 0xf900)) counts.wide += 1;
  else if (code >= 0x250) counts.script += 1;
  else if (code <= 0x20) counts.blanks += 1;
  else if (code >= 0x30 && code <= 0x39) counts.digits += 1;
  else if (code === 0x22) {
    counts.quotes += 1;
    counts.marks += 1;
  } else if (MARKS.has(code)) counts.marks += 1;
}
/** ASCII punctuation that prose has little of. */
const MARKS = new Set(Array.from("#$%&()*+/:;<=>@[\\]^_`{|}~", (mark) => mark.charCodeAt(0)));

/** Tokens of an image of this size in pixels. */
export const imageTokens = (width: number, height: number, family: Family): number =>
  Math.min(family.imageCap, Math.ceil(width / IMAGE_EDGE) * Math.ceil(height / IMAGE_EDGE));

const known = new Map<Family, WeakMap<Block, number>>([
  [NEW, new WeakMap()],
  [OLD, new WeakMap()],
]);

/** Tokens of a block as it is sent, not rounded and not calibrated. A block is never changed, so it is looked at once. */
export function blockTokens(block: Block, family: Family): number {
  const before = known.get(family)?.get(block);
  if (before !== undefined) return before;
  const tokens = BLOCK_TOKENS + contentTokens(block, family);
  known.get(family)?.set(block, tokens);
  return tokens;
}

function contentTokens(block: Block, family: Family): number {
  if (isText(block)) return textTokens(block.text, family);
  if (isToolUse(block))
    return CALL_TOKENS + textTokens(block.name, family) + textTokens(jsonOf(block.input), family);
  if (isToolResult(block)) {
    const inner = Array.isArray(block.content) ? block.content : [];
    return CALL_TOKENS + inner.reduce((sum, one) => sum + contentTokens(one, family), 0);
  }
  if (block.type === "tool_reference") return LOADED_TOOL_TOKENS;
  if (block.type === "image") return pictureTokens(block, family);
  // The signature is no text of the model's.
  if (block.type === "thinking") return textTokens(String(block["thinking"] ?? ""), family);
  return textTokens(jsonOf(block), family);
}

function pictureTokens(block: Block, family: Family): number {
  const source = block["source"];
  const data = typeof source === "object" && source !== null && "data" in source ? source.data : undefined;
  const size = typeof data === "string" ? sizeOf(data) : undefined;
  return size ? imageTokens(size.width, size.height, family) : UNKNOWN_IMAGE_TOKENS;
}

function sizeOf(base64: string): { width: number; height: number } | undefined {
  try {
    return imageKind(Uint8Array.from(atob(base64.slice(0, HEAD_CHARS)), (unit) => unit.charCodeAt(0)));
  } catch {
    return undefined;
  }
}

const jsonOf = (value: unknown): string => JSON.stringify(value) ?? "";

type ToolDefinition = ModelRequest["tools"][number];
const knownTools = new Map<Family, WeakMap<ToolDefinition, number>>([
  [NEW, new WeakMap()],
  [OLD, new WeakMap()],
]);

/** Tokens of a tool's definition; none of one that is loaded later: it counts with the result that refers to it. */
export function toolTokens(tool: ToolDefinition, family: Family): number {
  if (tool.defer_loading) return 0;
  const before = knownTools.get(family)?.get(tool);
  if (before !== undefined) return before;
  const words = textTokens(tool.name + tool.description, family);
  const tokens = TOOL_TOKENS + words + textTokens(jsonOf(tool.input_schema), family);
  knownTools.get(family)?.set(tool, tokens);
  return tokens;
}

/** Tokens of a whole request, not rounded and not calibrated. */
export function requestTokens(request: ModelRequest, family: Family): number {
  const content = request.messages.flatMap((message) => message.content);
  return (
    request.tools.reduce((sum, tool) => sum + toolTokens(tool, family), 0) +
    request.system.reduce((sum, part) => sum + BLOCK_TOKENS + textTokens(part, family), 0) +
    content.reduce((sum, block) => sum + blockTokens(block, family), 0)
  );
}
