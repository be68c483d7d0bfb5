import type { Fallback } from "../core/agent.ts";
import { AgentError } from "../core/errors.ts";
import { factsOf } from "../models/model-table.ts";
import { modelNamed } from "./model-name.ts";

const MOST = 3;

/** Reads `--fallback-model`: names with commas between them. Throws `invalid_input`. */
export function fallbacksIn(list: string): readonly Fallback[] {
  const names = list.split(/[\s,]+/).filter((name) => name !== "");
  if (names.length === 0 || names.length > MOST)
    throw new AgentError(
      "invalid_input",
      "--fallback-model takes one to three models, with commas between them.",
    );
  return names.map((name) => {
    const model = modelNamed(name);
    return { model, efforts: factsOf(model)?.efforts };
  });
}
