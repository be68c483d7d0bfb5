import fc from "fast-check";
import type { Block, Message } from "../../src/core/message.ts";
import type { ModelRequest } from "../../src/core/model.ts";
import { toBody } from "../../src/models/anthropic-request.ts";
import { checkMarkers, PromptCache } from "./fake-api/cache.ts";
import { MODELS, profileOf } from "./fake-api/models.ts";
import { parseCreate } from "./fake-api/schema.ts";
import { countTokens, toUnits } from "./fake-api/units.ts";

const MODEL = "claude-opus-5-5";
const text = (value: string): Block => ({ type: "text", text: value });
export const BASE: Omit<ModelRequest, "messages"> = {
  model: MODEL,
  system: ["You are Plumb. ".repeat(300), "Working directory: /w"],
  tools: [
    { name: "Read", description: "Reads. ".repeat(100), input_schema: { type: "object", properties: {} } },
  ],
  maxOutputTokens: 1_000,
};

/** The provider's cache as the strict fake has it, without the wire. */
export class CachingProvider {
  readonly #cache = new PromptCache();
  freshTokens = 0;
  lastTokens = 0;

  send(request: ModelRequest, now = 0): { readTokens: number; writtenTokens: number; freshTokens: number } {
    const body = parseCreate(
      JSON.parse(JSON.stringify(toBody(request, "first-party"))),
      "2026-10-21",
      new Set(),
    );
    const profile = profileOf(MODELS, MODEL);
    if (!profile) throw new Error("no such model");
    const units = toUnits(body);
    checkMarkers(units, body);
    const use = this.#cache.use(units, body, profile, now);
    use.commit();
    const freshTokens = use.inputTokens + use.written["5m"] + use.written["1h"];
    this.freshTokens += freshTokens;
    this.lastTokens = countTokens(units);
    const writtenTokens = use.written["5m"] + use.written["1h"];
    return { readTokens: use.readTokens, writtenTokens, freshTokens };
  }
}

export type Step =
  | { kind: "calls"; count: number; hasThought: boolean; size: number }
  | { kind: "prompt"; blocks: number }
  | { kind: "stopped"; blocks: number };
export const aStep: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    kind: fc.constant("calls" as const),
    count: fc.oneof({ weight: 3, arbitrary: fc.integer({ min: 1, max: 4 }) }, fc.constantFrom(12, 20, 30)),
    hasThought: fc.boolean(),
    size: fc.integer({ min: 1, max: 400 }),
  }),
  fc.record({ kind: fc.constant("prompt" as const), blocks: fc.integer({ min: 1, max: 8 }) }),
  // The request went out, its reply was stopped, and the user said more: the turn that was sent grows.
  fc.record({ kind: fc.constant("stopped" as const), blocks: fc.integer({ min: 1, max: 30 }) }),
);

export function say(messages: readonly Message[], ...content: Block[]): Message[] {
  const last = messages.at(-1);
  return last?.role === "user"
    ? [...messages.slice(0, -1), { role: "user", content: [...last.content, ...content] }]
    : [...messages, { role: "user", content }];
}

export function take(messages: readonly Message[], step: Step, n: number): Message[] {
  if (step.kind === "stopped") return say(messages, ...parts(step.blocks, n));
  if (step.kind === "prompt")
    return [
      ...messages,
      { role: "assistant", content: [text("Done.")] },
      ...say([], ...parts(step.blocks, n)),
    ];
  const ids = Array.from({ length: step.count }, (_, i) => `toolu_${n}_${i}`);
  const calls = ids.map((id) => ({ type: "tool_use", id, name: "Read", input: { file_path: `/f/${id}` } }));
  const thought: Block[] = step.hasThought ? [{ type: "thinking", thinking: "Hm.", signature: "s" }] : [];
  const results = ids.map((id) => ({
    type: "tool_result",
    tool_use_id: id,
    content: [text(`${id} `.repeat(step.size))],
  }));
  return [
    ...messages,
    { role: "assistant", content: [...thought, text("I look."), ...calls] },
    { role: "user", content: results },
  ];
}

const parts = (count: number, n: number): Block[] =>
  Array.from({ length: count }, (_, i) => text(`Part ${n}.${i}: please look at this, too.`));
