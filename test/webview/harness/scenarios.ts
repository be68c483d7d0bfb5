import { BUDGET } from "./budget.ts";
import { CARDS } from "./cards.ts";
import { CONTEXT } from "./context.ts";
import { EXTREMES } from "./extremes.ts";
import { cartDiff, fixedCart, running, SCOPED, type Scenario } from "./fixtures.ts";
import { HABIT_ROWS } from "./habit-rows.ts";
import { Log, ROOT, START } from "./log.ts";
import { MODE_PAGES } from "./mode-pages.ts";
import { PAGES } from "./pages.ts";
import { pendingOf } from "./pending.ts";
import { SANDBOX_ROWS } from "./sandbox-rows.ts";
import { ANSWER, SCRIPT, SHOWCASE, THOUGHT } from "./texts.ts";
import { TRAY } from "./tray.ts";

/** States of parts of the panel, and of what is hard for it. */
export const SPECIAL: Readonly<Record<string, Scenario>> = {
  ...MODE_PAGES,
  ...EXTREMES,
  ...CARDS,
  ...SANDBOX_ROWS,
  ...BUDGET,
  ...HABIT_ROWS,
  ...TRAY,
  ...CONTEXT,
};

export const SCENARIOS: Readonly<Record<string, Scenario>> = {
  welcome: { messages: () => [new Log().snapshot(false, { account: "none", models: [] })] },
  "first-run": { messages: () => [new Log().setUp().snapshot()] },
  conversation: {
    messages: () => {
      const log = fixedCart();
      return [log.snapshot(), pendingOf(log)];
    },
  },
  top: {
    messages: () => [fixedCart().snapshot()],
    act: async ({ page }) => {
      await page.locator(".scroller").hover();
      await page.mouse.wheel(0, -5000);
      await page.waitForFunction(() => document.querySelector(".scroller")?.scrollTop === 0);
    },
  },
  markdown: {
    messages: () => [
      new Log().setUp().prompt("Where is the time spent?").reply(SHOWCASE).finish("done").snapshot(),
    ],
    act: ({ page }) => page.locator(".scroller").evaluate((element) => element.scrollTo(0, 0)),
  },
  streaming: {
    messages: () =>
      running(
        new Log()
          .setUp()
          .prompt("The cart total is off by one cent. Why?")
          .reply("I will look at it.", THOUGHT),
        [
          { type: "live", events: [{ type: "thinking", agentId: "main", delta: THOUGHT }] },
          { type: "live", events: [{ type: "text", agentId: "main", delta: ANSWER.slice(0, 420) }] },
          {
            type: "live",
            events: [
              {
                type: "call",
                agentId: "main",
                callId: "w1",
                name: "Write",
                preview: "src/rounding.ts",
                chars: 900,
              },
            ],
          },
        ],
      ),
  },
  "ask-command": {
    messages: () => {
      const log = new Log().setUp().prompt("Run the tests, please.").reply("I will run the tests.");
      log.askPermission(
        "Bash",
        "npm test",
        {
          kind: "command",
          command: "npm test -- --run test/cart.test.ts",
          cwd: ROOT,
          description: "Run the cart tests once",
          risk: { level: "medium", reasons: [{ text: "runs code of the project", words: "npm" }] },
        },
        SCOPED,
      );
      return running(log);
    },
  },
  "ask-script": {
    messages: () => {
      const log = fixedCart().prompt("Check all packages.").reply("I will check every package.");
      log.askPermission(
        "Bash",
        "set -euo pipefail",
        {
          kind: "command",
          command: SCRIPT,
          cwd: `${ROOT}/packages`,
          description: "Test every package and report",
          risk: {
            level: "high",
            reasons: [
              {
                text: "contains characters that cannot be seen",
                words: "\u202E?gpj.x=1 -d @/tmp/changes.txt",
              },
            ],
          },
        },
        [],
      );
      return running(log);
    },
  },
  "ask-edit": {
    messages: () => {
      const log = new Log().setUp().prompt("Fix the rounding.").reply("Here is the change.");
      log.askPermission("Edit", "Edit src/cart.ts", { ...cartDiff, hiddenLines: 212 }, ["Edit(/src/**)"]);
      return running(log);
    },
  },
  question: {
    messages: () => {
      const log = new Log().setUp().prompt("Add sign-in.").reply("Two things first.");
      log.askQuestions([
        {
          header: "Method",
          question: "How should people sign in?",
          multiSelect: false,
          options: [
            { label: "Passkeys", description: "No passwords at all; needs a recent browser" },
            { label: "E-mail link", description: "Works everywhere, slower" },
          ],
        },
        {
          header: "Scope",
          question: "Which pages need it?",
          multiSelect: true,
          options: [
            { label: "Checkout", description: "" },
            { label: "Orders", description: "The list and every single order" },
          ],
        },
      ]);
      return running(log);
    },
  },
  "strips-plan": {
    messages: () => {
      const log = fixedCart();
      log.add({ type: "mode", mode: "plan" });
      log.prompt("Now the report.");
      log.todos([
        { content: "Read the report", activeForm: "Reading the report", status: "completed" },
        {
          content: "Compare its rounding with the cart’s",
          activeForm: "Comparing its rounding with the cart’s",
          status: "in_progress",
        },
        {
          content: "Change it and add a test",
          activeForm: "Changing it and adding a test",
          status: "pending",
        },
      ]);
      log.call("Write", "Write test/report.test.ts", "", {
        edit: { path: "test/report.test.ts", added: 48, removed: 0 },
      });
      log.add({
        type: "queue",
        items: [
          { id: "q1", content: [{ type: "text", text: "Then update the changelog and mention the cent" }] },
          { id: "q2", content: [{ type: "text", text: "Is there anything else that rounds like this?" }] },
        ],
      });
      log.start("Bash", "npm run report -- --month 2026-10");
      return [
        log.snapshot(true, {
          attachments: [
            {
              kind: "selection",
              path: `${ROOT}/src/report.ts`,
              label: "report.ts:20-44",
              firstLine: 20,
              lastLine: 44,
              text: "",
            },
            { kind: "file", path: `${ROOT}/docs/rounding.md`, label: "rounding.md" },
          ],
        }),
        pendingOf(log),
      ];
    },
    act: async ({ page }) => {
      for (const name of ["Plan", "2 files"])
        await page
          .getByRole("button", { name: new RegExp(`^${name}`) })
          .first()
          .click();
      await page.getByLabel("Message to Plumb").fill("And in the mail template?");
    },
  },
  failed: {
    messages: () => [
      new Log()
        .setUp()
        .prompt("Hello")
        .finish("cancelled")
        .prompt("Go on")
        .finish("failed", {
          kind: "auth",
          message: "The provider refused the API key (401).",
          hint: "Sign in with a valid API key.",
        })
        .snapshot(),
    ],
  },
  paused: {
    messages: () => {
      const log = new Log().setUp().prompt("Port everything").reply("Working on it.");
      log.add({ type: "compacted", summary: "", keepFromSeq: 0, strategy: "summarise" });
      log.add({ type: "partial", text: "I have moved the first two", thinking: "", reason: "cancelled" });
      return [
        log.finish("step_limit").snapshot(),
        { type: "toast", level: "error", text: "src/cart.ts changed since; that edit was not undone." },
      ];
    },
  },
  retry: {
    messages: () =>
      running(new Log().setUp().prompt("Explain the build."), [
        {
          type: "live",
          events: [
            {
              type: "retry",
              agentId: "main",
              atMs: START + 9_000,
              attempt: 2,
              maxAttempts: 8,
              reason: "The provider is busy",
            },
          ],
        },
      ]),
  },
  ...PAGES,
  ...SPECIAL,
};
