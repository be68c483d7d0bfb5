import { expect, test } from "vitest";
import { reliedOn } from "../../src/context/relied-on.ts";
import type { Seen } from "../../src/core/seen.ts";

const shows = (callId: string, seen: Partial<Seen>, path = "/a") => ({
  callId,
  seen: [{ path, hash: "h", isPartial: false, ...seen }],
  sameAs: undefined,
});
const only = (...callIds: string[]) => ({
  of: (results: readonly { callId: string; seen: Seen[]; sameAs: string | undefined }[]) => [
    ...reliedOn(results, ({ callId }) => callIds.includes(callId)),
  ],
});

test("a word that nothing changed, or what changed, rests on all that was shown of the file before", () => {
  const read = shows("1", { lines: [[1, 9]], lineCount: 9 });
  const edit = shows("2", { from: { hash: "h", changes: [] } });
  expect(only("3").of([read, edit, shows("3", { lines: [] })])).toEqual(["2", "1"]);
  expect(
    only("3").of([read, edit, shows("3", { lines: [[2, 3]], from: { hash: "h", changes: [] } })]),
  ).toEqual(["2", "1"]);
  expect(only("3").of([shows("1", { lines: [[1, 9]] }, "/b"), shows("3", { lines: [] })])).toEqual([]);
});

test("a whole copy rests on nothing before it, and older ones rest nobody", () => {
  const results = [
    shows("1", { lines: [[1, 9]], lineCount: 9 }),
    shows("2", { lines: [[1, 9]], lineCount: 9 }),
    shows("3", { lines: [] }),
  ];
  expect(only("3").of(results)).toEqual(["2"]);
  expect(only("2").of(results)).toEqual([]);
});

test("the same result rests on the one that it is the same as", () => {
  const [first, second] = [
    { callId: "1", seen: [], sameAs: undefined },
    { callId: "2", seen: [], sameAs: "1" },
  ];
  expect([...reliedOn([first, second], ({ callId }) => callId === "2")]).toEqual(["1"]);
  expect([...reliedOn([first, second], () => false)]).toEqual([]);
});
