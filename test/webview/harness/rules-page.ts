import type { Browser, Page } from "playwright-core";
import type { HostToPage, PageToHost } from "../../../src/protocol/permissions-page.ts";
import { make } from "./bundle.ts";
import { START } from "./log.ts";
import { openPage } from "./panel-page.ts";
import type { ThemeName } from "./themes.ts";

export interface RulesPage {
  readonly page: Page;
  deliver(...messages: readonly HostToPage[]): Promise<void>;
  posted(): Promise<PageToHost[]>;
  problems(): Promise<string[]>;
}

/** The page of rules in a page that looks to it like the editor. */
export async function openRulesPage(
  browser: Browser,
  options: { theme?: ThemeName; width?: number; height?: number } = {},
): Promise<RulesPage> {
  const page = await openPage(browser, await make("webview/src/permissions/main.tsx"), options);
  const posted = (): Promise<PageToHost[]> =>
    page.evaluate(() => window.panelTest.posted as unknown as PageToHost[]);
  return {
    page,
    posted,
    async deliver(...messages) {
      await page.evaluate((all) => {
        for (const data of all) window.dispatchEvent(new MessageEvent("message", { data }));
        return new Promise<void>((resolve) => {
          requestAnimationFrame(() => requestAnimationFrame(() => resolve()));
        });
      }, messages);
    },
    async problems() {
      const refused = await page.evaluate(() => window.panelTest.problems);
      const reported = (await posted()).flatMap((message) =>
        message.type === "problem" ? message.message : [],
      );
      return [...refused, ...reported];
    },
  };
}

const rule = (id: string, change: Partial<Extract<HostToPage, { type: "rules" }>["rules"][number]>) => ({
  ...{ id, verdict: "allow" as const, text: "", source: "user settings", hasFile: false },
  ...{ state: "in force" as const, canChange: true, warnings: [], uses: 0 },
  ...change,
});

/** A page with something of everything. */
export const RULES: Extract<HostToPage, { type: "rules" }> = {
  type: "rules",
  rules: [
    rule("1", {
      verdict: "deny",
      text: "Read(./.env)",
      source: "managed settings (/etc/plumb/managed-settings.json)",
      hasFile: true,
      canChange: false,
      uses: 3,
      lastAt: START - 300_000,
    }),
    rule("2", {
      verdict: "deny",
      text: "Bash(rm",
      source: "user settings (~/.plumb/settings.json)",
      hasFile: true,
      state: "unknown",
    }),
    rule("3", {
      verdict: "ask",
      text: "Bash(git push *)",
      source: "project settings (.claude/settings.json)",
      hasFile: true,
      uses: 1,
      lastAt: START - 7_200_000,
    }),
    rule("4", {
      verdict: "ask",
      text: "comma expected in line 4",
      source: "local settings (.plumb/settings.local.json)",
      hasFile: true,
      state: "broken",
      canChange: false,
    }),
    rule("5", {
      text: "Bash(npm run test *)",
      source: "allowed in this workspace",
      uses: 128,
      lastAt: START - 60_000,
    }),
    rule("6", { text: "Bash(git * main)", warnings: [{ kind: "early-star", program: "git" }] }),
    rule("7", {
      text: "Bash(npx *)",
      source: "user settings (~/.claude/settings.json)",
      hasFile: true,
      warnings: [{ kind: "runner", program: "npx" }],
    }),
    rule("8", {
      text: "Bash(git push origin)",
      source: "allowed in this session",
      warnings: [{ kind: "unreachable", by: "ask Bash(git push *)" }],
    }),
    rule("9", {
      text: `Edit(/src/a-very-long-folder-name/${"and-another-one/".repeat(5)}**)`,
      source: "user settings",
    }),
  ],
  waiting: [
    {
      path: "/home/me/project/.claude/settings.json",
      label: "project settings (.claude/settings.json)",
      added: ["Bash(npm run build *)", "additionalDirectories: ../shared", "Bash(echo \u202Esafe)"],
      removed: ["Bash(make)"],
    },
  ],
  problems: [
    'user settings (~/.plumb/settings.json): "Bash(rm" is not a rule Plumb understands; it matches nothing.',
  ],
  targets: [
    { id: "editor", label: "User settings of the editor", verdicts: ["allow", "ask", "deny"] },
    { id: "/p", label: "project settings (.plumb/settings.json)", verdicts: ["allow", "ask", "deny"] },
  ],
  modes: ["ask", "acceptEdits", "plan"],
  mode: "ask",
  isTrusted: true,
};

export const TRIED: HostToPage = {
  type: "tried",
  requestId: 1,
  tried: {
    verdict: "ask",
    because: "project settings (.claude/settings.json): Bash(git push *)",
    targets: ["npm run test && git push --force"],
    matching: [
      { verdict: "ask", source: "project settings (.claude/settings.json): Bash(git push *)" },
      { verdict: "allow", source: "user settings: Bash" },
    ],
    parts: [
      { text: "npm run test", risk: "medium", reasons: ["runs project code"] },
      {
        text: "git push --force",
        risk: "high",
        reasons: ["publishes: push", "overwrites what others published: --force"],
      },
    ],
  },
};
