import { call, type Part, reply, say } from "../support/fake-api/replies.ts";
import type { Scenario } from "./scenarios.ts";

/**
 * Fifty turns of repairing a small project: look for the place, read its file, edit it, run the tests, look again, edit
 * again. Nine rounds, each about another of six files, in which
 *
 * - a file is read whole when its round begins, also when it was read in an earlier round, because that was long ago;
 * - around an edit it is read again, as agents do who want to see what they did;
 * - in every second round the first edit is not enough: the tests fail as they did before, and a second edit follows;
 * - the tests are one command, whose output is about sixty lines and says nothing of times.
 *
 * All sides make the same calls. Sizes are those of ordinary code: files of 80 to 280 lines, edits of one to six lines.
 */
const FILES = ["parser", "lexer", "printer", "scope", "types", "emit"] as const;
const SIZES: Readonly<Record<(typeof FILES)[number], number>> = {
  parser: 20,
  lexer: 12,
  printer: 16,
  scope: 24,
  types: 40,
  emit: 14,
};
const LINES_OF_A_FUNCTION = 7;

/** Functions of seven lines. */
const source = (name: string, functions: number): string =>
  Array.from({ length: functions }, (_, i) =>
    [
      `/** Works out what the ${name} makes of case ${i}. */`,
      `export function ${name}Case${i}(input: string, depth = ${i % 5}): number {`,
      `  const weight = input.length * ${(i * 37) % 101} + depth;`,
      `  if (weight > ${1000 + i * 13}) return ${name}Limit(weight, ${i});`,
      `  return weight - ${(i * 7) % 29};`,
      "}",
      "",
    ].join("\n"),
  ).join("\n");

/** Counts the places that were repaired, and says of each suite what a runner of tests says. */
const TESTS = `import { readFileSync } from "node:fs";
const names = ${JSON.stringify(FILES)};
let failed = 0;
for (const name of names) {
  const text = readFileSync(name + ".ts", "utf8");
  const repaired = text.split("// done").length - 1;
  for (let i = 0; i < 9; i += 1) console.log("ok - " + name + " handles case " + i + " of the specification");
  if (repaired % 2 === 0) {
    failed += 1;
    console.log("not ok - " + name + " keeps its limit (expected " + (repaired + 1) + " repairs, found " + repaired + ")");
  }
}
console.log(failed + " of " + names.length + " suites failed");
`;

const ROUNDS = 9;

/** What is done in one round, one call a turn. */
function round(number: number): Part[] {
  const name = FILES[number % FILES.length] ?? "parser";
  const path = `${name}.ts`;
  const at = (number * 5) % SIZES[name];
  const line = at * LINES_OF_A_FUNCTION + 1;
  const isEnough = number % 2 === 0;
  const weight = `input.length * ${(at * 37) % 101} + depth;`;
  const edits = [
    call("Edit", {
      file_path: path,
      old_string: weight,
      new_string: `${weight} // ${isEnough ? "done" : "tried"}`,
    }),
    call("Edit", {
      file_path: path,
      old_string: `return ${name}Limit(weight, ${at});`,
      new_string: `{\n    const limit = ${name}Limit(weight, ${at});\n    return limit; // done\n  }`,
    }),
  ] as const;
  const test = call("Bash", { command: "node tests.mjs" });
  const look = call("Read", { file_path: path, offset: Math.max(1, line - 10), limit: 40 });
  const search = call("Grep", { pattern: `${name}Limit`, output_mode: "content" });
  const first = [call("Read", { file_path: path }), edits[0], test];
  return isEnough ? [search, ...first, look] : [...first, look, edits[1], test];
}

const turns: readonly Part[] = Array.from({ length: ROUNDS }, (_, i) => round(i)).flat();

function parts(index: number): readonly Part[] {
  const part = turns[index];
  return part ? [say("Next step."), part] : [say("Done.")];
}

export const repairLoop: Scenario = {
  name: "50 turns of read, edit, run",
  files: {
    ...Object.fromEntries(FILES.map((name) => [`${name}.ts`, source(name, SIZES[name])])),
    "tests.mjs": TESTS,
  },
  turns: turns.length,
  isLoop: true,
  script: (_request, index) => reply(...parts(index)),
  plain: (index) => (index <= turns.length ? parts(index) : undefined),
};
