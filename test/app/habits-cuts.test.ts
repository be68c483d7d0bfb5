import fc from "fast-check";
import { expect, test } from "vitest";
import { shortened } from "../../src/core/cut-text.ts";
import { isText, text } from "../../src/core/message.ts";
import { describeNews } from "../../src/review/news.ts";
import { call, reply, say } from "../support/fake-api/replies.ts";
import { eventsOf, startWorld } from "../support/start-app.ts";

/** Words that say that something is missing. */
const TOLD =
  /more (?:characters|lines|of your lines|files|matches|errors|outputs)|characters (?:are|left|of|more)|left out|not shown|line cut|omitted|Lines \d+-\d+ of|newest \d+ of|\[\d+ more\]|\(\d+ more\)|Go on with|offset|narrow|read (?:it|them|the file) again/i;
const FILLER = Array.from({ length: 400 }, (_, at) => `w${at}`);

const words = fc.integer({ min: 1, max: 400 }).map((count) => FILLER.slice(0, count).join(" "));
const END = "END-OF-IT";

test("what is shortened says how much is missing, and what is not is whole", () => {
  fc.assert(
    fc.property(words, fc.integer({ min: 10, max: 1_000 }), (value, max) => {
      const shown = shortened(value, max);
      if (value.length <= max) expect(shown).toBe(value);
      else
        expect(Number(/… \[(\d+) more characters\]$/.exec(shown)?.[1])).toBe(
          value.length - shown.indexOf("… ["),
        );
    }),
  );
});

test("news of files say so wherever they do not hold all of it", () => {
  const file = fc.record({ lines: fc.integer({ min: 1, max: 150 }), chars: fc.constantFrom(5, 600) });
  fc.assert(
    fc.property(
      fc.array(file, { minLength: 1, maxLength: 24 }),
      fc.integer({ min: 0, max: 30 }),
      (sizes, moves) => {
        const files = sizes.map(({ lines, chars }, at) => ({
          path: `/w/f${at}.ts`,
          shownPath: `f${at}.ts`,
          before: "",
          after: {
            text: Array.from({ length: lines }, (_, i) => `${i} ${"x".repeat(chars)} ${END}`).join("\n"),
          },
          isUndone: false,
        }));
        const moved = Array.from({ length: moves }, (_, at) => ({ from: `a${at}`, to: `b${at}` }));
        const told = describeNews({ files, undoneElsewhere: [], kept: [], moved })?.text ?? "";
        const isWhole = told.split(END).length - 1 === sizes.reduce((sum, { lines }) => sum + lines, 0);
        expect(isWhole || TOLD.test(told)).toBe(true);
        expect(
          told.split("was moved to").length - 1 === moves || /\d+ more files were moved/.test(told),
        ).toBe(true);
      },
    ),
    { numRuns: 200 },
  );
});

const many = (count: number, line: (at: number) => string): string =>
  Array.from({ length: count }, (_, at) => line(at)).join("\n");
const long = `${FILLER.join(" ").repeat(3)} ${END}`;

const CASES: readonly (readonly [string, string, unknown])[] = [
  ["a long line", "Read", { file_path: "line.txt" }],
  ["many lines", "Read", { file_path: "lines.txt" }],
  ["a part of a file", "Read", { file_path: "lines.txt", offset: 1, limit: 5 }],
  ["a long cell and its outputs", "Read", { file_path: "book.ipynb" }],
  ["a long matching line", "Grep", { pattern: "w1 ", path: "line.txt", output_mode: "content" }],
  ["many matching lines", "Grep", { pattern: "row", output_mode: "content" }],
  ["many files", "Glob", { pattern: "many/*.txt" }],
  ["long output", "Bash", { command: `cat lines.txt; echo ${END}` }],
  ["a single line of output", "Bash", { command: "head -c 200000 /dev/zero | tr '\\0' x" }],
  [
    "the place that an edit does not fit",
    "Edit",
    {
      file_path: "near.txt",
      old_string: many(30, (at) => `row ${at} ${FILLER.join(" ")}?`),
      new_string: "x",
    },
  ],
];

test("every tool says so when its result is not all there is", async () => {
  const book = {
    cells: [
      {
        cell_type: "code",
        id: "one",
        source: [many(3_000, (at) => `row ${at} of the source`)],
        outputs: Array.from({ length: 12 }, () => ({
          output_type: "stream",
          name: "stdout",
          text: [many(300, String)],
        })),
        metadata: {},
        execution_count: 1,
      },
    ],
    metadata: {},
    nbformat: 4,
    nbformat_minor: 5,
  };
  const files = {
    "line.txt": long,
    "lines.txt": many(6_000, (at) => `row ${at} of many`),
    "near.txt": many(30, (at) => `row ${at} ${FILLER.join(" ")}!`),
    "book.ipynb": JSON.stringify(book),
    ...Object.fromEntries(Array.from({ length: 130 }, (_, at) => [`many/${at}.txt`, "x"])),
  };
  const script = [
    reply(call("Read", { file_path: "near.txt", limit: 1 })),
    ...CASES.map(([, name, input]) => reply(call(name, input))),
    reply(say("So.")),
  ];
  const world = await startWorld({ files, script });
  const app = await world.open({ mode: "bypass" });
  expect(await app.prompt([text("Go")], "now")).toBe("done");
  const results = eventsOf(app, "tool.finished").slice(1);
  const untold = CASES.flatMap(([what], at) => {
    const shown = (results[at]?.content ?? []).map((block) => (isText(block) ? block.text : "")).join("");
    return TOLD.test(shown) ? [] : [`${what}: …${shown.slice(-200)}`];
  });
  expect(untold).toEqual([]);
  expect(results).toHaveLength(CASES.length);
});
