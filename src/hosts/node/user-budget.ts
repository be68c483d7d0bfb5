import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { isDollars, isPrices, toDollars, toPrices } from "../../core/budget-settings.ts";
import type { BudgetLimits, PriceOf } from "../../core/cost.ts";
import { AgentError } from "../../core/errors.ts";
import { hasCode } from "./file-errors.ts";

export interface UserBudget {
  readonly limits: BudgetLimits;
  readonly priceOf: PriceOf;
}

/**
 * What the user wrote into `settings.json` of their Plumb folder: `"budget": {"session": 5, "day": 20}` and `"prices"`. No
 * repository can write there. Rejects with `invalid_input` when it is there and cannot be understood: it may be a limit.
 */
export async function readUserBudget(dataDir: string): Promise<UserBudget> {
  const path = join(dataDir, "settings.json");
  const value = await parsed(path);
  const { budget = {}, prices = {} } = isRecord(value) ? value : {};
  const { session = 0, day = 0, ...others } = isRecord(budget) ? budget : { no: budget };
  if (!isDollars(session) || !isDollars(day) || Object.keys(others).length > 0)
    throw new AgentError(
      "invalid_input",
      `"budget" in ${path} is not understood, so its limits would not hold. Expected: {"session": 5, "day": 20}, in US dollars.`,
    );
  if (!isPrices(prices))
    throw new AgentError(
      "invalid_input",
      `"prices" in ${path} is not understood. Expected: {"model": {"input": 1, "output": 5}}, in US dollars per million tokens.`,
    );
  return { limits: { session: toDollars(session), day: toDollars(day) }, priceOf: toPrices(prices) };
}

async function parsed(path: string): Promise<unknown> {
  let content: string;
  try {
    content = await readFile(path, "utf8");
  } catch (thrown) {
    if (hasCode(thrown, "ENOENT")) return undefined;
    throw new AgentError("invalid_input", `${path} cannot be read, so nobody knows what may be spent.`, {
      cause: thrown,
    });
  }
  const { parse } = await import("jsonc-parser");
  return parse(content, [], { allowTrailingComma: true });
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
