import * as z from "zod";

/**
 * What the model reads and writes, in the block shape of the Messages API. Blocks are stored verbatim: unknown
 * types, unknown fields and empty thinking included, because newer models refuse a replayed thought when
 * anything before it changed by a byte.
 */
export const Block = z.looseObject({ type: z.string() });
export type Block = z.infer<typeof Block>;

export interface TextBlock extends Block {
  type: "text";
  text: string;
}
export interface ImageBlock extends Block {
  type: "image";
  source: { type: "base64"; media_type: string; data: string };
}
export interface ToolUseBlock extends Block {
  type: "tool_use";
  id: string;
  name: string;
  /** What the model sent; `unknown`, because nothing has validated it yet. */
  input: unknown;
}
export interface ToolResultBlock extends Block {
  type: "tool_result";
  tool_use_id: string;
  content: Block[];
  is_error?: boolean;
}

export type Message = { readonly role: "user" | "assistant" | "system"; readonly content: readonly Block[] };

/** Tokens as the provider counted them. `inputTokens` excludes the two cache counts, as on the wire. */
export const Usage = z.object({
  inputTokens: z.number(),
  outputTokens: z.number(),
  cacheReadTokens: z.number(),
  cacheWriteTokens: z.number(),
  /** Of those that were written, the ones kept for an hour, which cost more; left out where none were, or it was not said. */
  cacheWriteHourTokens: z.number().optional(),
});
export type Usage = z.infer<typeof Usage>;
export const NO_USAGE: Usage = { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 };

export const text = (value: string): TextBlock => ({ type: "text", text: value });

export function isText(block: Block): block is TextBlock {
  return block.type === "text" && typeof block["text"] === "string";
}
export function isToolUse(block: Block): block is ToolUseBlock {
  return block.type === "tool_use" && typeof block["id"] === "string" && typeof block["name"] === "string";
}
export function isToolResult(block: Block): block is ToolResultBlock {
  return block.type === "tool_result" && typeof block["tool_use_id"] === "string";
}

/** The readable part of a message: text blocks joined, everything else left out. */
export const plainText = (blocks: readonly Block[]): string =>
  blocks.map((block) => (isText(block) ? block.text : "")).join("");

/** The readable part of the model's thinking; empty when the provider withheld it. */
export const thinkingText = (blocks: readonly Block[]): string =>
  blocks
    .map((block) =>
      block.type === "thinking" && typeof block["thinking"] === "string" ? block["thinking"] : "",
    )
    .filter(Boolean)
    .join("\n\n");

export const addUsage = (a: Usage, b: Usage): Usage => ({
  inputTokens: a.inputTokens + b.inputTokens,
  outputTokens: a.outputTokens + b.outputTokens,
  cacheReadTokens: a.cacheReadTokens + b.cacheReadTokens,
  cacheWriteTokens: a.cacheWriteTokens + b.cacheWriteTokens,
  ...((a.cacheWriteHourTokens ?? b.cacheWriteHourTokens) !== undefined && {
    cacheWriteHourTokens: (a.cacheWriteHourTokens ?? 0) + (b.cacheWriteHourTokens ?? 0),
  }),
});
