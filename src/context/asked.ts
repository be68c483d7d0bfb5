import type { ContextView, SideAnswer, SideQuestion } from "../core/context.ts";
import { AgentError } from "../core/errors.ts";
import { addUsage, isToolUse, NO_USAGE, plainText, type Usage } from "../core/message.ts";

const AGAIN = "\n\nAnswer with text only. Calls are not run here.";
const ATTEMPTS = 2;

/**
 * Asks the model for text. A reply without any, or with calls in its place, is asked for once more. Rejects with `failed`,
 * with what the provider said, or when aborted.
 */
export async function askForText(
  view: Pick<ContextView, "ask">,
  question: SideQuestion,
): Promise<{ words: string; usage: Usage }> {
  let usage = NO_USAGE;
  let because = "";
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const prompt = attempt === 1 ? question.prompt : question.prompt + AGAIN;
    const answer = await view.ask({ ...question, prompt });
    usage = addUsage(usage, answer.usage);
    const words = plainText(answer.content).trim();
    if (words !== "" && answer.stopReason !== "refusal") return { words, usage };
    because = whyNot(answer);
    if (answer.stopReason === "refusal") break;
  }
  throw new AgentError("failed", because);
}

export function whyNot({ stopReason, content }: SideAnswer): string {
  if (stopReason === "refusal") return "The model declined to summarise this conversation.";
  return content.some(isToolUse)
    ? "The model called tools instead of writing a summary."
    : "The model's summary was empty.";
}
