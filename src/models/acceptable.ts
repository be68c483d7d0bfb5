import { type Block, isText, isToolResult, isToolUse, type Message, text } from "../core/message.ts";
import { isRecord } from "./fields.ts";

/**
 * Leaves out what the API sends, or lets happen, but refuses to get back: text of nothing but white space, and
 * arguments that never became JSON and are stored as raw text (the call's result explains them). Block by block,
 * so that a longer conversation begins with the same bytes.
 */
export function acceptable(messages: readonly Message[]): Message[] {
  return messages.flatMap((message) => {
    if (message.content.every(isAcceptable)) return [message];
    const content = message.content.filter((block) => !isBlank(block)).map(repair);
    return content.length > 0 ? [{ ...message, content }] : [];
  });
}

const isBlank = (block: Block): boolean => isText(block) && block.text.trim() === "";
const hasBlank = (block: Block): boolean =>
  isToolResult(block) && Array.isArray(block.content) && block.content.some(isBlank);
const hasRawInput = (block: Block): boolean => isToolUse(block) && !isRecord(block.input);

const isAcceptable = (block: Block): boolean => !isBlank(block) && !hasBlank(block) && !hasRawInput(block);

function repair(block: Block): Block {
  if (hasRawInput(block)) return { ...block, input: {} };
  if (!isToolResult(block) || !hasBlank(block)) return block;
  const content = block.content.filter((inner) => !isBlank(inner));
  return { ...block, content: content.length > 0 ? content : [text("(no output)")] };
}
