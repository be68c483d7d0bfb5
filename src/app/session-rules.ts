import { type AgentEvent, MAIN } from "../core/event.ts";
import type { Session } from "../core/session.ts";

/** Rules that hold for this conversation only, because the person allowed them in it. */
export class SessionRules {
  #allowed: readonly string[] = [];

  readonly allowed = (): readonly string[] => this.#allowed;

  apply(event: AgentEvent): void {
    if (event.type !== "rules" || event.scope !== "session") return;
    this.#allowed = [...this.#allowed.filter((text) => !event.removed?.includes(text)), ...event.allow];
  }
}

/** Takes such a rule back, or puts another one in its place. */
export function replaceSessionRule(session: Session, from: string, to: string | undefined): void {
  const allow = to === undefined ? [] : [to];
  session.append(MAIN, { type: "rules", scope: "session", allow, removed: [from] });
}
