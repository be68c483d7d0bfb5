import type { Environment } from "./agent.ts";
import { cutText } from "./cut-text.ts";
import { type Block, isText, text } from "./message.ts";
import { outputBlocks, type PreparedCall, type ToolOutput } from "./tool.ts";
import { visible } from "./untrusted.ts";

/** What is too long for the model goes to a file that it can read on; the text says so. */
export async function shapeOutput(
  output: ToolOutput,
  { maxOutputChars: maxChars, brings }: PreparedCall,
  { host, secrets }: Environment,
): Promise<Block[]> {
  const blocks = outputBlocks(output.content);
  return Promise.all(
    blocks.map(async (block) => {
      if (!isText(block)) return block;
      if (block.text.trim() === "") return text("(no output)");
      const seen = visible(block.text, brings !== "foreign text");
      if (seen.length <= maxChars) return seen === block.text ? block : text(seen);
      // Before it is cut: nobody would recognise half of a secret.
      const all = secrets?.hide(seen) ?? seen;
      const spill = await host.blobs.spill();
      await spill.write(all);
      await spill.close();
      const shown = cutText(all, maxChars);
      const rest = all.length - shown.length;
      return text(
        `${shown}\n[${rest} more characters are not shown. All of it is in ${spill.path}: Read it with offset and limit.]`,
      );
    }),
  );
}
