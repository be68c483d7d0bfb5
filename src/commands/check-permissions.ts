import { checkLine } from "../safety/check/check-line.ts";

/** Answers questions about permissions, one line each, in their order. Blank lines are skipped. Rejects only when writing does. */
export async function checkPermissions(
  lines: AsyncIterable<string>,
  write: (line: string) => Promise<void>,
): Promise<void> {
  for await (const line of lines) {
    if (line.trim() !== "") await write(`${await checkLine(line)}\n`);
  }
}
