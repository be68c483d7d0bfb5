import { type AgentEvent, type EventOf, MAIN } from "../core/event.ts";
import { isHere, isSamePresence, type Whereabouts } from "../core/presence.ts";
import type { Session } from "../core/session.ts";

const BACK =
  "Somebody is there now who can be asked: what was denied because nobody was there may be tried again, if it is still needed.";

/** What the log says about who was there, so that it says it once. */
export class PresenceRecord {
  readonly #parts: { readonly session: Session; readonly whereabouts: Pick<Whereabouts, "now"> };
  #last: EventOf<"presence"> | undefined;
  /** Something was denied, because there was nobody to ask. */
  #isMissed = false;

  constructor(parts: { readonly session: Session; readonly whereabouts: Pick<Whereabouts, "now"> }) {
    this.#parts = parts;
  }

  fold(event: AgentEvent): void {
    if (event.type === "presence") this.#last = event;
    else if (event.type === "permission.decided" && event.by === "nobody" && event.later === undefined)
      this.#isMissed = true;
  }

  /** Writes down who is there, where the log says something else or nothing. The model is told only if it was refused something. */
  note(): void {
    const { session, whereabouts } = this.#parts;
    const { place, isAway, because } = whereabouts.now;
    const last = this.#last;
    if (last && isSamePresence(last, { place, isAway })) return;
    session.append(MAIN, {
      ...{ type: "presence", place },
      ...(isAway && { isAway }),
      ...(because !== undefined && { because }),
    });
    if (!isHere({ place, isAway }) || (last && isHere(last))) return;
    if (this.#isMissed) session.append(MAIN, { type: "reminder", text: BACK });
    this.#isMissed = false;
  }
}
