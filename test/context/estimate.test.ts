import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Estimator } from "../../src/context/estimate.ts";
import { blockTokens, familyOf, imageTokens, looksLike, textTokens } from "../../src/context/token-sizes.ts";
import { toRequest } from "../../src/core/conversation.ts";
import type { AgentEvent, EventBody } from "../../src/core/event.ts";
import { text } from "../../src/core/message.ts";
import { processorMs } from "../support/processor-time.ts";

const MODEL = "claude-opus-5-5";
const PROSE = "The parser reads one token after the other, and says where it found what it did not expect. ";
const CODE = "export const sum = (a: number, b: number): number => { return a + b; };\n";

describe("starting values", () => {
  const perToken = (value: string, model = MODEL): number =>
    value.length / textTokens(value, familyOf(model));

  test("tell prose, code, JSON and CJK apart", () => {
    expect(looksLike(PROSE.repeat(20)).kind).toBe("prose");
    expect(looksLike(CODE.repeat(20)).kind).toBe("code");
    expect(looksLike('{"name":"x","list":[{"a":1},{"b":"two"}],'.repeat(20)).kind).toBe("json");
    expect(looksLike("f3a9".repeat(200)).kind).toBe("json");
    expect(looksLike("日本語の文章です。".repeat(20)).wide).toBe(1);
    expect(looksLike("Это обычный текст на русском.").script).toBeGreaterThan(0.7);
  });

  test("count more tokens for newer models, and most for CJK", () => {
    expect(perToken(PROSE)).toBeCloseTo(3.3, 1);
    expect(perToken(PROSE, "claude-sonnet-4-5")).toBeCloseTo(4.3, 1);
    expect(perToken(PROSE, "gpt-5.6")).toBeCloseTo(4.3, 1);
    expect(perToken("漢字かな交じり文")).toBeCloseTo(1.15, 2);
  });

  test.each([
    ["claude-opus-4-7", true],
    ["claude-opus-4-6", false],
    ["claude-haiku-4-5-20251001", false],
    ["claude-sonnet-4-20250514", false],
    ["claude-3-7-sonnet-20250219", false],
    ["claude-fable-5", true],
    ["claude-something-of-tomorrow", true],
    ["qwen3-coder", false],
  ])("%s has the newer tokenizer: %s", (model, isNew) => {
    expect(familyOf(model)).toBe(familyOf(isNew ? "claude-opus-5-5" : "gpt-4"));
  });

  test("images count by their size, not by their bytes", () => {
    expect(imageTokens(1000, 1000, familyOf(MODEL))).toBe(36 * 36);
    expect(imageTokens(5000, 5000, familyOf(MODEL))).toBe(4784);
    expect(imageTokens(5000, 5000, familyOf("claude-sonnet-4-5"))).toBe(1568);
    const header = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, 73, 72, 68, 82];
    const png = Buffer.from([
      ...header,
      0,
      0,
      2,
      0x30,
      0,
      0,
      1,
      0x18,
      ...Array.from({ length: 90_000 }, () => 7),
    ]);
    const source = { type: "base64", media_type: "image/png", data: png.toString("base64") };
    expect(Math.round(blockTokens({ type: "image", source }, familyOf(MODEL)))).toBe(20 * 10 + 4);
    const unreadable = { type: "image", source: { type: "base64", media_type: "image/png", data: "%%%" } };
    expect(blockTokens(unreadable, familyOf(MODEL))).toBeGreaterThan(1000);
  });

  test("cost the same for a long text as for a short one", () => {
    const long = CODE.repeat(400_000);
    const from = processorMs();
    for (let i = 0; i < 100; i += 1) textTokens(long, familyOf(MODEL));
    expect(processorMs() - from).toBeLessThan(200);
  });
});

describe("calibration", () => {
  /** A provider that counts `factor` times what the starting values say. */
  function talk(factor: number, texts: readonly string[], lies: readonly number[] = []): AgentEvent[] {
    const log: AgentEvent[] = [];
    const append = (body: EventBody): void =>
      void log.push({ seq: log.length, at: 0, agentId: "main", ...body });
    append({ type: "prefix", model: MODEL, system: [PROSE.repeat(30)], tools: [] });
    const reply = factor === 0 ? 0 : 9;
    let input = Math.round((textTokens(PROSE.repeat(30), familyOf(MODEL)) + 4) * factor);
    for (const [round, said] of texts.entries()) {
      append({ type: "user", content: [text(said)] });
      input += Math.round(blockTokens(text(said), familyOf(MODEL)) * factor);
      append({
        type: "assistant",
        content: [text("ok")],
        usage: {
          inputTokens: lies.includes(round) ? input * 2 : input,
          cacheReadTokens: 0,
          cacheWriteTokens: 0,
          outputTokens: reply,
        },
        model: MODEL,
        stopReason: "end_turn",
        sawSeq: log.length - 1,
      });
      input += reply;
    }
    return log;
  }

  test("finds what the provider really counts, within a few per cent, for any tokenizer", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.6, max: 1.9, noNaN: true }),
        fc.array(fc.constantFrom(PROSE.repeat(12), CODE.repeat(15), PROSE.repeat(40)), {
          minLength: 6,
          maxLength: 20,
        }),
        (factor, texts) => {
          const ratio = Estimator.of(talk(factor, texts)).ratio(MODEL);
          expect(Math.abs(ratio / factor - 1)).toBeLessThan(0.05);
        },
      ),
      { numRuns: 500 },
    );
  });

  test("is not led astray by counts that are plainly wrong", () => {
    const texts = Array.from({ length: 12 }, () => PROSE.repeat(20));
    const ratio = Estimator.of(talk(1.2, texts, [3, 7])).ratio(MODEL);
    expect(ratio).toBeCloseTo(1.2, 1);
  });

  test("of one model says nothing about another", () => {
    const estimator = Estimator.of(talk(1.5, [PROSE.repeat(30), PROSE.repeat(30), PROSE.repeat(30)]));
    expect(estimator.ratio(MODEL)).toBeGreaterThan(1.4);
    expect(estimator.ratio("claude-haiku-5-5")).toBe(1);
  });

  test("a fold: event by event says the same as the whole log at once", () => {
    const log = talk(1.3, [PROSE.repeat(12), CODE.repeat(20), PROSE.repeat(9)]);
    const stepwise = new Estimator();
    for (const event of log) stepwise.apply(event);
    const request = toRequest(log, "main", 1);
    expect(stepwise.next("main", request)).toEqual(Estimator.of(log).next("main", request));
  });

  test("a fork counts on from the reply of its parent that started it", () => {
    const log = talk(1.3, [PROSE.repeat(12), CODE.repeat(20)]);
    const reply = log.at(-1);
    if (reply?.type !== "assistant") throw new Error("no reply");
    const total = reply.usage.inputTokens + reply.usage.outputTokens;
    const child = "main/c1";
    const add = (agentId: string, body: EventBody): void =>
      void log.push({ seq: log.length, at: 0, agentId, ...body });
    add(child, { type: "prefix", model: MODEL, system: [PROSE.repeat(30)], tools: [] });
    const fork = { from: "main", seq: reply.seq };
    add(child, { type: "agent.started", name: "fork", description: "d", parentCallId: "c1", fork });
    add("main", { type: "user", content: [text(PROSE.repeat(50))] });
    add(child, { type: "user", content: [text("Look into it.")] });
    const { tokens, countedTokens } = Estimator.of(log).next(child, toRequest(log, child, 1));
    expect(countedTokens).toBe(total);
    expect(tokens - total).toBeLessThan(80);
  });

  test("a server that counts nothing leaves the starting values, and estimates of the whole", () => {
    const log = talk(0, [PROSE.repeat(30), PROSE.repeat(30)]);
    const estimator = Estimator.of(log);
    expect(estimator.ratio(MODEL)).toBe(1);
    const { tokens, countedTokens } = estimator.next("main", toRequest(log, "main", 1));
    expect(countedTokens).toBe(0);
    expect(tokens).toBeGreaterThan(2000);
  });
});
