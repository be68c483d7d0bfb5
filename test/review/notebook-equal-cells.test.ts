import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { outcomeOf } from "../../src/review/edit-outcome.ts";
import { reviewOf, undoHunks } from "../../src/review/hunks.ts";
import { undoEdit } from "../../src/review/three-way.ts";

/** A notebook of a format without ids: cells are told apart by their content and order only. */
const book = (sources: readonly string[]): string =>
  JSON.stringify({
    cells: sources.map((source) => ({
      cell_type: "code",
      execution_count: null,
      metadata: {},
      outputs: [],
      source: [source],
    })),
    metadata: {},
    nbformat: 4,
    nbformat_minor: 4,
  });
const sources = (text: string): string[] =>
  JSON.parse(text).cells.map(({ source }: { source: string[] }) => source.join(""));

/** What somebody does to one of the cells, each known by its place at the beginning. */
const Deed = fc.record({ kind: fc.constantFrom("edit", "insert", "delete"), place: fc.nat(6) });
type Cells = readonly { readonly place: number; readonly source: string }[];
const done = (cells: Cells, { kind, place }: { kind: string; place: number }, source: string): Cells =>
  cells.flatMap((cell) => {
    if (cell.place !== place) return [cell];
    if (kind === "edit") return [{ place, source }];
    return kind === "insert" ? [cell, { place: -1, source }] : [];
  });
const textOf = (cells: Cells): string => book(cells.map(({ source }) => source));

describe("cells without ids", () => {
  test("one that was taken out among equal ones is not put back on the wrong side of the user's", () => {
    const before = book(["same", "same", "same"]);
    const agents = book(["same", "same"]);
    expect(undoEdit({ current: book(["user", "same"]), before, after: agents })).toHaveProperty("conflict");
    expect(undoEdit({ current: book(["same", "user", "same"]), before, after: agents })).toHaveProperty(
      "conflict",
    );
    // Beside them there is no doubt.
    const [more, less] = [book(["a", "same", "same", "b"]), book(["a", "same", "b"])];
    const undone = undoEdit({ current: book(["A", "same", "B"]), before: more, after: less });
    expect("text" in undone && sources(undone.text)).toEqual(["A", "same", "same", "B"]);
  });

  test("an undo leaves exactly what the user did to other cells, or changes nothing", () => {
    const Equal = fc.array(fc.boolean(), { minLength: 2, maxLength: 7 });
    fc.assert(
      fc.property(Equal, Deed, Deed, (isEqual, agent, user) => {
        fc.pre(agent.place !== user.place);
        const base = isEqual.map((same, place) => ({ place, source: same ? "same" : `cell ${place}` }));
        const agents = done(base, agent, "agent's");
        const current = textOf(done(agents, user, "user's"));
        const undone = undoEdit({ current, before: textOf(base), after: textOf(agents) });
        if ("text" in undone) expect(undone.text).toBe(textOf(done(base, user, "user's")));
        else expect(isEqual.filter(Boolean).length).toBeGreaterThan(1);
      }),
      { numRuns: 1_000 },
    );
  });

  test("thousands that both have changed are told one by one", () => {
    const [before, newest, current] = ["old", "agent's", "user's"].map((who) =>
      book(Array.from({ length: 3_000 }, (_, at) => `${who} ${at}`)),
    );
    const review = reviewOf({ baseline: before!, newest: newest!, current: current! });
    expect(review.hunks).toHaveLength(3_000);
    expect(review.hunks.every(({ isMixed }) => isMixed)).toBe(true);
    expect(undoHunks(review, review.hunks)).toBe(before);
    const outcomes = outcomeOf({ before: before!, after: newest! }, review);
    expect(outcomes.flatMap(({ pending }) => pending)).toEqual(review.hunks);
    const conflict = undoEdit({ current: current!, before: before!, after: newest! });
    expect("conflict" in conflict && conflict.conflict.hunks).toHaveLength(3_000);
  });
});
