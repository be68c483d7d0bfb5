import { median } from "../bench/figures.ts";
import type { Attempt } from "./attempt.ts";

const HEAD = ["task", "kind", "passed", "turns", "tokens in", "out", "US$", "seconds", "what went wrong"];
/** Words beside the numbers are to fit on a line. */
const WORDS = 80;

/** One line a task: medians of its attempts, and what the first one that failed died of; the sum at the end. */
export function table(attempts: readonly Attempt[]): string[] {
  const tasks = [...Map.groupBy(attempts, ({ task }) => task)].map(([id, of]) => row(id, of));
  const passed = attempts.filter(({ isPassed }) => isPassed).length;
  const total = (key: "inputTokens" | "outputTokens" | "dollars" | "seconds" | "turns"): number =>
    attempts.reduce((sum, one) => sum + one[key], 0);
  const sum = [
    ...["all together", "", `${passed}/${attempts.length}`, String(total("turns"))],
    ...[String(total("inputTokens")), String(total("outputTokens"))],
    ...[total("dollars").toFixed(3), total("seconds").toFixed(1), ""],
  ];
  const rows = [HEAD, ...tasks, sum];
  const widths = HEAD.map((_, column) => Math.max(...rows.map((cells) => cells[column]?.length ?? 0)));
  return rows.map((cells) =>
    cells
      .map((cell, i) =>
        i < 2 || i === cells.length - 1 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0),
      )
      .join("  ")
      .trimEnd(),
  );
}

function row(id: string, attempts: readonly Attempt[]): string[] {
  const middle = (key: "turns" | "inputTokens" | "outputTokens" | "dollars" | "seconds"): number =>
    median(attempts.map((one) => one[key]));
  const failed = attempts.find(({ isPassed }) => !isPassed);
  return [
    ...[id, attempts[0]?.kind ?? ""],
    `${attempts.filter(({ isPassed }) => isPassed).length}/${attempts.length}`,
    ...[String(middle("turns")), String(middle("inputTokens")), String(middle("outputTokens"))],
    ...[middle("dollars").toFixed(3), middle("seconds").toFixed(1), failed ? wrong(failed) : ""],
  ];
}

const LIMITS = { turns: "too many turns", dollars: "too many dollars", time: "out of time" } as const;

function wrong({ ended, words }: Attempt): string {
  if (ended !== "done" && ended !== "error") return LIMITS[ended];
  const line = words.replaceAll(/\s+/g, " ").trim();
  const said = line.length > WORDS ? `${line.slice(0, WORDS - 1)}…` : line;
  return ended === "error" ? `error: ${said}` : said;
}
