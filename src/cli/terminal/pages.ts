import type { App } from "../../app/app.ts";
import { contextReport } from "../../app/context-report.ts";
import { makeVisible } from "../../core/visible.ts";
import { FALLBACK_MODELS, factsOf } from "../../models/model-table.ts";
import type { SlashInfo, TrayPage } from "../../protocol/slash.ts";
import { type Page, visibleSource } from "./markdown.ts";
import { wrap } from "./style.ts";

const KEYS = [
  "Enter sends, also while Plumb works: it hears you at its next step.",
  "Another line: Alt+Enter, Ctrl+J, or a backslash at the end. Pasted lines stay together.",
  "Up and Down: what you said before. Tab completes a command.",
  "Esc or Ctrl+C stops what Plumb does. Ctrl+C at an empty line, twice, leaves; so does Ctrl+D.",
  "Shift+Tab: the next mode.",
];

/** What the panel's tray shows, in lines. */
export function pageLines(which: TrayPage, app: App, commands: readonly SlashInfo[], page: Page): string[] {
  if (which === "help") return help(commands, page);
  const report = contextReport({
    ...{ events: app.session.events, models: FALLBACK_MODELS, now: Date.now() },
    ...{ model: app.choice.model, maxOutputTokens: 32_000 },
    priceOf: (model) => app.budget.saidPrice(model) ?? factsOf(model)?.price,
  });
  switch (which) {
    case "window":
      return [
        `${report.modelName}: about ${tokens(report.tokens)} of ${tokens(report.limit)} tokens are used.`,
        ...[...sumByGroup(report.parts)].map(([group, sum]) => `  ${group}: ${tokens(sum)}`),
      ];
    case "cost":
      return costs(report);
    case "instructions":
      return report.instructions.files.length === 0
        ? ["No instruction files are loaded (yet: they are with the first message)."]
        : report.instructions.files.flatMap(({ path, scope, tokens: size }) =>
            wrap(`${makeVisible(path, "exact")} (${scope}, about ${size} tokens)`, page.columns, "  "),
          );
    default:
      return which satisfies never;
  }
}

function costs({ spending, cache }: ReturnType<typeof contextReport>): string[] {
  if (spending.length === 0) return ["Nothing has been spent yet."];
  const hits =
    cache.hitRate === undefined ? "" : `Read from the cache: ${Math.round(cache.hitRate * 100)} %.`;
  return [
    ...spending.map(
      ({ model, purpose, requests, dollars }) =>
        `${makeVisible(model)} (${purpose}): ${requests} requests${dollars === undefined ? "" : `, $${dollars.toFixed(4)}`}`,
    ),
    ...(hits ? [hits] : []),
  ];
}

function sumByGroup(
  parts: readonly { readonly group: string; readonly tokens: number }[],
): Map<string, number> {
  const sums = new Map<string, number>();
  for (const { group, tokens: size } of parts) sums.set(group, (sums.get(group) ?? 0) + size);
  return sums;
}

function help(commands: readonly SlashInfo[], page: Page): string[] {
  const named = commands.map(({ name, argumentHint, description }) => {
    const hint = argumentHint === undefined ? "" : ` ${argumentHint}`;
    return `/${name}${hint}  ${description}`;
  });
  return [...named, "", ...KEYS].flatMap((line) => wrap(visibleSource(line), page.columns, "    "));
}

const tokens = (count: number): string => (count < 1_000 ? String(count) : `${(count / 1_000).toFixed(1)}k`);
