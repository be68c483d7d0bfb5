import { instructionFrame } from "../../prompts/instructions.ts";
import type { Due } from "./given.ts";
import { POINTER } from "./given.ts";
import type { InstructionText } from "./texts.ts";

const HEADS: Record<Due["cause"], string> = {
  changed:
    "Project instructions changed. From now on this holds in place of what you were given of these files:",
  touched: "Project instructions for what you have just touched; they go before more general ones:",
  compacted: "Project instructions that still hold:",
  again: "Project instructions that still hold, once more:",
};

const FIRST = "Project instructions that hold from now on:";

/** What stands beside the newest message: copies of instructions, each in its frame, and which of them are gone. */
export function wordsFor(
  { cause, files }: Due,
  texts: ReadonlyMap<string, InstructionText>,
  isFirst: boolean,
): string {
  const copies = files.flatMap(({ path }) => texts.get(path) ?? []);
  const gone = files.filter(({ hash }) => hash === "").map(({ path }) => path);
  return [
    ...(copies.length > 0 ? [isFirst ? FIRST : HEADS[cause], ...copies.map(instructionFrame)] : []),
    ...(gone.length > 0 ? [`Project instructions that no longer hold: ${gone.join(", ")}`] : []),
  ].join("\n\n");
}

const MOST_NAMES = 8;

/** One line in place of copies. */
export function pointerTo(paths: readonly string[], shown: (path: string) => string): string {
  const more = paths.length > MOST_NAMES ? ` and ${paths.length - MOST_NAMES} more` : "";
  return `${POINTER} ${paths.slice(0, MOST_NAMES).map(shown).join(", ")}${more}.`;
}
