import type { Habit, HabitKind } from "./habit.ts";

const EARLY = 5;
/** With fewer steps than this the model has hardly begun when it would be told. */
const LONG = 20;
const SHORT = 5;

/** What is left of the steps, when it is nearly nothing: twice, and never to those who have few to begin with. */
export const stepsLeft: HabitKind = {
  id: "steps-left",
  begin: (): Habit => ({
    take: () => undefined,
    beforeAsking({ stepsLeft: left, maxSteps }) {
      if (left === EARLY && maxSteps >= LONG) {
        return {
          text: `You have ${EARLY} replies left in this turn. Do what matters most, leave the files in a working state, and use the last reply to say what is done and what is open.`,
          about: [],
        };
      }
      if (left !== 1 || maxSteps < SHORT) return undefined;
      return {
        text: "This is your last reply in this turn: calls would run, but you would not see their results. Say what is done, what is not, and what comes next.",
        about: [],
      };
    },
  }),
};
