import type { ModelInfo } from "../core/model.ts";

/** What a request must know of a model. The models endpoint says the rest, and wins where it says more. */
export interface ModelFacts extends ModelInfo {
  /** `adaptive`: the model decides when to think. `none`: it thinks only within a budget, which we do not send. */
  readonly thinking: "adaptive" | "none";
  /** Sending it would be the same as sending nothing, so it is left out. Undefined when there are no levels. */
  readonly defaultEffort: string | undefined;
  /** True when `system` messages may stand in the middle of the conversation. */
  readonly hasSystemMessages: boolean;
}

const ALL_EFFORTS = ["low", "medium", "high", "xhigh", "max"];
const OLD_EFFORTS = ["low", "medium", "high", "max"];

const MILLION: Pick<ModelFacts, "contextTokens" | "maxOutputTokens"> = {
  contextTokens: 1_000_000,
  maxOutputTokens: 128_000,
};
const SMALL: Pick<ModelFacts, "contextTokens" | "maxOutputTokens"> = {
  contextTokens: 200_000,
  maxOutputTokens: 64_000,
};

type Traits = Pick<ModelFacts, "thinking" | "efforts" | "defaultEffort" | "hasSystemMessages">;
const adaptive = (defaultEffort: string, hasSystemMessages: boolean, efforts = ALL_EFFORTS): Traits => ({
  thinking: "adaptive",
  efforts,
  defaultEffort,
  hasSystemMessages,
});
const budgeted = (efforts: readonly string[]): Traits => ({
  thinking: "none",
  efforts,
  defaultEffort: efforts.length > 0 ? "high" : undefined,
  hasSystemMessages: false,
});
/** US dollars per million tokens; a cache write for five minutes costs a quarter more than plain input. */
type Price = NonNullable<ModelInfo["price"]>;
const price = (input: number, output: number, cacheRead: number, long?: Price["long"]): Price => ({
  ...{ input, output, cacheRead },
  cacheWrite: Math.round(input * 12_500) / 10_000,
  ...(long && { long }),
});

/** Best known first: the first one is what a new user gets. */
export const MODEL_TABLE: readonly ModelFacts[] = [
  row("claude-opus-5-5", "Claude Opus 5.5", MILLION, adaptive("medium", true), price(4, 20, 0.2)),
  row("claude-sonnet-5-5", "Claude Sonnet 5.5", MILLION, adaptive("high", true), price(2, 10, 0.2)),
  row(
    "claude-haiku-5-5",
    "Claude Haiku 5.5",
    MILLION,
    adaptive("medium", false),
    price(0.1, 0.5, 0.01, { aboveTokens: 100_000, times: 5 }),
  ),
  row("claude-fable-5-2", "Claude Fable 5.2", MILLION, adaptive("high", true), price(8, 40, 0.2)),
  row("claude-mythos-5-2", "Claude Mythos 5.2", MILLION, adaptive("high", true), price(8, 40, 0.2)),
  row("claude-fable-5-1", "Claude Fable 5.1", MILLION, adaptive("high", true), price(10, 50, 0.25)),
  row("claude-mythos-5-1", "Claude Mythos 5.1", MILLION, adaptive("high", true), price(10, 50, 0.25)),
  row("claude-opus-5", "Claude Opus 5", MILLION, adaptive("high", true), price(5, 25, 0.5)),
  row("claude-sonnet-5", "Claude Sonnet 5", MILLION, adaptive("high", false), price(2, 10, 0.2)),
  row("claude-fable-5", "Claude Fable 5", MILLION, adaptive("high", true), price(10, 50, 1)),
  row("claude-mythos-5", "Claude Mythos 5", MILLION, adaptive("high", true), price(10, 50, 1)),
  row("claude-opus-4-8", "Claude Opus 4.8", MILLION, adaptive("high", true), price(5, 25, 0.5)),
  row("claude-opus-4-7", "Claude Opus 4.7", MILLION, adaptive("high", false), price(5, 25, 0.5)),
  row("claude-opus-4-6", "Claude Opus 4.6", MILLION, adaptive("high", false, OLD_EFFORTS), price(5, 25, 0.5)),
  row(
    "claude-sonnet-4-6",
    "Claude Sonnet 4.6",
    MILLION,
    adaptive("high", false, OLD_EFFORTS),
    price(3, 15, 0.3),
  ),
  row("claude-opus-4-5", "Claude Opus 4.5", SMALL, budgeted(["low", "medium", "high"]), price(5, 25, 0.5)),
  row("claude-haiku-4-5", "Claude Haiku 4.5", SMALL, budgeted([]), price(1, 5, 0.1)),
  row("claude-sonnet-4-5", "Claude Sonnet 4.5", SMALL, budgeted([]), price(3, 15, 0.3)),
];

function row(
  id: string,
  name: string,
  size: Pick<ModelFacts, "contextTokens" | "maxOutputTokens">,
  traits: Traits,
  cost: NonNullable<ModelInfo["price"]>,
): ModelFacts {
  return { id, name, ...size, ...traits, price: cost };
}

/** What is known of a model, dated ids included; undefined for a model of another vendor or a newer one. */
export function factsOf(model: string): ModelFacts | undefined {
  const undated = model.replace(/-\d{8}$/, "");
  return MODEL_TABLE.find(({ id }) => id === undated);
}

/** For small questions beside a conversation: a model of the same maker that answers fast, or the same one. */
export function fastModelFor(model: string): string {
  const fast = MODEL_TABLE.find(({ id }) => id.startsWith("claude-haiku-"));
  return fast && model.startsWith("claude-") ? fast.id : model;
}

/** The list to offer when the models endpoint cannot be asked. */
export const FALLBACK_MODELS: readonly ModelInfo[] = MODEL_TABLE.map(
  ({ id, name, contextTokens, maxOutputTokens, efforts, price: cost }) => ({
    id,
    name,
    contextTokens,
    maxOutputTokens,
    efforts,
    ...(cost && { price: cost }),
  }),
);
