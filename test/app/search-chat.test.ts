import { expect, test } from "vitest";
import { searchChat } from "../../src/app/search-chat.ts";
import type { AgentEvent, EventBody } from "../../src/core/event.ts";
import { NO_USAGE, text } from "../../src/core/message.ts";

const log = (...bodies: EventBody[]): AgentEvent[] =>
  bodies.map((body, seq) => ({ seq, at: seq * 1_000, agentId: "main", ...body }));
const said = (words: string): EventBody => ({ type: "user", content: [text(words)] });
const answered = (words: string): EventBody => ({
  ...{ type: "assistant", content: [text(words)], usage: NO_USAGE },
  ...{ model: "m", stopReason: "end_turn", sawSeq: 0 },
});

test("what was summarised is found as well, the newest first, with all of its text", () => {
  const find = searchChat(
    log(
      said("Where is the Voucher checked?"),
      answered(`In checkout.ts. ${"x".repeat(2_000)} The voucher expires there.`),
      { type: "compacted", summary: "Asked about the voucher.", keepFromSeq: 3, strategy: "summarise" },
      said("And the tax?"),
    ),
  );
  const found = find("voucher");
  expect(found.map(({ seq, who }) => [seq, who])).toEqual([
    [2, "Summary"],
    [1, "You"],
    [0, "User"],
  ]);
  expect(found[1]?.text).toContain("x".repeat(2_000));
  expect(found[1]?.excerpt).toContain("The voucher expires there.");
  expect(found[1]?.excerpt.length).toBeLessThan(1_000);
});

test("all words must occur, a phrase in quotes as it stands; no words find everything, and what is nowhere nothing", () => {
  const find = searchChat(log(said("tax rate of France"), said("the rate of tax")));
  expect(find("tax rate").map(({ seq }) => seq)).toEqual([1, 0]);
  expect(find('"tax rate"').map(({ seq }) => seq)).toEqual([0]);
  expect(find("  ")).toHaveLength(2);
  expect(find("customs")).toEqual([]);
});

test("of very many places the newest 200 are told", () => {
  const find = searchChat(log(...Array.from({ length: 500 }, (_, i) => said(`number ${i}`))));
  expect(find("number")).toHaveLength(200);
  expect(find("number")[0]?.text).toBe("number 499");
});
