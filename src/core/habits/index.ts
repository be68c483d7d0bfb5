import { editsInVain } from "./edits-in-vain.ts";
import { emptyReply } from "./empty-reply.ts";
import { equalFailures } from "./equal-failures.ts";
import { finishCheck } from "./finish-check.ts";
import type { HabitKind } from "./habit.ts";
import { nothingNew } from "./nothing-new.ts";
import { stepsLeft } from "./steps-left.ts";

/** What watches over the course of a turn, in the order in which it has its say. */
export const habits: readonly HabitKind[] = [
  equalFailures,
  nothingNew,
  editsInVain,
  stepsLeft,
  emptyReply,
  finishCheck,
];
