import { AgentError } from "../../core/errors.ts";
import type { SlashDesk } from "../../protocol/slash.ts";

/** Throws `locked` while a turn runs, which this would pull the ground from under. */
export function refuseWhileRunning(desk: SlashDesk): void {
  if (desk.isRunning) throw new AgentError("locked", "Plumb is still working here; stop it first.");
}
