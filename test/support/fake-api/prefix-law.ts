import type { RequestBody } from "./schema.ts";
import type { Unit } from "./units.ts";

/**
 * Watches over the law that a conversation only grows: each request's tools, system and messages begin with those
 * of the request before it, byte for byte, cache markers left out. Another model begins anew.
 */
export class PrefixLaw {
  readonly violations: string[] = [];
  readonly #last = new Map<string, readonly string[]>();
  readonly #conversationOf: (body: RequestBody) => string;

  constructor(conversationOf: (body: RequestBody) => string = firstWords) {
    this.#conversationOf = conversationOf;
  }

  check(body: RequestBody, units: readonly Unit[]): void {
    const key = `${body.model}\0${this.#conversationOf(body)}`;
    const now = units.map(({ kind, role, json }) => `${kind} ${role} ${json}`);
    const before = this.#last.get(key) ?? [];
    const broken = before.findIndex((unit, index) => unit !== now[index]);
    if (broken >= 0) {
      const place = units[broken]?.path ?? `unit ${broken}`;
      this.violations.push(`${place} changed from ${excerpt(before[broken])} to ${excerpt(now[broken])}`);
    }
    this.#last.set(key, now);
  }
}

const excerpt = (unit: string | undefined): string =>
  unit === undefined ? "nothing" : unit.length > 300 ? `${unit.slice(0, 300)}…` : unit;

/** A conversation is known by the first block of its first message: whatever else changes is then seen. */
function firstWords(body: RequestBody): string {
  const content = body.messages[0]?.content;
  return JSON.stringify(typeof content === "string" ? content : content?.[0], (key, value) =>
    key === "cache_control" ? undefined : value,
  );
}
