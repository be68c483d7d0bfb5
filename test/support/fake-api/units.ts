import { createHash } from "node:crypto";
import { tokensOfImage } from "./images.ts";
import { blocksOf, type CountBody, type WireBlock } from "./schema.ts";

/** The smallest thing that can be cached: one tool, one system block, one content block. */
export interface Unit {
  readonly kind: "tool" | "system" | "message";
  /** Where it stands, as the API writes it. */
  readonly path: string;
  readonly role: string;
  readonly block: WireBlock;
  /** Without its cache marker; what "byte for byte" is about. */
  readonly json: string;
  readonly tokens: number;
  readonly marker: "5m" | "1h" | undefined;
}

/**
 * A request as one flat list, in the order the prompt is made of. A deferred tool is in it where a result refers to it for the
 * first time, and nowhere before.
 */
export function toUnits(body: CountBody): Unit[] {
  const units: Unit[] = [];
  const deferred = new Map(
    (body.tools ?? []).filter((tool) => tool.defer_loading).map((tool) => [tool.name, JSON.stringify(tool)]),
  );
  const loadedBy = (block: WireBlock): string =>
    referencesIn(block)
      .map((name) => {
        const definition = deferred.get(name) ?? "";
        deferred.delete(name);
        return definition;
      })
      .join("");
  const add = (
    kind: Unit["kind"],
    role: string,
    path: string,
    block: WireBlock,
    extraTokens: number,
  ): void => {
    const { cache_control: mark, ...rest } = block;
    const json = JSON.stringify(rest) + loadedBy(block);
    const tokens = Math.ceil(bytesOf(json) / 3) + extraTokens + tokensOfImages(block);
    units.push({ kind, path, role, block, json, tokens, marker: markerOf(mark) });
  };
  for (const [i, tool] of (body.tools ?? []).entries()) {
    if (!tool.defer_loading) add("tool", "", `tools.${i}`, { ...tool, type: tool.type ?? "custom" }, 0);
  }
  const system =
    typeof body.system === "string" ? [{ type: "text", text: body.system }] : (body.system ?? []);
  for (const [i, block] of system.entries()) add("system", "", `system.${i}`, block, 0);
  for (const [m, message] of body.messages.entries()) {
    for (const [b, block] of blocksOf(message).entries()) {
      add("message", message.role, `messages.${m}.content.${b}`, block, b === 0 ? 4 : 0);
    }
  }
  return units;
}

/** Names of the tools that a result loads. */
export function referencesIn(block: WireBlock): string[] {
  const inner: unknown = block.type === "tool_result" ? block["content"] : undefined;
  return (Array.isArray(inner) ? inner : []).flatMap((one: WireBlock) =>
    one.type === "tool_reference" ? [String(one["tool_name"])] : [],
  );
}

export const countTokens = (units: readonly Unit[]): number =>
  units.reduce((sum, { tokens }) => sum + tokens, 0);

export const sha = (...parts: readonly string[]): string => {
  const hash = createHash("sha1");
  for (const part of parts) hash.update(part).update("\0");
  return hash.digest("base64");
};

function markerOf(mark: unknown): Unit["marker"] {
  if (typeof mark !== "object" || mark === null) return undefined;
  return "ttl" in mark && mark.ttl === "1h" ? "1h" : "5m";
}

const bytesOf = (json: string): number => (json.length > 200_000 ? json.length : Buffer.byteLength(json));

/** Image data does not count by its bytes; what was counted for them is taken off again. */
function tokensOfImages(block: WireBlock): number {
  const inner = Array.isArray(block["content"]) ? block["content"] : [block];
  let tokens = 0;
  for (const one of inner) {
    if (typeof one !== "object" || one === null || one.type !== "image") continue;
    const data = one.source?.data;
    if (typeof data === "string") tokens += tokensOfImage(data) - Math.ceil(data.length / 3);
  }
  return tokens;
}
