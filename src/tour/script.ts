import type { TourState } from "./conversation.ts";
import { type Flow, replay, type TourReply } from "./flow.ts";
import { mainFlow } from "./main-flow.ts";
import { aboutSelection, LONG_ANSWER, laterFlow, questionFlow } from "./small-flows.ts";

/** What the script says next. The same conversation always gets the same answer. */
export function nextReply(state: TourState): TourReply {
  const answer = answerTo(state);
  const reply = typeof answer === "string" ? { text: answer, calls: [] } : replay(answer, state.rounds);
  if (state.steering === "") return reply;
  return {
    ...reply,
    text: `(You wrote “${state.steering.slice(0, 120)}” meanwhile. A model would take it into account; this script goes on.)\n\n${reply.text}`,
  };
}

function answerTo(state: TourState): Flow | string {
  if (state.selection) return aboutSelection(state);
  if (state.answered === 0) return mainFlow(state);
  if (/\b(stop|long)\b/i.test(state.prompt)) return LONG_ANSWER;
  if (!state.hasAsked && state.tools.has("AskUserQuestion")) return questionFlow();
  return laterFlow(state);
}
