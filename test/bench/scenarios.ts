import type { Script } from "../support/fake-api/fake-api.ts";
import { call, type Part, reply, say } from "../support/fake-api/replies.ts";
import { repairLoop } from "./repair-loop.ts";

export interface Scenario {
  readonly name: string;
  readonly files: Readonly<Record<string, string>>;
  readonly script: Script;
  /** The same by number alone, for programs that are not ours; undefined when it is over. */
  readonly plain?: (index: number) => readonly Part[] | undefined;
  /** How many tool turns it has; the time between its requests is the overhead of a turn. */
  readonly turns: number;
  /** Without the probe for processor time and memory, which would be a twentieth of a start. */
  readonly isBare?: true;
  /** Its tokens must cost less than those of the floor. */
  readonly isLoop?: true;
}

const file = (lines: number): string =>
  Array.from({ length: lines }, (_, i) => `export const value${i} = ${i};`).join("\n");

const toolTurn = (index: number): readonly Part[] => {
  const round = Math.floor(index / 3);
  const from = round === 0 ? "value1 = 1;" : `value1 = ${1000 + round - 1};`;
  const parts: Part[] = [
    call("Read", { file_path: "a.ts" }),
    call("Edit", { file_path: "a.ts", old_string: from, new_string: `value1 = ${1000 + round};` }),
    call("Bash", { command: "true" }),
  ];
  return [say("Next step."), ...parts.slice(index % 3, (index % 3) + 1)];
};

/** Reads, edits, runs, over and over; each edit changes the file that the next read reads. */
const toolTurns = (turns: number): Scenario => ({
  name: `${turns} tool turns`,
  files: { "a.ts": file(60) },
  turns,
  isLoop: true,
  script: (_request, index) => (index >= turns ? reply(say("Done.")) : reply(...toolTurn(index))),
  plain: (index) => (index < turns ? toolTurn(index) : index === turns ? [say("Done.")] : undefined),
});

const TOKENS = 20_000;
const flood = call("Bash", { command: "head -c 52428800 /dev/zero | tr '\\0' 'x' | fold -w 99" });
// Not twice the same: some agents take that for a loop.
const naps = Array.from({ length: 10 }, (_, i) => call("Bash", { command: `sleep 0.3; echo ${i}` }));
/** What is said first, and the end. */
const once = (...parts: readonly Part[]): Pick<Scenario, "script" | "plain"> => ({
  script: (_request, index) => reply(...(index === 0 ? parts : [say("Done.")])),
  plain: (index) => [parts, [say("Done.")]][index],
});
export const scenarios: readonly Scenario[] = [
  {
    name: "hello",
    files: {},
    turns: 0,
    isBare: true,
    script: () => reply(say("Hello.")),
    plain: (index) => (index === 0 ? [say("Hello.")] : undefined),
  },
  toolTurns(50),
  toolTurns(200),
  repairLoop,
  {
    name: "20,000-token stream",
    files: {},
    turns: 0,
    // One delta of four characters a token, each a write of its own, as a fast provider sends them.
    script: () => ({ parts: [say("word".repeat(TOKENS), 4)], isSlow: false }),
    plain: (index) => (index === 0 ? [say("word".repeat(TOKENS), 4)] : undefined),
  },
  { name: "50 MB of output", files: {}, turns: 1, ...once(flood) },
  { name: "ten commands of 0.3 s in one reply", files: {}, turns: 1, ...once(...naps) },
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
