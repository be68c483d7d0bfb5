import type { Page } from "playwright-core";
import type { Scenario } from "./fixtures.ts";
import { Log, ROOT } from "./log.ts";

export const PLAN = `## Fix the rounding of the cart total

The total is off by one cent, because every line is rounded before the sum is made.

1. \`src/cart.ts\`: keep cents as whole numbers until \`total()\`, and round **once**.
2. \`test/cart.test.ts\`: three items at 0.335 must be 1.01.
3. Run \`npm test\`.

**Uncertain:** the invoice rounds by line on purpose. It is left as it is.
`;

/** A conversation in plan mode that waits for its plan to be approved. */
export function planning(markdown = PLAN, hiddenChars = 0): { log: Log; callId: string } {
  const log = new Log().setUp();
  log.add({ type: "mode", mode: "plan" });
  log.prompt("Make the cart total right");
  log.call("Read", "src/cart.ts", "1\\t…");
  log.reply("I know enough. This is what I would do.");
  const callId = log.askPermission(
    "ExitPlanMode",
    "Plan",
    { kind: "plan", path: `${ROOT}/Plan.md`, markdown, hiddenChars, afterHash: "plan-1" },
    [],
  );
  return { log, callId };
}

const COMMANDS = [
  "npm publish --tag next",
  "git push origin main",
  "rm -rf ~/shop-backup && mv dist ~/shop-backup",
];

/** A conversation that went on while its person was away, with questions in their queue. */
export function leftBehind(count = COMMANDS.length): Log {
  const log = new Log().setUp().prompt("Release the new version");
  for (const [index, command] of COMMANDS.slice(0, count).entries()) {
    const detail = { kind: "command" as const, command, cwd: ROOT, description: "" };
    const callId = log.askPermission("Bash", command, detail, []);
    log.add({
      ...{ type: "permission.decided", callId, verdict: "deny", by: "nobody", hash: `hash_${callId}` },
      ...{ because: "you were away", scope: "once", later: index + 1 },
    });
    log.add({ type: "tool.finished", callId, isError: true, content: [], outcome: "denied" });
  }
  return log.reply("Everything is built and tested. The rest waits for you.").finish("done");
}
const laterQueue = (page: Page) => page.getByText(/wait(?:s)? for you$/).waitFor();

/** It is loaded late. */
const planCard = (page: Page) => page.getByRole("alertdialog").waitFor();

export const MODE_PAGES: Readonly<Record<string, Scenario>> = {
  plan: { messages: () => [planning().log.snapshot(true)], act: ({ page }) => planCard(page) },
  "plan-long": {
    messages: () => {
      const steps = Array.from({ length: 60 }, (_, index) => `${index + 1}. Change \`src/part-${index}.ts\``);
      const { log, callId } = planning(steps.join("\n"), 41_200);
      const detail = {
        kind: "plan" as const,
        path: `${ROOT}/Plan.md`,
        markdown: steps.join("\n"),
        hiddenChars: 41_200,
        afterHash: "plan-2",
      };
      return [log.snapshot(true), { type: "proposal", callId, hash: `hash_${callId}`, detail }];
    },
    act: ({ page }) => planCard(page),
  },
  later: { messages: () => [leftBehind().snapshot(false)], act: ({ page }) => laterQueue(page) },
  away: {
    messages: () => [leftBehind(1).snapshot(true, { isAway: true })],
    act: ({ page }) => laterQueue(page),
  },
  bypass: {
    messages: () => {
      const log = new Log().setUp().prompt("Set the machine up").reply("I begin with the tools.");
      log.add({ type: "mode", mode: "bypass" });
      return [log.snapshot(true)];
    },
  },
};
