import { type Block, isText, isToolResult, isToolUse } from "../core/message.ts";
import { CONTENT } from "./gen-ai.ts";
import type { Attributes } from "./signals.ts";

/** Of one text, in characters: what is longer is for the log, not for a collector. */
const MAX_CHARS = 8_000;

type Part = Readonly<Record<string, unknown>>;
export interface Said {
  readonly role: "user" | "assistant" | "tool";
  readonly parts: readonly Part[];
}

/** What was said, in the shape of the conventions. The log has no secrets in it any more, and this comes from there. */
export function saidIn(role: Said["role"], blocks: readonly Block[]): Said {
  return { role, parts: blocks.flatMap(partOf) };
}

function partOf(block: Block): Part[] {
  if (isText(block)) return [{ type: "text", content: cut(block.text) }];
  if (isToolUse(block))
    return [{ type: "tool_call", id: block.id, name: block.name, arguments: cut(jsonOf(block.input)) }];
  if (isToolResult(block)) return [resultPart(block.tool_use_id, block.content)];
  const { thinking } = block;
  return typeof thinking === "string" && thinking !== ""
    ? [{ type: "reasoning", content: cut(thinking) }]
    : [];
}

/** What a call brought. */
export const resultPart = (callId: string, content: readonly Block[]): Part => ({
  ...{ type: "tool_call_response", id: callId },
  response: cut(textOf(content)),
});

export const inputOf = (said: readonly Said[]): Attributes =>
  said.length > 0 ? { [CONTENT.input]: JSON.stringify(said) } : {};
export const outputOf = (said: Said, finishReason: string): Attributes => ({
  [CONTENT.output]: JSON.stringify([{ ...said, finish_reason: finishReason }]),
});
export const argumentsOf = (input: unknown): Attributes => ({ [CONTENT.arguments]: cut(jsonOf(input)) });
export const resultOf = (content: readonly Block[]): Attributes => ({
  [CONTENT.result]: cut(textOf(content)),
});

const textOf = (content: readonly Block[]): string =>
  content.flatMap((block) => (isText(block) ? block.text : [])).join("\n");
const jsonOf = (value: unknown): string =>
  typeof value === "string" ? value : JSON.stringify(value ?? null);

function cut(text: string): string {
  if (text.length <= MAX_CHARS) return text;
  return `${text.slice(0, MAX_CHARS).toWellFormed()}… (${text.length - MAX_CHARS} more characters)`;
}
