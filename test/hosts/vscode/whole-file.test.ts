import { expect, test } from "vitest";
import { AgentError } from "../../../src/core/errors.ts";
import { MAIN } from "../../../src/core/event.ts";
import { readPending, totalOf } from "../../../src/hosts/vscode/hunks/whole-file.ts";
import { reviewOf } from "../../../src/review/hunks.ts";
import { Ledger } from "../../../src/review/ledger.ts";

const path = "/w/a.ts";
const after = (before: string, now: string): Ledger => {
  const ledger = new Ledger();
  ledger.apply({
    seq: 1,
    at: 0,
    agentId: MAIN,
    type: "edit",
    editId: "e1",
    callId: "c1",
    path,
    before,
    after: now,
    added: 2,
    removed: 3,
  });
  return ledger;
};
const gone = () => Promise.resolve(undefined);
const read = (ledger: Ledger, pendingFile: () => Promise<undefined>) =>
  readPending({ ledger, pendingFile }, path, () => undefined);

test("what cannot be told apart into hunks says why", async () => {
  expect(await read(after("before", "after"), gone)).toEqual({ path, why: "gone", added: 2, removed: 3 });
  expect(await read(after("before", ""), gone)).toMatchObject({ why: "deleted" });
  const fails = (kind: "unreadable" | "failed") => () => Promise.reject(new AgentError(kind, "no"));
  expect(await read(after("before", "after"), fails("unreadable"))).toMatchObject({ why: "binary" });
  expect(await read(after("before", "after"), fails("failed"))).toMatchObject({ why: "unreadable" });
});

test("a new file that was deleted by hand is nothing to decide", async () => {
  expect(await read(after("", "after"), gone)).toBeUndefined();
});

test("a new file with nothing in it is there to decide about", async () => {
  const ledger = after("", "empty");
  const review = reviewOf({ baseline: "", newest: "", current: "" });
  const pendingFile = () => Promise.resolve({ path, currentHash: "h", ...review });
  expect(await readPending({ ledger, pendingFile }, path, () => undefined)).toMatchObject({ why: "empty" });
});

test("every view counts the same", async () => {
  const review = reviewOf({ baseline: "a\nb\n", newest: "A\nb\nc\n", current: "A\nb\nc\n" });
  const file = { path, currentHash: "h", ...review };
  const whole = await read(after("before", "after"), gone);
  expect(totalOf([file, ...(whole ? [whole] : [])])).toEqual({ files: 2, hunks: 2, added: 4, removed: 4 });
});
