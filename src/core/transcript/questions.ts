import type { EventOf } from "../event.ts";
import { addCall } from "./calls.ts";
import type { Folded } from "./folded.ts";

export function foldQuestion(
  folded: Folded,
  event: EventOf<"permission.asked" | "permission.decided" | "question.asked" | "question.answered">,
): void {
  const open = folded.status.openQuestions.filter((id) => id !== event.callId);
  const isOpen = event.type === "permission.asked" || event.type === "question.asked";
  folded.tell({ openQuestions: isOpen ? [...open, event.callId] : open });
  if (event.type === "permission.asked") {
    addCall(folded, event.agentId, event.callId, event.name);
    const { because, detail, hash, suggestions, wider, title } = event;
    folded.store.update(event.callId, (row) => ({
      ...row,
      name: event.name,
      title,
      state: "asking",
      approval: { because, detail, hash, suggestions, ...(wider && { wider }) },
    }));
  } else if (event.type === "permission.decided") {
    if (event.later !== undefined) return putOff(folded, event.callId, event.later);
    const { verdict, by, because, scope } = event;
    folded.store.update(event.callId, ({ approval, ...row }) => ({
      ...row,
      // What was rejected can still be read.
      ...(approval?.detail.kind === "plan" && { detail: approval.detail }),
      // While it runs it can be asked about more, and goes on whatever the answer is.
      ...(row.startedAt > 0
        ? { state: "running" }
        : {
            state: verdict === "allow" ? "waiting" : "denied",
            decided: { verdict, by, because, ...(scope && { scope }) },
          }),
    }));
  } else if (event.type === "question.asked") {
    // A question of ours: no call of the model's has a row for it.
    if (event.title !== undefined) addCall(folded, event.agentId, event.callId, "AskUserQuestion");
    folded.store.update(event.callId, (row) => ({
      ...row,
      ...(event.title !== undefined && { title: event.title }),
      state: "asking",
      questions: event.questions,
    }));
  } else {
    folded.store.update(event.callId, (row) => ({ ...row, state: "running", answers: event.answers }));
  }
}

function putOff(folded: Folded, callId: string, number: number): void {
  const row = folded.store.tool(callId);
  if (!row?.approval) return;
  const { name, title, approval } = row;
  folded.tell({ later: [...folded.status.later, { callId, number, name, title, approval }] });
  folded.store.update(callId, ({ approval: _, ...rest }) => ({ ...rest, state: "later" }));
}

export function decideLater(folded: Folded, { callId, verdict }: EventOf<"later.decided">): void {
  folded.tell({ later: folded.status.later.filter((card) => card.callId !== callId) });
  const because = verdict === "allow" ? "allowed later, for the next such call" : "denied later";
  folded.store.update(callId, (row) => ({ ...row, decided: { verdict, by: "user", because } }));
}
