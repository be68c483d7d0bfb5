import type { Price, PriceOf } from "./cost.ts";

/** An amount of US dollars as a person wrote it; undefined for none (nothing, 0) and for what is no amount. */
export const toDollars = (value: unknown): number | undefined =>
  typeof value === "number" && Number.isFinite(value) && value > 0 ? value : undefined;

/** Whether `value` can be a limit: an amount, or 0 for none. */
export const isDollars = (value: unknown): boolean =>
  typeof value === "number" && Number.isFinite(value) && value >= 0;

/** What nothing is paid for, e.g. a server of one's own. */
export const FREE: Price = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 };

/**
 * Prices by model as a person wrote them: `{"my-model": {"input": 1, "output": 5}}`, in US dollars per million tokens. What the
 * cache costs is a tenth and five quarters of the input where it is left out. Entries that are none are left out: see `isPrices`.
 */
export function toPrices(value: unknown): PriceOf {
  const prices = new Map<string, Price>();
  for (const [model, entry] of isRecord(value) ? Object.entries(value) : []) {
    const price = toPrice(entry);
    if (price) prices.set(model, price);
  }
  return (model) => prices.get(model);
}

/** Whether every entry is a price. */
export const isPrices = (value: unknown): boolean =>
  isRecord(value) && Object.values(value).every((entry) => toPrice(entry) !== undefined);

function toPrice(entry: unknown): Price | undefined {
  if (!isRecord(entry)) return undefined;
  const known = Object.entries(entry).every(([key, value]) => KEYS.has(key) && isDollars(value));
  const { input, output, cacheRead, cacheWrite, cacheWriteHour } = entry;
  if (!known || typeof input !== "number" || typeof output !== "number") return undefined;
  return {
    ...{ input, output },
    cacheRead: typeof cacheRead === "number" ? cacheRead : input / 10,
    cacheWrite: typeof cacheWrite === "number" ? cacheWrite : input * 1.25,
    ...(typeof cacheWriteHour === "number" && { cacheWriteHour }),
  };
}
const KEYS: ReadonlySet<string> = new Set(["input", "output", "cacheRead", "cacheWrite", "cacheWriteHour"]);

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
