import { type Block, isToolResult, type Message, text } from "../core/message.ts";
import type { ModelRequest } from "../core/model.ts";
import { TOOL_SEARCH } from "../core/tool.ts";
import { isRecord, stringAt } from "./fields.ts";

/** Of the small models it is not documented. */
const DEFERRING = /^claude-(?:(?:fable|mythos)-5|(?:opus|sonnet)-(?:4-[5-9]|5))(?:-|$)/;

/** Whether the vendor's own endpoint leaves definitions out of this model's prompt until a result refers to them. */
export const canDefer = (model: string): boolean => DEFERRING.test(model);

type Parts = Pick<ModelRequest, "tools" | "messages">;

/**
 * Where definitions cannot be loaded later, all of them are sent at once, what would load them is not, and a result that did says
 * so in words. A reference to what nobody declares any more would be refused, so it says so as well.
 */
export function withDeferred({ tools, messages }: Parts, isPossible: boolean): Parts {
  if (!tools.some((tool) => tool.defer_loading)) return { tools, messages: inWords(messages, new Set()) };
  if (isPossible) return { tools, messages: inWords(messages, new Set(tools.map(({ name }) => name))) };
  return {
    tools: tools
      .filter(({ name }) => name !== TOOL_SEARCH)
      .map(({ defer_loading: _, ...definition }) => definition),
    messages: inWords(messages, new Set()),
  };
}

function inWords(messages: readonly Message[], declared: ReadonlySet<string>): readonly Message[] {
  const isStray = (inner: Block): boolean => isReference(inner) && !declared.has(nameIn(inner));
  const isTouched = (block: Block): boolean =>
    isToolResult(block) && Array.isArray(block.content) && block.content.some(isStray);
  if (!messages.some(({ content }) => content.some(isTouched))) return messages;
  const told = (inner: Block): Block => (isStray(inner) ? text(`${nameIn(inner)} can be called.`) : inner);
  return messages.map((message) => ({
    ...message,
    content: message.content.map((block) =>
      isToolResult(block) && isTouched(block) ? { ...block, content: block.content.map(told) } : block,
    ),
  }));
}

const isReference = (block: Block): boolean => isRecord(block) && block.type === "tool_reference";
const nameIn = (block: Block): string => stringAt(block, "tool_name") ?? "";
