import type { Fallback } from "../core/agent.ts";
import { AgentError } from "../core/errors.ts";
import { factsOf } from "../models/model-table.ts";
import { modelNamed } from "./model-name.ts";

const MOST = 3;

/**
 * Reads `--fallback-model`: names with commas between them. Throws `invalid_input`. Each counts once, and `first`, the model they
 * stand in for, never does: a second time would begin the round again, for as long as the overload lasts.
 */
export function fallbacksIn(list: string, first: string): readonly Fallback[] {
  const names = list.split(/[\s,]+/).filter((name) => name !== "");
  if (names.length === 0 || names.length > MOST)
    throw new AgentError(
      "invalid_input",
      "--fallback-model takes one to three models, with commas between them.",
    );
  const models = new Set(names.map(modelNamed));
  models.delete(first);
  return [...models].map((model) => ({ model, efforts: factsOf(model)?.efforts }));
}
