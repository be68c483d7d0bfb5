import { OTHER_CHOICES, OTHER_PARAMETERS, plain, REMARKS } from "./other-names.ts";

export type Fields = Readonly<Record<string, unknown>>;
export const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

interface Repair {
  /** The tool, for what its parameters are called elsewhere; of a foreign tool nothing is known but its schema. */
  readonly tool: string;
  readonly changes: Set<string>;
}

/**
 * What a call means whose arguments do not fit the tool, where that is certain: other names of parameters, numbers and lists
 * in quotes. What was not understood stays as it is, so that it is refused. `changes` says what became what.
 */
export function repairInput(
  tool: string,
  schema: Fields,
  input: unknown,
): { readonly input: unknown; readonly changes: readonly string[] } {
  const repair: Repair = { tool, changes: new Set() };
  const repaired = repairValue(schema, input, "its arguments", repair);
  return { input: repaired, changes: [...repair.changes] };
}

function repairValue(schema: Fields, value: unknown, name: string, repair: Repair): unknown {
  const change = (to: unknown, what: string): unknown => {
    repair.changes.add(`${name} as ${what}`);
    return to;
  };
  switch (schema["type"]) {
    case "object": {
      const given = isFields(value) ? value : parsed(value, isFields);
      if (!given) return value;
      if (given !== value) change(given, "an object, not as text");
      return repairFields(schema, given, repair);
    }
    case "array":
      return repairList(schema, value, name, repair);
    case "integer":
    case "number":
      return typeof value === "string" && /^-?\d{1,15}(?:\.\d+)?$/.test(value.trim())
        ? change(Number(value), "a number")
        : value;
    case "boolean":
      return typeof value === "string" && /^(?:true|false)$/i.test(value.trim())
        ? change(value.trim().toLowerCase() === "true", "true or false")
        : value;
    case "string":
      return repairText(schema, value, change);
    default:
      return value;
  }
}

function repairText(
  { enum: choices }: Fields,
  value: unknown,
  change: (to: unknown, what: string) => unknown,
): unknown {
  if (typeof value === "number" && !Array.isArray(choices)) return change(String(value), "text");
  if (typeof value !== "string" || !Array.isArray(choices) || choices.includes(value)) return value;
  const key = plain(value);
  const meant = choices.find(
    (one) => typeof one === "string" && plain(one) === (OTHER_CHOICES.get(key) ?? key),
  );
  return meant === undefined ? value : change(meant, JSON.stringify(meant));
}

function repairList(schema: Fields, value: unknown, name: string, repair: Repair): unknown {
  const items = isFields(schema["items"]) ? schema["items"] : {};
  const isList = (one: unknown): one is readonly unknown[] => Array.isArray(one);
  const given = isList(value) ? value : parsed(value, isList);
  if (!given) {
    const one = items["type"] !== "object" || isFields(value) ? value : parsed(value, isFields);
    if (!isFields(one) || items["type"] !== "object") return value;
    repair.changes.add(`${name} as a list of one`);
    return [repairValue(items, one, name, repair)];
  }
  if (given !== value) repair.changes.add(`${name} as a list, not as text`);
  return given.map((one) => repairValue(items, one, name, repair));
}

function repairFields(schema: Fields, given: Fields, repair: Repair): Fields {
  const properties = isFields(schema["properties"]) ? schema["properties"] : {};
  const names = Object.keys(properties);
  if (names.length === 0) return given;
  const required = Array.isArray(schema["required"]) ? schema["required"] : [];
  const meant = byOurNames(given, names, repair);
  for (const [key, value] of meant) {
    const property = properties[key];
    if (value === null && isFields(property) && !required.includes(key)) {
      repair.changes.add(`\`${key}\`: null as left out`);
      meant.delete(key);
    } else if (isFields(property)) meant.set(key, repairValue(property, value, `\`${key}\``, repair));
  }
  return Object.fromEntries(meant);
}

function byOurNames(
  given: Fields,
  names: readonly string[],
  { tool, changes }: Repair,
): Map<string, unknown> {
  const meant = new Map<string, unknown>(Object.entries(given).filter(([key]) => names.includes(key)));
  for (const [key, value] of Object.entries(given)) {
    if (names.includes(key)) continue;
    const to = meaningOf(key, names, tool);
    if (to !== undefined && ((meant.get(to) ?? null) === null || meant.get(to) === value)) {
      changes.add(`\`${key}\` as \`${to}\``);
      meant.set(to, value);
    } else if (value === null || isRemark(key, value, tool)) changes.add(`\`${key}\` as nothing`);
    else meant.set(key, value);
  }
  return meant;
}

/** Which of our parameters is meant; undefined where it could be two, or none. */
function meaningOf(key: string, names: readonly string[], tool: string): string | undefined {
  const other = OTHER_PARAMETERS[tool]?.get(plain(key));
  if (other !== undefined && names.includes(other)) return other;
  const alike = names.filter((name) => plain(name) === plain(key));
  return alike.length === 1 ? alike[0] : undefined;
}

const isRemark = (key: string, value: unknown, tool: string): boolean =>
  typeof value === "string" && OTHER_PARAMETERS[tool] !== undefined && REMARKS.has(plain(key));

/** Whole JSON in a text. What was cut never parses. */
function parsed<T>(value: unknown, fits: (value: unknown) => value is T): T | undefined {
  if (typeof value !== "string") return undefined;
  try {
    const found: unknown = JSON.parse(value);
    return fits(found) ? found : undefined;
  } catch {
    return undefined;
  }
}
