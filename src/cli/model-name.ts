import { DEFAULT_MODEL } from "../models/index.ts";
import { MODEL_TABLE } from "../models/model-table.ts";

const FAMILIES = new Set(["opus", "sonnet", "haiku", "fable"]);

/** The id of a model that is called by its family (`opus`), `default` or nothing; anything else is an id already. */
export function modelNamed(name: string): string {
  if (name === "default" || name === "") return DEFAULT_MODEL;
  if (!FAMILIES.has(name)) return name;
  return MODEL_TABLE.find(({ id }) => id.startsWith(`claude-${name}-`))?.id ?? name;
}
