import type { SentRequest, SentUnit } from "../core/model.ts";
import { field, isRecord, stringAt } from "./fields.ts";

const FIVE_MINUTES_MS = 5 * 60_000;
const HOUR_MS = 60 * 60_000;

/**
 * A body of the Messages API as the list of units that its cache is made of. `headers`: whatever else a request carries that
 * decides where, and whether, its prefix is found again. Nothing is copied: this is done for every request.
 */
export function sentRequest(body: Readonly<Record<string, unknown>>, headers: unknown): SentRequest {
  const units: SentUnit[] = [];
  const add = (kind: SentUnit["kind"], role: string, index: number, block: number, value: unknown): void => {
    if (!isRecord(value)) return;
    const keptMs = lifetime(value["cache_control"]);
    units.push({ kind, role, index, block, value, ...(keptMs !== undefined && { keptMs }) });
  };
  for (const [index, tool] of listAt(body, "tools").entries()) {
    // What is loaded later is no part of the prefix.
    if (field(tool, "defer_loading") !== true) add("tool", "", index, 0, tool);
  }
  for (const [index, part] of listAt(body, "system").entries()) add("system", "", index, 0, part);
  for (const [index, message] of listAt(body, "messages").entries()) {
    const role = stringAt(message, "role") ?? "";
    for (const [block, value] of listAt(message, "content").entries())
      add("message", role, index, block, value);
  }
  return {
    model: stringAt(body, "model") ?? "",
    settings: {
      effort: json(field(body["output_config"], "effort")),
      thinking: json(body["thinking"]),
      "tool choice": json(body["tool_choice"]),
      "output format": json(field(body["output_config"], "format")),
      headers: json(headers),
    },
    units,
  };
}

const json = (value: unknown): string => JSON.stringify(value) ?? "";

function listAt(value: unknown, key: string): readonly unknown[] {
  const found = field(value, key);
  return Array.isArray(found) ? found : typeof found === "string" ? [{ type: "text", text: found }] : [];
}

function lifetime(marker: unknown): number | undefined {
  if (!isRecord(marker)) return undefined;
  return marker["ttl"] === "1h" ? HOUR_MS : FIVE_MINUTES_MS;
}
