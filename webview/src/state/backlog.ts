import type { LiveEvent } from "../../../src/core/live-event.ts";
import type { HostToView } from "../../../src/protocol/view.ts";

/** What changes the conversation's rows, and so must stay in the order it came in. */
export type Step = Extract<HostToView, { type: "event" | "live" | "running" }>;

/** As much text as a slow machine can read and draw within one frame. */
const CHARS_A_FRAME = 4_000;
/** However much text waits, it is on screen within so many frames. */
const MAX_FRAMES = 30;

/**
 * What has arrived and is not yet shown. A provider can be faster than the eye: a burst is handed out over some
 * frames, because drawing it in one would hold up that frame, and with it scrolling and typing.
 */
export class Backlog {
  #steps: Step[] = [];
  #chars = 0;
  /** Characters a frame, so that all that waits is shown in time. */
  #pace = CHARS_A_FRAME;

  get isEmpty(): boolean {
    return this.#steps.length === 0;
  }

  add(step: Step): void {
    this.#steps.push(step);
    this.#chars += charsOf(step);
    this.#pace = Math.max(CHARS_A_FRAME, Math.ceil(this.#chars / MAX_FRAMES));
  }

  clear(): void {
    this.#steps = [];
    this.#chars = 0;
  }

  /** The steps of this frame, in order; what holds no text is never a reason to wait. */
  take(): Step[] {
    let left = this.#pace;
    const taken: Step[] = [];
    let count = 0;
    for (const step of this.#steps) {
      const size = charsOf(step);
      if (size > left && step.type === "live") {
        const [now, later] = split(step.events, left);
        taken.push({ type: "live", events: now });
        this.#chars -= left;
        this.#steps = [{ type: "live", events: later }, ...this.#steps.slice(count + 1)];
        return taken;
      }
      taken.push(step);
      count += 1;
      left -= size;
    }
    this.clear();
    return taken;
  }
}

const textOf = (event: LiveEvent): string =>
  event.type === "text" || event.type === "thinking" ? event.delta : "";

const charsOf = (step: Step): number =>
  step.type === "live" ? step.events.reduce((sum, event) => sum + textOf(event).length, 0) : 0;

function split(events: readonly LiveEvent[], chars: number): [now: LiveEvent[], later: LiveEvent[]] {
  let left = chars;
  for (const [index, event] of events.entries()) {
    const text = textOf(event);
    if (text.length <= left || (event.type !== "text" && event.type !== "thinking")) {
      left -= text.length;
      continue;
    }
    const first = left > 0 ? [{ ...event, delta: text.slice(0, left) }] : [];
    return [
      [...events.slice(0, index), ...first],
      [{ ...event, delta: text.slice(left) }, ...events.slice(index + 1)],
    ];
  }
  return [[...events], []];
}
