import { isToolUse, plainText } from "../message.ts";
import type { Habit, HabitKind } from "./habit.ts";

/** A reply that says nothing and does nothing: once it is asked for again, then it was the end. */
export const emptyReply: HabitKind = {
  id: "empty-reply",
  begin(): Habit {
    let isEmpty = false;
    let isTold = false;
    return {
      take(happening) {
        if (happening.type === "reminded") isTold = true;
        if (happening.type !== "reply") return;
        const { content } = happening.event;
        isEmpty = plainText(content).trim() === "" && !content.some(isToolUse);
      },
      beforeFinishing: () =>
        isEmpty && !isTold
          ? {
              text: "Your last reply was empty. Go on with the task, or say in words how it ended.",
              about: [],
            }
          : undefined,
    };
  },
};
