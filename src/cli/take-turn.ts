import type { App } from "../app/app.ts";
import type { Outcome } from "../core/event.ts";
import { type Block, text } from "../core/message.ts";
import type { Wishes } from "./wishes.ts";

/** One task to its end: where a structured answer is wanted, until there is one, or the model has had its tries. */
export async function takeTurn(
  app: App,
  content: readonly Block[],
  { structured }: Pick<Wishes, "structured">,
): Promise<Outcome | "queued"> {
  if (!app.isRunning) structured?.begin();
  let outcome = await app.prompt(content, "now");
  while (outcome === "done" && structured && !structured.answer && structured.asksAgain)
    outcome = await app.prompt([text(structured.reminder())], "now");
  return outcome;
}
