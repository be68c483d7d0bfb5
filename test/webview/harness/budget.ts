import type { Scenario } from "./fixtures.ts";
import { Log } from "./log.ts";

const QUESTION = {
  question:
    "This conversation has cost $4.93 of your limit of $5.00, and the next request costs about $0.12. Go on?",
  header: "Budget",
  options: [
    { label: "Go on up to $10.00", description: "The next question comes when that is reached." },
    { label: "Stop", description: "Nothing is lost: you can go on later." },
  ],
  multiSelect: false,
};
const asked = (): Log => {
  const log = new Log().setUp().prompt("Move the checkout to the new API.");
  log.call("Grep", "Search oldCheckout", "src/cart.ts:12");
  log.add({ type: "question.asked", callId: "budget-9", questions: [QUESTION], title: "Budget" });
  return log;
};

/** What a person sees of a limit that is reached. */
export const BUDGET: Readonly<Record<string, Scenario>> = {
  "budget-question": { messages: () => [asked().snapshot(true)] },
  "budget-stopped": {
    messages: () => {
      const log = asked();
      log.add({ type: "question.answered", callId: "budget-9", answers: ["Stop"] });
      const content = [{ type: "text", text: "It stops here." }];
      log.add({ type: "tool.finished", callId: "budget-9", isError: false, content, outcome: "done" });
      const message =
        "This conversation has cost $4.93 of your limit of $5.00, and the next request costs about $0.12.";
      const hint = "Nothing is lost. Raise the limit or take it away, then send again or go on.";
      return [log.finish("failed", { kind: "budget", message, hint }).snapshot()];
    },
  },
  "budget-raised": {
    messages: () => {
      const log = asked();
      log.add({ type: "question.answered", callId: "budget-9", answers: ["Go on up to $10.00"] });
      const content = [{ type: "text", text: "It may cost up to $10.00." }];
      log.add({ type: "tool.finished", callId: "budget-9", isError: false, content, outcome: "done" });
      log.call("ToolSearch", "Load notebook", "", { detail: { kind: "note", text: "NotebookEdit" } });
      return [log.reply("The checkout uses the new API now.").finish("done").snapshot()];
    },
  },
};
