import type { Detail } from "../../../src/core/detail.ts";
import { type HostToView, PROTOCOL } from "../../../src/protocol/view.ts";
import { Log, ROOT, START } from "./log.ts";
import type { PanelPage } from "./panel-page.ts";
import { ANSWER, CART_HUNK, SCRIPT, SHOWCASE, TEST_OUTPUT, THOUGHT } from "./texts.ts";

export interface Scenario {
  readonly messages: () => readonly HostToView[];
  /** What a person does before the picture is taken. */
  readonly act?: (panel: PanelPage) => Promise<void>;
}

const cartDiff: Detail = {
  kind: "diff",
  path: `${ROOT}/src/cart.ts`,
  op: "modify",
  added: 3,
  removed: 3,
  hunks: [CART_HUNK],
  hiddenLines: 0,
  beforeHash: "a",
  afterHash: "b",
};

const SCOPED = ["Bash(npm test)"];

function fixedCart(): Log {
  const log = new Log()
    .setUp()
    .prompt("The cart total is off by one cent with three items. Find out why and fix it.");
  log.reply("I will look at how the total is computed.", THOUGHT);
  log.call(
    "Grep",
    "Search cartTotal",
    "src/cart.ts:10: export function cartTotal(\nsrc/checkout.ts:41: cartTotal(lines)",
  );
  log.call("Read", "Read src/cart.ts", "1\timport type { Line } from './line.ts';", { ms: 12 });
  log.call("Edit", "Edit src/cart.ts", "", {
    edit: { path: "src/cart.ts", added: 3, removed: 3 },
    detail: cartDiff,
  });
  log.call("Bash", "npm test -- --run", TEST_OUTPUT, {
    outcome: "failed",
    ms: 3900,
    detail: { kind: "exit", code: 1 },
  });
  log.call("Bash", "rm -rf node_modules", "", { outcome: "denied" });
  log.call("Bash", "npm test", " 48 passed", { ms: 2100, detail: { kind: "exit", code: 0 } });
  return log.reply(ANSWER).finish("done");
}

const running = (log: Log, more: readonly HostToView[] = []): readonly HostToView[] => [
  log.snapshot(true),
  ...more,
];

export const SCENARIOS: Readonly<Record<string, Scenario>> = {
  welcome: { messages: () => [new Log().snapshot(false, { account: "none", models: [] })] },
  "first-run": { messages: () => [new Log().setUp().snapshot()] },
  conversation: { messages: () => [fixedCart().snapshot()] },
  top: {
    messages: () => [fixedCart().snapshot()],
    act: async ({ page }) => {
      await page.locator(".scroller").hover();
      await page.mouse.wheel(0, -5000);
      await page.waitForTimeout(200);
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
  agent: {
    messages: () => {
      const log = new Log()
        .setUp()
        .prompt("Which modules use the cart?")
        .reply("I will send somebody to look.");
      const callId = log.start("Agent", "Agent: Find users of the cart");
      const agentId = `main/${callId}`;
      log.add(
        {
          type: "agent.started",
          name: "explore",
          description: "Find users of the cart",
          parentCallId: callId,
        },
        "a1",
      );
      log.call("Glob", "src/**/*.ts", "41 files", { agentId });
      log.call("Grep", "cartTotal", "3 matches", { agentId });
      log.call("Read", "src/checkout.ts", "1\t…", { agentId });
      log.start("Read", "src/report/monthly/summary-of-all-regions.ts", agentId);
      return running(log);
    },
  },
  history: {
    messages: () => [
      fixedCart().snapshot(),
      { type: "focus", target: "history" },
      {
        type: "sessions",
        sessions: [
          {
            id: "session-1",
            title: "The cart total is off by one cent with three items",
            at: START - 60_000,
            isLocked: true,
          },
          { id: "s2", title: "Explain the build", at: START - 7_200_000, isLocked: false },
          {
            id: "s3",
            title: "Port the report generator to the new template engine and keep the old output",
            at: START - 90_000_000,
            isLocked: true,
          },
          { id: "s4", title: "Add sign-in with passkeys", at: START - 20 * 86_400_000, isLocked: false },
        ],
      },
    ],
    act: ({ page }) => page.getByRole("button", { name: "Delete Add sign-in with passkeys" }).click(),
  },
  banners: {
    messages: () => [
      new Log().setUp().snapshot(false, {
        account: "tour",
        isTrusted: false,
        hasFolder: false,
        readOnlyBecause: "another window is writing this conversation.",
      }),
    ],
  },
  "mode-menu": {
    messages: () => {
      const log = fixedCart();
      log.add({ type: "mode", mode: "bypass" });
      return [log.snapshot()];
    },
    act: ({ page }) => page.getByRole("button", { name: "Mode: Bypass" }).click(),
  },
  "model-menu": {
    messages: () => [fixedCart().snapshot()],
    act: ({ page }) => page.getByRole("button", { name: /^Model:/ }).click(),
  },
  meter: {
    messages: () => [fixedCart().snapshot()],
    act: ({ page }) => page.getByRole("button", { name: /^Context/ }).focus(),
  },
  mention: {
    messages: () => [fixedCart().snapshot()],
    act: async (panel) => {
      await panel.page.getByLabel("Message to Plumb").pressSequentially("Look at @car");
      const { requestId } = await panel.nextOf("files");
      await panel.page.waitForTimeout(100);
      const last = (await panel.postedOf("files")).at(-1)?.requestId ?? requestId;
      await panel.deliver({
        type: "files",
        requestId: last,
        files: [
          "src/cart.ts",
          "test/cart.test.ts",
          "src/components/checkout/cart-summary/cart-summary-line.tsx",
        ].map((label) => ({ path: `${ROOT}/${label}`, label })),
      });
    },
  },
  jump: {
    messages: () => [fixedCart().snapshot(true)],
    act: async (panel) => {
      await panel.page.locator(".scroller").hover();
      await panel.page.mouse.wheel(0, -900);
      await panel.page.waitForFunction(() => document.querySelector(".jump-pill"));
      const log = fixedCart();
      await panel.deliver({
        type: "event",
        event: { ...log.add({ type: "notice", kind: "info", text: "One more thing." }), seq: 900, at: START },
      });
    },
  },
  updated: {
    messages: () => [{ ...new Log().snapshot(), ...{ protocol: PROTOCOL + 1 } }],
  },
};
