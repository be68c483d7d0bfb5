import type { ModelInfo } from "../core/model.ts";
import type { AnthropicClient } from "./anthropic-client.ts";
import { field, numberAt, stringAt } from "./fields.ts";
import { factsOf, MODEL_TABLE } from "./model-table.ts";

const PAGE = 100;
const MAX_PAGES = 20;
const UNKNOWN_CONTEXT_TOKENS = 200_000;
const UNKNOWN_OUTPUT_TOKENS = 32_000;
const EFFORTS = ["low", "medium", "high", "xhigh", "max"];

/** Asks the models endpoint, all pages. Retired models are left out; ours come first, then newest first. */
export async function listModels(client: AnthropicClient, signal: AbortSignal): Promise<ModelInfo[]> {
  const found: unknown[] = [];
  let after: string | undefined;
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const query = { limit: PAGE, ...(after !== undefined && { after_id: after }) };
    const answer: unknown = await client.get("/v1/models", { query, signal });
    const data = field(answer, "data");
    if (Array.isArray(data)) found.push(...data);
    after = stringAt(answer, "last_id");
    if (field(answer, "has_more") !== true || after === undefined) break;
  }
  return found
    .filter((model) => stringAt(model, "lifecycle") !== "retired")
    .toSorted((a, b) => rank(a) - rank(b) || created(b) - created(a))
    .flatMap(toInfo);
}

function toInfo(model: unknown): ModelInfo[] {
  const id = stringAt(model, "id");
  if (id === undefined) return [];
  const facts = factsOf(id);
  return [
    {
      id,
      name: stringAt(model, "display_name") ?? facts?.name ?? id,
      contextTokens: numberAt(model, "max_input_tokens") ?? facts?.contextTokens ?? UNKNOWN_CONTEXT_TOKENS,
      maxOutputTokens: numberAt(model, "max_tokens") ?? facts?.maxOutputTokens ?? UNKNOWN_OUTPUT_TOKENS,
      efforts: effortsOf(field(model, "capabilities")) ?? facts?.efforts ?? [],
      ...(facts?.price && { price: facts.price }),
    },
  ];
}

function effortsOf(capabilities: unknown): string[] | undefined {
  const effort = field(capabilities, "effort");
  if (effort === undefined || effort === null) return undefined;
  if (field(effort, "supported") === false) return [];
  return EFFORTS.filter((level) => field(field(effort, level), "supported") === true);
}

function rank(model: unknown): number {
  const facts = factsOf(stringAt(model, "id") ?? "");
  return facts ? MODEL_TABLE.indexOf(facts) : MODEL_TABLE.length;
}

const created = (model: unknown): number => Date.parse(stringAt(model, "created_at") ?? "") || 0;
