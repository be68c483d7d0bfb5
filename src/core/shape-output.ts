import type { Environment } from "./agent.ts";
import { type Block, isText, text } from "./message.ts";
import type { ReplyRoom } from "./reply-room.ts";
import type { Seen } from "./seen.ts";
import { outputBlocks, type PreparedCall, type ToolOutput } from "./tool.ts";
import { visible } from "./untrusted.ts";

interface Shaped {
  readonly content: Block[];
  readonly seen?: Seen[];
}
type Limits = Pick<PreparedCall, "maxOutputChars" | "previewEnds" | "brings">;

/**
 * A result as the model gets it. What is too long for one result, or for a reply with many, is shortened by the tool where
 * it can, and else goes to a file that the model can read on; the text says what is left out.
 */
export async function shapeOutput(
  output: ToolOutput,
  limits: Limits,
  env: Pick<Environment, "host" | "secrets">,
  room: ReplyRoom,
): Promise<Shaped> {
  const chars = charsIn(outputBlocks(output.content));
  const granted = room.take(Math.min(chars, limits.maxOutputChars));
  if (granted === chars) return shaped(output, limits.maxOutputChars, limits, env);
  if (!output.shorter) return shaped(output, granted, limits, env);
  return shaped(await output.shorter(granted), limits.maxOutputChars, limits, env);
}

const charsIn = (blocks: readonly Block[]): number =>
  blocks.reduce((sum, block) => sum + (isText(block) ? block.text.length : 0), 0);

async function shaped(
  output: ToolOutput,
  maxChars: number,
  { brings, previewEnds }: Limits,
  env: Pick<Environment, "host" | "secrets">,
): Promise<Shaped> {
  const content: Block[] = [];
  let left = maxChars;
  let isCut = false;
  for (const block of outputBlocks(output.content)) {
    if (!isText(block)) {
      content.push(block);
      continue;
    }
    const seen = visible(block.text, brings !== "foreign text");
    const isTooLong = seen.length > left;
    isCut ||= isTooLong;
    const shown = isTooLong ? await shortened(seen, left, previewEnds, env) : seen;
    left = Math.max(0, left - shown.length);
    content.push(shown.trim() === "" ? text("(no output)") : shown === block.text ? block : text(shown));
  }
  // Which lines are shown is not known any more.
  const seen = isCut ? output.seen?.map(({ path, hash }) => ({ path, hash, isPartial: true })) : output.seen;
  return { content, ...(seen && { seen: [...seen] }) };
}

/** Loaded with the first text that is too long. */
async function shortened(
  value: string,
  maxChars: number,
  { head, tail }: PreparedCall["previewEnds"],
  env: Pick<Environment, "host" | "secrets">,
): Promise<string> {
  const { preview } = await import("./preview.ts");
  const part = Math.min(1, maxChars / (head + tail));
  return preview(value, { head: Math.floor(head * part), tail: Math.floor(tail * part) }, env);
}
