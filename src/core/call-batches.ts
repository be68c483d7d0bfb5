import { AgentError } from "./errors.ts";
import type { PreparedCall } from "./tool.ts";

const MAX_PARALLEL = 10;

const onlyReads = (prepared: PreparedCall | AgentError): boolean =>
  !(prepared instanceof AgentError) &&
  (prepared.accesses.every((access) => access.kind === "read") || prepared.isReadOnly?.() === true);

/** Consecutive read-only calls share a batch; everything else runs alone, in the order the model asked. */
export function inBatches<T extends { readonly prepared: PreparedCall | AgentError }>(
  items: readonly T[],
): T[][] {
  const batches: T[][] = [];
  for (const [i, item] of items.entries()) {
    const previous = items[i - 1];
    const batch = batches.at(-1);
    const joins = previous !== undefined && onlyReads(previous.prepared) && onlyReads(item.prepared);
    if (batch && joins && batch.length < MAX_PARALLEL) batch.push(item);
    else batches.push([item]);
  }
  return batches;
}
