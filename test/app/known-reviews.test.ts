import { expect, test } from "vitest";
import { forgetReview, knownReview, type Sources } from "../../src/app/known-reviews.ts";
import { Ledger } from "../../src/review/ledger.ts";

test("what a file is compared with is at hand while there is something to decide in it, and not for good", async () => {
  const ledger = new Ledger();
  const asked: (Sources | undefined)[] = [];
  const sources = { baseline: "old\n", newest: "new\n" };
  const look = (currentHash: string) =>
    knownReview(
      ledger,
      { path: "/a", baseline: { hash: "b", steps: [] }, earlier: [], newest: "n" },
      currentHash,
      async (known) => {
        asked.push(known);
        return { review: { baseline: "old\n", current: currentHash, hunks: [] }, sources };
      },
    );
  await look("1");
  await look("1");
  expect(asked).toEqual([undefined]);
  await look("2");
  expect(asked).toEqual([undefined, sources]);
  forgetReview(ledger, "/a");
  await look("2");
  expect(asked).toEqual([undefined, sources, undefined]);
});
