import type { AgentEvent } from "./event.ts";

/** Where an event says that a file went, whoever moved it. */
export function moveOf(event: AgentEvent): { readonly from: string; readonly to: string } | undefined {
  if (event.type === "moved") return event;
  return event.type === "edit" && event.from !== undefined ? { from: event.from, to: event.path } : undefined;
}
