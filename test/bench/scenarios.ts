import type { Script } from "../support/fake-api/fake-api.ts";
import { call, type Part, reply, say } from "../support/fake-api/replies.ts";
import { repairLoop } from "./repair-loop.ts";

export interface Scenario {
  readonly name: string;
  readonly files: Readonly<Record<string, string>>;
  readonly script: Script;
  /** How many tool turns it has; the time between its requests is the overhead of a turn. */
  readonly turns: number;
  /** Without the probe for processor time and memory, which would be a twentieth of a start. */
  readonly isBare?: true;
  /** Its tokens must cost less than those of the floor. */
  readonly isLoop?: true;
}

const file = (lines: number): string =>
  Array.from({ length: lines }, (_, i) => `export const value${i} = ${i};`).join("\n");

/** Reads, edits, runs, over and over; each edit changes the file that the next read reads. */
const toolTurns = (turns: number): Scenario => ({
  name: `${turns} tool turns`,
  files: { "a.ts": file(60) },
  turns,
  isLoop: true,
  script: (_request, index) => {
    if (index >= turns) return reply(say("Done."));
    const round = Math.floor(index / 3);
    const from = round === 0 ? "value1 = 1;" : `value1 = ${1000 + round - 1};`;
    const parts: Part[] = [
      call("Read", { file_path: "a.ts" }),
      call("Edit", { file_path: "a.ts", old_string: from, new_string: `value1 = ${1000 + round};` }),
      call("Bash", { command: "true" }),
    ];
    const part = parts[index % 3];
    return part ? reply(say("Next step."), part) : reply(say("Done."));
  },
});

const TOKENS = 20_000;
export const scenarios: readonly Scenario[] = [
  { name: "hello", files: {}, turns: 0, isBare: true, script: () => reply(say("Hello.")) },
  toolTurns(50),
  toolTurns(200),
  repairLoop,
  {
    name: "20,000-token stream",
    files: {},
    turns: 0,
    // One delta of four characters a token, each a write of its own, as a fast provider sends them.
    script: () => ({ parts: [say("word".repeat(TOKENS), 4)], isSlow: false }),
  },
  {
    name: "50 MB of output",
    files: {},
    turns: 1,
    script: (_request, index) =>
      index === 0
        ? reply(call("Bash", { command: "head -c 52428800 /dev/zero | tr '\\0' 'x' | fold -w 99" }))
        : reply(say("Done.")),
  },
  {
    name: "ten reads in one reply, warm",
    files: Object.fromEntries(Array.from({ length: 10 }, (_, i) => [`f${i}.ts`, file(200)])),
    turns: 12,
    script: (_request, index) =>
      index < 12
        ? reply(
            ...Array.from({ length: 10 }, (_, i) =>
              call("Read", { file_path: `f${i}.ts`, offset: index + 1 }),
            ),
          )
        : reply(say("Done.")),
  },
  {
    name: "ten reads in one reply",
    files: Object.fromEntries(Array.from({ length: 10 }, (_, i) => [`f${i}.ts`, file(2_000)])),
    turns: 1,
    script: (_request, index) =>
      index === 0
        ? reply(...Array.from({ length: 10 }, (_, i) => call("Read", { file_path: `f${i}.ts` })))
        : reply(say("Done.")),
  },
];
