import { fixedCart, running, type Scenario } from "./fixtures.ts";
import { Log, ROOT, START } from "./log.ts";

const LONG_WORD = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamte";
const LONG_PATH = "packages/checkout/src/components/summary/line-items/cart-summary-line-item-row.test.tsx";
/** A grey dot, for anything that shows a picture. */
const DOT =
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

const WORDS = `## ${LONG_WORD}

The class \`${LONG_WORD.replaceAll("s", "S")}\` is in [${LONG_PATH}](${LONG_PATH}:120) and nowhere else.

שלום! הקובץ \`src/cart.ts\` תוקן, וכל 48 הבדיקות עוברות.

مرحبًا، تم إصلاح المجموع. 🎉 👩‍👩‍👧‍👦 🏴󠁧󠁢󠁳󠁣󠁴󠁿 all done 🚀

| Package | Test file | Before | After |
| :-- | :-- | --: | --: |
| checkout | ${LONG_PATH} | 4,120 ms | 12 ms |
| report | test/report.test.ts | 310 ms | 305 ms |

\`\`\`ts
export const totals = lines.map((line) => line.price * line.quantity).filter(Number.isFinite).reduce((sum, one) => sum + one, 0);
\`\`\`
`;

/** More, longer and stranger than anybody writes: nothing may break the panel's width or hide a button. */
export const EXTREMES: Readonly<Record<string, Scenario>> = {
  "extreme-words": {
    messages: () => [
      new Log().setUp().prompt(`Rename ${LONG_WORD}${LONG_WORD}`).reply(WORDS).finish("done").snapshot(),
    ],
    act: ({ page }) => page.locator(".scroller").evaluate((element) => element.scrollTo(0, 0)),
  },
  "extreme-prompt": {
    messages: () => {
      const log = new Log().setUp();
      const line = "Every line of this message says the same, so that it is long and nothing else. ";
      log.add({
        type: "user",
        content: [
          { type: "text", text: line.repeat(40) },
          { type: "image", source: { type: "base64", media_type: "image/png", data: DOT } },
          { type: "image", source: { type: "base64", media_type: "image/png", data: DOT } },
        ],
      });
      log.reply("I read all of it.");
      log.add({ type: "notice", kind: "warning", text: "The model could not read one of the pictures." });
      return [
        log.finish("done").snapshot(false, {
          attachments: [
            {
              kind: "image",
              label: "screenshot of the checkout page after paying.png",
              mediaType: "image/png",
              base64: DOT,
            },
            { kind: "file", path: `${ROOT}/${LONG_PATH}`, label: LONG_PATH },
          ],
        }),
      ];
    },
    act: async ({ page }) => {
      await page.getByLabel("Message to Plumb").fill(`${LONG_WORD}\n`.repeat(30));
    },
  },
  "extreme-agents": {
    messages: () => {
      const log = new Log().setUp().prompt("Compare all packages.").reply("I will split the work.");
      let agentId = "main";
      for (const [index, task] of [
        "Compare the packages",
        "Read the checkout",
        "Find every rounding",
      ].entries()) {
        const callId = log.start("Agent", `Agent: ${task}`, agentId);
        log.add(
          { type: "agent.started", name: "explore", description: task, parentCallId: callId },
          `a${index}`,
        );
        agentId = `${agentId}/${callId}`;
        log.call("Grep", "Search Math.round", "3 matches", { agentId });
        log.call("Read", `Read ${ROOT}/${LONG_PATH}`, "1\t…", { agentId, ms: 2400 });
      }
      log.start("Bash", `npm test -- --run ${LONG_PATH}`, agentId);
      return running(log);
    },
  },
  "extreme-lists": {
    messages: () => {
      const log = fixedCart().prompt("Do all of it.");
      log.todos(
        Array.from({ length: 30 }, (_, index) => ({
          content: `Port report ${index + 1} and compare its totals with the old ones`,
          activeForm: `Porting report ${index + 1} and comparing its totals with the old ones`,
          status: index < 11 ? "completed" : index === 11 ? "in_progress" : "pending",
        })),
      );
      for (let index = 0; index < 9; index += 1)
        log.call("Write", `Write ${LONG_PATH}`, "", {
          edit: { path: `${index}/${LONG_PATH}`, added: 480, removed: 1200 },
        });
      log.add({
        type: "queue",
        items: Array.from({ length: 12 }, (_, index) => ({
          id: `q${index}`,
          content: [
            { type: "text", text: `Then report ${index + 31}, and tell me which of its totals changed` },
          ],
        })),
      });
      log.start("Bash", "npm run report");
      return running(log);
    },
    act: async ({ page }) => {
      for (const name of ["Plan", "10 files"])
        await page
          .getByRole("button", { name: new RegExp(`^${name}`) })
          .first()
          .click();
    },
  },
  "extreme-ask": {
    messages: () => {
      const log = fixedCart().prompt("Publish it.");
      log.askPermission(
        "Bash",
        "npm publish",
        {
          kind: "command",
          command: `npm publish --registry https://registry.${LONG_WORD}.example/${LONG_PATH} --access public --tag next`,
          cwd: `${ROOT}/${LONG_PATH}`,
          description: "Publish the package so that the other teams can install the fix today",
        },
        [`Bash(npm publish --registry https://registry.${LONG_WORD}.example/${LONG_PATH}:*)`],
      );
      log.askPermission("WebFetch", "Fetch", { kind: "url", url: "https://example.com" }, []);
      return running(log);
    },
  },
  "ask-address": {
    messages: () => {
      const log = new Log().setUp().prompt("What does the registry say?");
      log.askPermission(
        "WebFetch",
        "Fetch https://registry.example/reports?year=2026",
        { kind: "url", url: "https://registry.example/reports?year=2026" },
        ["WebFetch(domain:registry.example)"],
      );
      return running(log);
    },
  },
  "ask-input": {
    messages: () => {
      const log = new Log().setUp().prompt("Open a ticket.");
      log.askPermission(
        "mcp__tracker__create_issue",
        "Create an issue in the tracker",
        {
          kind: "input",
          json: JSON.stringify(
            { project: "shop", title: "Totals are off by a cent", labels: ["bug"] },
            null,
            2,
          ),
        },
        ["mcp__tracker__create_issue"],
      );
      return running(log);
    },
  },
  "history-empty": {
    messages: () => [
      new Log().setUp().snapshot(),
      { type: "focus", target: "history" },
      { type: "sessions", sessions: [] },
    ],
    act: ({ page }) => page.getByText(/^No conversations yet/).waitFor(),
  },
  "history-search": {
    messages: () => [
      new Log().setUp().snapshot(),
      { type: "focus", target: "history" },
      { type: "sessions", sessions: [{ id: "s2", title: "Explain the build", at: START, isLocked: false }] },
    ],
    act: ({ page }) => page.getByRole("searchbox").fill("checkout"),
  },
};
