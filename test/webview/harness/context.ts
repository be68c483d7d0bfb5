import type { ContextReport, ReportedPart } from "../../../src/protocol/context-report.ts";
import type { HostToView } from "../../../src/protocol/view.ts";
import { fixedCart, type Scenario } from "./fixtures.ts";
import { Log, ROOT, START } from "./log.ts";
import type { PanelPage } from "./panel-page.ts";

const part = (
  group: ReportedPart["group"],
  label: string,
  tokens: number,
  more: Partial<ReportedPart> = {},
): ReportedPart => ({
  ...{ id: `${group}:${label}`, group, label, tokens },
  ...{ dropTokens: 0, canDrop: false, canPin: false, isPinned: false, callIds: [] },
  ...more,
});
const result = (group: "files" | "results", label: string, tokens: number, callId: string): ReportedPart =>
  part(group, label, tokens, { dropTokens: tokens - 40, canDrop: true, canPin: true, callIds: [callId] });

export const REPORT: ContextReport = {
  model: "claude-sonnet-5",
  modelName: "Claude Sonnet 5",
  limit: 200_000,
  tokens: 88_340,
  countedTokens: 86_100,
  parts: [
    part("tools", "Bash", 620),
    part("tools", "Edit", 240),
    part("tools", "Read", 210),
    part("system", "System prompt", 1_720),
    part("instructions", `${ROOT}/CLAUDE.md`, 1_240),
    part("instructions", `${ROOT}/packages/api/AGENTS.md`, 380),
    result("files", `${ROOT}/src/cart.ts`, 14_200, "c1"),
    { ...result("files", `${ROOT}/src/checkout.ts`, 9_800, "c2"), isPinned: true, canDrop: false },
    result(
      "files",
      `${ROOT}/packages/checkout/src/components/summary/cart-summary-line-item-row.test.tsx`,
      3_400,
      "c3",
    ),
    result("results", "npm test -- --run", 31_000, "c4"),
    result("results", "Search cartTotal", 1_130, "c5"),
    part("conversation", "The cart total is off by one cent with three items.", 320, {
      canPin: true,
      seq: 1,
    }),
    part("conversation", "Replies", 9_080),
    part("conversation", "Thinking", 15_000),
  ],
  forecast: { dollars: 0.041, missDollars: 0.348 },
  cache: {
    hitRate: 0.923,
    savedDollars: 1.37,
    breaks: 1,
    lostTokens: 41_200,
    lastBreak: {
      at: START - 240_000,
      cause: "system changed",
      place: "system block 2",
      lostTokens: 41_200,
      isIntended: false,
    },
  },
  spending: [
    {
      ...{ model: "claude-sonnet-5", purpose: "main", requests: 31, dollars: 0.92 },
      ...{ inputTokens: 2_100, outputTokens: 24_000, cacheReadTokens: 1_210_000, cacheWriteTokens: 96_000 },
    },
    {
      ...{ model: "claude-haiku-5", purpose: "agents", requests: 12, dollars: 0.031 },
      ...{ inputTokens: 14_000, outputTokens: 3_900, cacheReadTokens: 80_000, cacheWriteTokens: 22_000 },
    },
    {
      ...{ model: "claude-haiku-5", purpose: "classifier", requests: 4, dollars: 0.0004 },
      ...{ inputTokens: 2_900, outputTokens: 96, cacheReadTokens: 0, cacheWriteTokens: 0 },
    },
    {
      ...{ model: "a-model-without-a-price", purpose: "summaries", requests: 1 },
      ...{ inputTokens: 81_000, outputTokens: 1_100, cacheReadTokens: 0, cacheWriteTokens: 0 },
    },
  ],
  limits: [{ scope: "day", dollars: 20, spent: 3.6 }],
  instructions: {
    files: [
      {
        path: "/home/ada/.claude/CLAUDE.md",
        scope: "user",
        tokens: 120,
        because: "your own, for every project",
        copies: 1,
      },
      {
        path: `${ROOT}/CLAUDE.md`,
        scope: "project",
        tokens: 1_240,
        because: "in the workspace folder",
        copies: 2,
      },
      {
        path: `${ROOT}/packages/api/AGENTS.md`,
        scope: "project",
        tokens: 380,
        because: "beside packages/api/src/routes.ts, which Plumb has read",
        copies: 1,
      },
    ],
    left: [
      {
        path: `${ROOT}/vendor/lib/CLAUDE.md`,
        because: "claudeMdExcludes leaves it out",
      },
      {
        path: `${ROOT}/.cursor/rules/style.mdc`,
        because: "rules of other tools are not read unless you turn it on",
      },
    ],
  },
};

export const told = (report: ContextReport = REPORT, sessionId = "session-1"): HostToView => ({
  type: "context",
  sessionId,
  report,
});

export const SUMMARY = `The user wants cart totals rounded once, at the end.

Done: src/cart.ts rounds in cartTotal(); test/cart.test.ts covers three items at 0.333.
Open: src/report.ts still rounds every line.
Commands: npm test -- --run (48 passed).`;

/** A long conversation of which the beginning was summarised. */
export function compacted(more: { strategy?: string; focus?: string } = {}): Log {
  const log = fixedCart();
  log.add({
    type: "compacted",
    summary: SUMMARY,
    keepFromSeq: 0,
    strategy: more.strategy ?? "summarise",
    tokensBefore: 152_400,
    tokensAfter: 31_200,
    kept: [
      {
        type: "text",
        text: "The user's first message:\n> The cart total is off by one cent with three items.",
      },
      { type: "text", text: "Todo list:\n- [pending] Round in the report as well" },
    ],
    ...(more.focus !== undefined && { focus: more.focus }),
  });
  return log;
}

const openWith = (page: "window" | "cost" | "instructions" | "help"): Scenario => ({
  messages: () => [fixedCart().snapshot(), { type: "tray", page }, told()],
  act: ({ page: panel }) => panel.getByRole("tabpanel").locator("li, td").first().waitFor(),
});

const unfold = async ({ page }: PanelPage): Promise<void> => {
  await page.getByRole("button", { name: "What the model reads instead" }).click();
  await page.getByText("Stays word for word").scrollIntoViewIfNeeded();
};

/** The model's window: the tray, the line above the composer, the card of a compaction, the list of commands. */
export const CONTEXT: Readonly<Record<string, Scenario>> = {
  "context-window": openWith("window"),
  "context-cost": openWith("cost"),
  "context-instructions": openWith("instructions"),
  "context-help": openWith("help"),
  "context-empty": {
    messages: () => [
      new Log().setUp().snapshot(),
      { type: "tray", page: "window" },
      told({ ...REPORT, tokens: 0, parts: [], spending: [], instructions: { files: [], left: [] } }),
    ],
    act: ({ page }) => page.getByText("Nothing has been sent").waitFor(),
  },
  "context-warning": {
    messages: () => {
      const log = fixedCart();
      log.add({
        type: "assistant",
        content: [{ type: "text", text: "Done." }],
        usage: { inputTokens: 1_200, outputTokens: 900, cacheReadTokens: 168_000, cacheWriteTokens: 2_000 },
        model: "claude-sonnet-5",
        stopReason: "end_turn",
        sawSeq: 0,
      });
      return [log.snapshot()];
    },
    act: ({ page }) => page.getByRole("button", { name: "Compact now" }).waitFor(),
  },
  "context-limit": {
    messages: () => [
      fixedCart().snapshot(),
      { type: "limits", near: [{ scope: "session", dollars: 5, spent: 4.12 }] },
    ],
    act: ({ page }) => page.getByRole("button", { name: "Raise to $10.00" }).waitFor(),
  },
  "ask-budget": {
    messages: () => {
      const log = fixedCart().prompt("Port everything.");
      log.add({
        type: "question.asked",
        callId: "budget-1",
        title: "Budget",
        questions: [
          {
            question:
              "This conversation has cost $4.97 of your limit of $5.00, and the next request costs about $0.21. Go on?",
            header: "Budget",
            options: [
              {
                label: "Go on up to $10.00",
                description: "The next question comes when that is reached.",
              },
              { label: "Stop", description: "Nothing is lost: you can go on later." },
            ],
            multiSelect: false,
          },
        ],
      });
      return [log.snapshot(true)];
    },
    act: ({ page }) => page.getByText("Go on up to $10.00").waitFor(),
  },
  "context-compacting": {
    messages: () => [fixedCart().snapshot(true), { type: "compacting", state: "on" }],
    act: ({ page }) => page.getByText("Making room").first().waitFor(),
  },
  compaction: {
    messages: () => [compacted({ focus: "the names of all tests" }).snapshot()],
    act: unfold,
  },
  "compaction-edit": {
    messages: () => [compacted().snapshot()],
    act: async ({ page }) => {
      await page.getByRole("button", { name: "Edit", exact: true }).click();
      await page.getByRole("textbox", { name: "Summary" }).fill(`${SUMMARY}\nNever touch vendor/.`);
    },
  },
  cleared: {
    messages: () => {
      const log = fixedCart();
      log.add({
        type: "cleared",
        callIds: ["a", "b", "c"],
        strategy: "clear-results",
        tokensBefore: 91_000,
        tokensAfter: 64_000,
      });
      log.add({ type: "cleared", callIds: ["d"], strategy: "user" });
      return [log.snapshot()];
    },
  },
  slash: {
    messages: () => [fixedCart().snapshot()],
    act: async ({ page }) => {
      await page.getByLabel("Message to Plumb").pressSequentially("/");
      await page.getByRole("option").first().waitFor();
    },
  },
};
