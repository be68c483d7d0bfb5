/** What the fake knows of a model; kept apart from the product's own table on purpose. */
export interface ModelProfile {
  readonly id: string;
  readonly contextTokens: number;
  readonly maxOutputTokens: number;
  readonly efforts: readonly string[];
  readonly thinking: readonly string[];
  readonly thinksByDefault: boolean;
  readonly canForceTool: boolean;
  /** Replayed thinking is valid only after exactly the same prefix. */
  readonly checksPrefix: boolean;
  readonly minCacheTokens: number;
  readonly hasSystemMessages: boolean;
  readonly allowsPrefill: boolean;
  /** Writes signed summaries. */
  readonly canCompact: boolean;
  /** Tools may be left out of the prompt until a result refers to them. */
  readonly canDefer: boolean;
}

const EFFORTS = ["low", "medium", "high", "xhigh", "max"];
const NEW: Omit<ModelProfile, "id"> = {
  contextTokens: 1_000_000,
  maxOutputTokens: 128_000,
  efforts: EFFORTS,
  thinking: ["adaptive"],
  thinksByDefault: true,
  canForceTool: false,
  checksPrefix: true,
  minCacheTokens: 512,
  hasSystemMessages: true,
  allowsPrefill: false,
  canCompact: true,
  canDefer: true,
};
const FREER = { ...NEW, thinking: ["adaptive", "disabled"], canForceTool: true, checksPrefix: false };
const OLDER = { ...FREER, thinksByDefault: false, hasSystemMessages: false };
const BUDGET: Omit<ModelProfile, "id"> = {
  ...OLDER,
  contextTokens: 200_000,
  maxOutputTokens: 64_000,
  efforts: [],
  thinking: ["enabled", "disabled"],
  allowsPrefill: true,
  canCompact: false,
};

export const MODELS: readonly ModelProfile[] = [
  { id: "claude-fable-5-2", ...NEW },
  { id: "claude-mythos-5-2", ...NEW },
  { id: "claude-fable-5-1", ...NEW },
  { id: "claude-opus-5-5", ...NEW },
  { id: "claude-sonnet-5-5", ...NEW, thinking: ["adaptive", "between_tools"] },
  { id: "claude-haiku-5-5", ...FREER, canDefer: false, hasSystemMessages: false, canCompact: false },
  { id: "claude-opus-5", ...FREER },
  { id: "claude-sonnet-5", ...FREER, hasSystemMessages: false, minCacheTokens: 1024 },
  { id: "claude-fable-5", ...FREER, thinking: ["adaptive"] },
  { id: "claude-opus-4-8", ...OLDER, hasSystemMessages: true, minCacheTokens: 1024 },
  { id: "claude-opus-4-7", ...OLDER, minCacheTokens: 2048 },
  {
    id: "claude-sonnet-4-6",
    ...OLDER,
    thinking: ["adaptive", "enabled", "disabled"],
    efforts: ["low", "medium", "high", "max"],
    minCacheTokens: 1024,
  },
  { id: "claude-haiku-4-5", ...BUDGET, canDefer: false, minCacheTokens: 4096 },
  { id: "claude-sonnet-4-5", ...BUDGET, minCacheTokens: 1024 },
];

export function profileOf(models: readonly ModelProfile[], id: string): ModelProfile | undefined {
  return models.find((model) => model.id === id || id.startsWith(`${model.id}-20`));
}

/** The shape of `GET /v1/models`. */
export function toModelInfo(model: ModelProfile): Record<string, unknown> {
  const supports = (list: readonly string[], name: string) => ({ supported: list.includes(name) });
  return {
    type: "model",
    id: model.id,
    display_name: model.id.replace("claude-", "Claude ").replaceAll("-", " "),
    created_at: "2026-01-01T00:00:00Z",
    lifecycle: "active",
    deprecated_at: null,
    retires_at: null,
    line: null,
    max_input_tokens: model.contextTokens,
    max_tokens: model.maxOutputTokens,
    capabilities: {
      effort: {
        supported: model.efforts.length > 0,
        ...Object.fromEntries(EFFORTS.map((level) => [level, supports(model.efforts, level)])),
      },
      thinking: {
        supported: true,
        types: Object.fromEntries(
          ["adaptive", "between_tools", "disabled", "enabled"].map((type) => [
            type,
            supports(model.thinking, type),
          ]),
        ),
      },
      image_input: { supported: true },
      compaction: { supported: model.canCompact, summarize: { supported: model.canCompact } },
    },
  };
}
