import { existsSync, readFileSync } from "node:fs";
import { SourceMap } from "node:module";
import { dirname, relative, resolve } from "node:path";
import * as z from "zod";
import { ROOT } from "../dev/paths.ts";

const Rows = z.array(
  z.object({
    title: z.string(),
    state: z.enum(["passed", "failed", "skipped"]),
    ms: z.number(),
    error: z.string().optional(),
  }),
);
export type Rows = z.infer<typeof Rows>;

/** What the tests wrote, or nothing when they never came to their end. */
export function readResults(path: string): Rows | undefined {
  return existsSync(path) ? Rows.parse(JSON.parse(readFileSync(path, "utf8"))) : undefined;
}

export function count(rows: Rows): { passed: number; failed: number; skipped: number } {
  const of = (state: Rows[number]["state"]): number => rows.filter((row) => row.state === state).length;
  return { passed: of("passed"), failed: of("failed"), skipped: of("skipped") };
}

const MARK = { passed: "✓", failed: "✗", skipped: "-" } as const;

/** The rows for people, with stack frames pointing at the source. */
export function format(rows: Rows): string {
  return rows
    .map(({ title, state, ms, error }) =>
      [
        `  ${MARK[state]} ${title} (${Math.round(ms)} ms)`,
        error && mapStack(error).replaceAll(/^/gm, "      "),
      ]
        .filter(Boolean)
        .join("\n"),
    )
    .join("\n");
}

function mapStack(stack: string): string {
  const maps = new Map<string, SourceMap>();
  return stack.replaceAll(
    /([^\s():]+\.js):(\d+):(\d+)/g,
    (frame, path: string, line: string, column: string) => {
      // Mocha shortens what lies below the working directory.
      const file = resolve(ROOT, path);
      if (!existsSync(`${file}.map`)) return frame;
      const map = maps.get(file) ?? new SourceMap(JSON.parse(readFileSync(`${file}.map`, "utf8")));
      maps.set(file, map);
      const origin = map.findOrigin(Number(line), Number(column));
      if (!("fileName" in origin)) return frame;
      const source = resolve(dirname(file), origin.fileName);
      return `${relative(ROOT, source)}:${origin.lineNumber}:${origin.columnNumber}`;
    },
  );
}
