import type { Scenario } from "./fixtures.ts";
import { Log } from "./log.ts";

/** What a person sees of habits: that the agent was asked to look again, and why a turn was stopped. */
export const HABIT_ROWS: Readonly<Record<string, Scenario>> = {
  "look-again": {
    messages: () => {
      const log = new Log().setUp().prompt("Round the total to cents.");
      log.call("Edit", "Edit src/cart.ts", "", { edit: { path: "src/cart.ts", added: 2, removed: 1 } });
      log.reply("The total is rounded to cents now.");
      const text = "Asked to check before finishing: nothing was run since you last changed src/cart.ts.";
      log.add({ type: "notice", kind: "info", text });
      log.call("Bash", "npm test", "12 passed\n[exit code 0]", { detail: { kind: "exit", code: 0 } });
      return [log.reply("The total is rounded to cents now; all 12 tests pass.").finish("done").snapshot()];
    },
  },
  stuck: {
    messages: () => {
      const log = new Log().setUp().prompt("Fix the build.");
      for (let at = 0; at < 5; at += 1) {
        log.call("Bash", "npm run build", "error TS2304: Cannot find name 'Cart'.\n[exit code 2]", {
          outcome: "failed",
          detail: { kind: "exit", code: 2 },
        });
      }
      const message = "Stopped, because Bash failed in the same way 5 times in a row.";
      const hint = "Say what to do differently, or let it go on and try again.";
      return [log.finish("failed", { kind: "stuck", message, hint }).snapshot()];
    },
  },
};
