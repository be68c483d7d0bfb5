import type { EventOf } from "../event.ts";

type Reminder = Pick<EventOf<"reminder">, "type" | "text" | "habit">;

/** For the model, where the window is nearly full and nothing could be won. */
export const windowNearlyFull = (): Reminder => ({
  type: "reminder",
  text: "Your window is nearly full, and no more room could be made in it. Read only what you need, in small parts; finish what matters most, and say what is open.",
  habit: { id: "remaining", about: ["window"] },
});

/** For the model, when what the user lets this cost is nearly spent. */
export const budgetNearlySpent = (scope: string): Reminder => ({
  type: "reminder",
  text: "The user's budget is nearly spent: do what matters most, and close.",
  habit: { id: "remaining", about: [scope] },
});
