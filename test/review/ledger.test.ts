import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { AgentEvent, EventBody } from "../../src/core/event.ts";
import { Ledger } from "../../src/review/ledger.ts";

const edit = (editId: string, before: string, after: string, path = "/w/a.ts"): EventBody => ({
  type: "edit",
  editId,
  callId: `call-${editId}`,
  path,
  before,
  after,
  added: 1,
  removed: 0,
});
const reviewed = (verdict: "kept" | "undone", editIds: string[], after?: string): EventBody => ({
  type: "reviewed",
  path: "/w/a.ts",
  editIds,
  verdict,
  ...(after !== undefined && { after }),
});
const log = (...bodies: EventBody[]): AgentEvent[] =>
  bodies.map((body, seq) => ({ seq, at: 1000 + seq, agentId: "main", ...body }));
function ledgerOf(...bodies: EventBody[]): Ledger {
  const ledger = new Ledger();
  for (const event of log(...bodies)) ledger.apply(event);
  return ledger;
}
const states = (ledger: Ledger): string[] =>
  (ledger.file("/w/a.ts")?.edits ?? []).map(({ editId, state }) => `${editId} ${state}`);

describe("the ledger", () => {
  test("knows of every edit who made it, when and by which call", () => {
    expect(ledgerOf(edit("1", "h0", "h1")).edit("1")).toEqual({
      editId: "1",
      path: "/w/a.ts",
      state: "pending",
      before: "h0",
      after: "h1",
      added: 1,
      removed: 0,
      callId: "call-1",
      agentId: "main",
      by: "agent",
      seq: 0,
      at: 1000,
    });
  });

  test("compares stacked edits with the text before the oldest one that is pending", () => {
    const file = ledgerOf(edit("1", "h0", "h1"), edit("2", "h1", "h2")).file("/w/a.ts");
    expect(file?.baseline).toEqual({ hash: "h0", steps: [] });
    expect(file?.newest).toBe("h2");
  });

  test("puts what a person changed between two edits into the baseline", () => {
    const file = ledgerOf(edit("1", "h0", "h1"), edit("2", "mine", "h2")).file("/w/a.ts");
    expect(file?.baseline).toEqual({ hash: "h0", steps: [{ before: "h1", after: "mine", isOthers: true }] });
  });

  test("puts a kept edit into the baseline while an older one is pending", () => {
    const file = ledgerOf(edit("1", "h0", "h1"), edit("2", "h1", "h2"), reviewed("kept", ["2"])).file(
      "/w/a.ts",
    );
    expect(file?.baseline).toEqual({ hash: "h0", steps: [{ before: "h1", after: "h2" }] });
  });

  test("does not take an undone edit for a change of the user", () => {
    const ledger = ledgerOf(
      edit("1", "h0", "h1"),
      edit("2", "h1", "h2"),
      reviewed("undone", ["1"], "h3"),
      edit("3", "h3", "h4"),
    );
    expect(ledger.file("/w/a.ts")?.baseline).toEqual({ hash: "h0", steps: [] });
    expect(states(ledger)).toEqual(["1 undone", "2 pending", "3 pending"]);
  });

  test("has no baseline once everything is settled, and begins anew with the next edit", () => {
    const settled = [edit("1", "h0", "h1"), reviewed("kept", ["1"])];
    expect(ledgerOf(...settled).file("/w/a.ts")?.baseline).toBeUndefined();
    expect(ledgerOf(...settled, edit("2", "h5", "h6")).file("/w/a.ts")?.baseline).toEqual({
      hash: "h5",
      steps: [],
    });
  });

  test("forgets an edit whose write failed", () => {
    const ledger = ledgerOf(
      edit("1", "h0", "h1"),
      { type: "edit.failed", editId: "1" },
      reviewed("kept", ["1"]),
    );
    expect(states(ledger)).toEqual(["1 failed"]);
    expect(ledger.pending()).toEqual([]);
    expect(ledger.file("/w/a.ts")?.newest).toBe("h0");
  });

  test("lets a kept edit be undone later", () => {
    const ledger = ledgerOf(edit("1", "h0", "h1"), reviewed("kept", ["1"]), reviewed("undone", ["1"], "h0"));
    expect(states(ledger)).toEqual(["1 undone"]);
    expect(ledger.file("/w/a.ts")?.newest).toBe("h0");
  });

  test("lists what is pending oldest first and over all files", () => {
    const ledger = ledgerOf(
      edit("1", "", "a1"),
      edit("2", "", "b1", "/w/b.ts"),
      edit("3", "a1", "a2"),
      reviewed("kept", ["1"]),
    );
    expect(ledger.pending().map(({ editId }) => editId)).toEqual(["2", "3"]);
    expect(ledger.pendingFiles()).toEqual(["/w/a.ts", "/w/b.ts"]);
  });

  test("of any part of any log is consistent, whatever order things happen in", () => {
    const id = fc.constantFrom("1", "2", "3", "4");
    const hash = fc.constantFrom("", "h1", "h2", "h3");
    const body: fc.Arbitrary<EventBody> = fc.oneof(
      fc.tuple(id, hash, hash).map(([editId, before, after]) => edit(editId, before, after)),
      id.map((editId): EventBody => ({ type: "edit.failed", editId })),
      fc
        .tuple(fc.constantFrom("kept" as const, "undone" as const), fc.array(id), hash)
        .map(([v, ids, h]) => reviewed(v, ids, h)),
    );
    fc.assert(
      fc.property(fc.array(body, { maxLength: 20 }), (bodies) => {
        const ledger = ledgerOf(...bodies);
        const edits = ledger.file("/w/a.ts")?.edits ?? [];
        const pending = edits.filter(({ state }) => state === "pending");
        expect(ledger.pending()).toEqual(pending);
        expect(ledger.file("/w/a.ts")?.baseline !== undefined).toBe(pending.length > 0);
        expect(ledger.pendingFiles()).toEqual(pending.length > 0 ? ["/w/a.ts"] : []);
      }),
    );
  });
});
