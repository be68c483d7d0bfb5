import { refuseRequest } from "./api-error.ts";
import type { ModelProfile } from "./models.ts";
import type { CountBody } from "./schema.ts";
import { countTokens, sha, type Unit } from "./units.ts";

const TTL_MS = { "5m": 5 * 60_000, "1h": 60 * 60_000 } as const;
const LOOK_BACK = 20;

export interface CacheUse {
  readonly inputTokens: number;
  readonly readTokens: number;
  readonly written: { readonly "5m": number; readonly "1h": number };
}

/** Too many markers, a longer lifetime after a shorter one, a marker on something that cannot be marked. */
export function checkMarkers(units: readonly Unit[], body: CountBody): void {
  const marked = units.filter(({ marker }) => marker !== undefined);
  const count = marked.length + (body.cache_control ? 1 : 0);
  if (count > 4) {
    refuseRequest(`A maximum of 4 blocks with cache_control may be provided. Found ${count}.`);
  }
  let sawShort = false;
  for (const { marker, path } of marked) {
    if (marker === "1h" && sawShort) {
      refuseRequest(
        `${path}.cache_control.ttl: a ttl='1h' cache_control block must not come after a ttl='5m' cache_control block. Note that blocks are processed in the following order: \`tools\`, \`system\`, \`messages\`.`,
      );
    }
    if (marker === "5m") sawShort = true;
  }
}

/** Which prefixes are cached, and for how long still. Times are those of the given clock, in ms. */
export class PromptCache {
  readonly #entries = new Map<string, { until: number; ttlMs: number }>();

  /** What this request reads and writes. Nothing is kept before `commit`, when its reply begins. */
  use(
    units: readonly Unit[],
    body: CountBody,
    profile: ModelProfile,
    now: number,
  ): CacheUse & { commit(): void } {
    const hashes = chain(units, body);
    const sums = runningSums(units);
    const marks = markedUnits(units, body);
    const isLongEnough = (index: number): boolean => (sums[index] ?? 0) >= profile.minCacheTokens;
    const reads = marks.flatMap(({ index }) => {
      const hit = this.#lookBack(hashes, index, now, isLongEnough);
      return hit === undefined ? [] : [hit];
    });
    const readTo = Math.max(-1, ...reads);
    const written = { "5m": 0, "1h": 0 };
    let writtenTo = readTo;
    for (const { index, ttl } of marks) {
      if (index <= writtenTo || !isLongEnough(index)) continue;
      written[ttl] += (sums[index] ?? 0) - (sums[writtenTo] ?? 0);
      writtenTo = index;
    }
    const readTokens = sums[readTo] ?? 0;
    return {
      readTokens,
      written,
      inputTokens: countTokens(units) - readTokens - written["5m"] - written["1h"],
      commit: () => {
        for (const index of reads) this.#keep(hashes[index], now);
        for (const { index, ttl } of marks) {
          if (isLongEnough(index)) this.#keep(hashes[index], now, TTL_MS[ttl]);
        }
      },
    };
  }

  #lookBack(
    hashes: readonly string[],
    from: number,
    now: number,
    isLongEnough: (index: number) => boolean,
  ): number | undefined {
    for (let index = from; index >= 0 && index >= from - LOOK_BACK; index -= 1) {
      const entry = this.#entries.get(hashes[index] ?? "");
      if (entry && entry.until > now && isLongEnough(index)) return index;
    }
    return undefined;
  }

  /** A read lengthens the life of an entry by what it had. */
  #keep(hash: string | undefined, now: number, ttlMs?: number): void {
    if (hash === undefined) return;
    const lifeMs = Math.max(ttlMs ?? 0, this.#entries.get(hash)?.ttlMs ?? 0);
    if (lifeMs > 0) this.#entries.set(hash, { until: now + lifeMs, ttlMs: lifeMs });
  }
}

/** The automatic marker stands on the last block that can be marked. */
function markedUnits(units: readonly Unit[], body: CountBody): { index: number; ttl: "5m" | "1h" }[] {
  const marks = units.flatMap(({ marker }, index) => (marker ? [{ index, ttl: marker }] : []));
  if (!body.cache_control) return marks;
  const last = units.findLastIndex(
    ({ block }) => block.type !== "thinking" && block.type !== "redacted_thinking",
  );
  const ttl = body.cache_control.ttl ?? "5m";
  return marks.some(({ index }) => index === last) ? marks : [...marks, { index: last, ttl }];
}

/** One hash per unit over everything up to it. What invalidates the messages is mixed in where they begin. */
function chain(units: readonly Unit[], body: CountBody): string[] {
  const hasImages = units.some(({ json }) => json.includes('"type":"image"'));
  const settings = JSON.stringify([body.tool_choice, body.thinking, body.output_config, hasImages]);
  let hash = sha(body.model);
  let isInMessages = false;
  return units.map(({ kind, role, json }) => {
    if (kind === "message" && !isInMessages) {
      isInMessages = true;
      hash = sha(hash, settings);
    }
    hash = sha(hash, role, json);
    return hash;
  });
}

function runningSums(units: readonly Unit[]): number[] {
  let sum = 0;
  return units.map(({ tokens }) => {
    sum += tokens;
    return sum;
  });
}
