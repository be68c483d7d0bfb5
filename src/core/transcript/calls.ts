import { type EventOf, MAIN } from "../event.ts";
import type { LiveEvent } from "../live-event.ts";
import { plainText } from "../message.ts";
import { cut } from "../row-text.ts";
import type { ToolState } from "../rows.ts";
import type { Folded } from "./folded.ts";

export function addCall(
  folded: Folded,
  agentId: string,
  callId: string,
  name: string,
  state: ToolState = "waiting",
): void {
  if (folded.store.tool(callId)) {
    folded.store.update(callId, (row) => (row.state === "writing" ? { ...row, state } : row));
    return;
  }
  folded.store.add({
    kind: "tool",
    key: callId,
    agentId,
    name,
    title: name,
    state,
    output: "",
    startedAt: 0,
    endedAt: 0,
    edits: [],
    children: [],
  });
}

export function addWriting(folded: Folded, live: Extract<LiveEvent, { type: "call" }>): void {
  addCall(folded, live.agentId, live.callId, live.name, "writing");
  folded.store.update(live.callId, (row) => ({ ...row, title: live.preview || live.name }));
}

/** A call that was still being written when its reply was cut never existed. */
export function dropWriting(folded: Folded, agentId: string): void {
  for (const { key, agentId: owner, state } of folded.store.tools()) {
    if (owner === agentId && state === "writing") folded.store.remove(key);
  }
}

export function foldCall(folded: Folded, event: EventOf<"tool.started" | "tool.finished">): void {
  if (event.type === "tool.started") {
    addCall(folded, event.agentId, event.callId, event.name);
    folded.store.update(event.callId, (row) => ({
      ...row,
      name: event.name,
      title: event.title,
      state: "running",
      startedAt: event.at,
      detail: event.detail ?? row.detail,
      ...(event.detail?.kind === "command" && { command: event.detail.command }),
    }));
    return;
  }
  const open = folded.status.openQuestions;
  if (open.includes(event.callId)) {
    folded.tell({ openQuestions: open.filter((id) => id !== event.callId) });
  }
  if (event.detail?.kind === "todos" && event.agentId === MAIN) folded.tell({ todos: event.detail.todos });
  folded.store.update(event.callId, ({ approval: _, ...row }) => ({
    ...row,
    state: row.state === "later" ? "later" : event.outcome,
    endedAt: event.at,
    output: cut(plainText(event.content)),
    detail: event.detail ?? row.detail,
  }));
}

/** After a crash nobody says how a call ended; that its turn is over is said by what begins next. */
export function interruptOpen(folded: Folded, agentId: string): void {
  for (const { key, agentId: owner, state } of folded.store.tools()) {
    if ((state !== "running" && state !== "waiting") || (agentId !== MAIN && owner !== agentId)) continue;
    folded.store.update(key, (row) => ({ ...row, state: "interrupted", endedAt: row.startedAt }));
  }
}
