import type { App } from "../app/app.ts";
import type { Outcome } from "../core/event.ts";
import type { Wishes } from "./wishes.ts";

/** 0 done, 1 failed, 2 stopped at a limit that was given, 130 stopped. */
export const EXIT_CODE = { done: 0, queued: 0, failed: 1, step_limit: 2, cancelled: 130 } as const;

/** What the program ends with when its task ended like this. */
export function exitCodeOf(
  { session }: Pick<App, "session">,
  outcome: Outcome | "queued",
  { structured }: Pick<Wishes, "structured">,
): number {
  if (outcome === "done" && structured && !structured.answer) return EXIT_CODE.failed;
  const last = session.events.findLast((event) => event.type === "finished");
  const isOverBudget = last?.type === "finished" && last.error?.kind === "budget";
  return outcome === "failed" && isOverBudget ? EXIT_CODE.step_limit : EXIT_CODE[outcome];
}
