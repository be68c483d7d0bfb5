import type { Outcome } from "../core/event.ts";

/** What the program ends with: 0 done, 1 failed, 2 stopped at a limit that was given, else 128 and the signal. */
export const EXIT_CODE = { done: 0, queued: 0, idle: 0, failed: 1, step_limit: 2, cancelled: 130 } as const;

export type Ending = Outcome | "queued" | "idle";
