import type { RequestBody } from "./schema.ts";
import type { Unit } from "./units.ts";

interface Record {
  readonly model: string;
  readonly units: readonly Pick<Unit, "kind" | "role" | "json">[];
}
export type Diagnosis = { readonly cache_miss_reason: { readonly type: string } } | null;

/** Answers `diagnostics`: compares a request with the one whose reply it names. */
export class Diagnostics {
  readonly #requests = new Map<string, Record>();

  remember(messageId: string, { model }: RequestBody, units: readonly Unit[]): void {
    this.#requests.set(messageId, { model, units });
  }

  diagnose(body: RequestBody, units: readonly Unit[]): Diagnosis {
    const id = body.diagnostics?.previous_message_id;
    if (id === undefined || id === null) return null;
    const before = this.#requests.get(id);
    const type = before ? changeFrom(before, body.model, units) : "previous_message_not_found";
    return type === undefined ? null : { cache_miss_reason: { type } };
  }
}

function changeFrom(before: Record, model: string, units: readonly Unit[]): string | undefined {
  if (before.model !== model) return "model_changed";
  for (const kind of ["tool", "system"] as const) {
    const textOf = (all: Record["units"]): string =>
      all.flatMap((unit) => (unit.kind === kind ? [unit.json] : [])).join("\n");
    if (textOf(before.units) !== textOf(units)) return kind === "tool" ? "tools_changed" : "system_changed";
  }
  const isGrown = before.units.every(
    ({ role, json }, i) => units[i]?.role === role && units[i].json === json,
  );
  return isGrown ? undefined : "messages_changed";
}
