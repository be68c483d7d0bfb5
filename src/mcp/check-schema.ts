/** What a schema of a tool's input may be, so that no provider refuses the request that it stands in. */
type Fields = Readonly<Record<string, unknown>>;

const LONGEST_SCHEMA = 20_000;
const DEEPEST = 30;
const TYPES = ["object", "array", "string", "number", "integer", "boolean", "null"];
/** Keys that hold a schema, a list of schemas, and schemas by name. */
const ONE = [
  ..."items additionalProperties not if then else contains propertyNames".split(" "),
  ..."additionalItems unevaluatedItems unevaluatedProperties".split(" "),
];
const MANY = ["anyOf", "oneOf", "allOf", "prefixItems"];
const NAMED = ["properties", "patternProperties", "$defs", "definitions", "dependentSchemas"];

/** The schema as it can be sent, or why it cannot be, in words. */
export function usableSchema(given: unknown): { readonly schema: Fields } | { readonly problem: string } {
  if (!isFields(given)) return { problem: "its input has no schema" };
  const { $schema: _, anyOf: _a, oneOf: _o, allOf: _l, ...schema } = given;
  const type = schema["type"] ?? "object";
  if (type !== "object") return { problem: "its input is no object" };
  const whole: Fields = { ...schema, type };
  if (JSON.stringify(whole).length > LONGEST_SCHEMA)
    return { problem: `the schema of its input is longer than ${LONGEST_SCHEMA} characters` };
  const names = isFields(whole["properties"]) ? Object.keys(whole["properties"]) : [];
  const odd = names.find((name) => !/^[a-zA-Z0-9_.-]{1,64}$/.test(name));
  if (odd !== undefined) return { problem: `its input is called ${JSON.stringify(odd.slice(0, 80))}` };
  const wrong = wrongIn(whole, 0);
  return wrong === undefined ? { schema: whole } : { problem: `the schema of its input is wrong (${wrong})` };
}

export const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The first thing that is no JSON schema; undefined when all of it is. */
function wrongIn(schema: unknown, depth: number): string | undefined {
  if (typeof schema === "boolean") return undefined;
  if (!isFields(schema)) return "a schema that is none";
  if (depth > DEEPEST) return "too deep";
  return wrongHere(schema) ?? wrongBelow(schema, depth + 1);
}

function wrongHere(schema: Fields): string | undefined {
  const { type, required, enum: choices, $ref, pattern } = schema;
  const types = Array.isArray(type) ? type : type === undefined ? [] : [type];
  if (types.some((one) => !TYPES.includes(one))) return "type";
  if (required !== undefined && !isListOfNames(required)) return "required";
  if (choices !== undefined && !Array.isArray(choices)) return "enum";
  if ($ref !== undefined && !(typeof $ref === "string" && $ref.startsWith("#"))) return "$ref";
  if (pattern !== undefined && typeof pattern !== "string") return "pattern";
  return undefined;
}

function wrongBelow(schema: Fields, depth: number): string | undefined {
  const found = Object.entries(schema).map(([key, value]) => {
    const wrong = KINDS_OF_KEYS.find(([keys]) => keys.includes(key))?.[1](value, depth);
    return wrong === undefined ? undefined : `${key}: ${wrong}`;
  });
  return found.find((wrong) => wrong !== undefined);
}

const firstWrong = (schemas: readonly unknown[], depth: number): string | undefined =>
  schemas.map((schema) => wrongIn(schema, depth)).find((wrong) => wrong !== undefined);

const KINDS_OF_KEYS: readonly (readonly [
  keys: readonly string[],
  wrong: (value: unknown, depth: number) => string | undefined,
])[] = [
  [ONE, wrongIn],
  [MANY, (value, depth) => (Array.isArray(value) && value.length > 0 ? firstWrong(value, depth) : "no list")],
  [
    NAMED,
    (value, depth) => (isFields(value) ? firstWrong(Object.values(value), depth) : "no schemas by name"),
  ],
];

const isListOfNames = (value: unknown): boolean =>
  Array.isArray(value) &&
  value.every((one) => typeof one === "string") &&
  new Set(value).size === value.length;

/** What is wrong with arguments at first sight, in words: the server says the rest. */
export function misfit(schema: Fields, input: Fields): string | undefined {
  const { required, properties } = schema;
  const missing = (Array.isArray(required) ? required : []).filter(
    (name) => input[String(name)] === undefined,
  );
  if (missing.length > 0) return `${missing.join(", ")} is missing`;
  if (!isFields(properties)) return undefined;
  for (const [name, value] of Object.entries(input)) {
    const property = Object.hasOwn(properties, name) ? properties[name] : undefined;
    const type = isFields(property) ? property["type"] : undefined;
    if (typeof type === "string" && !isOf(type, value)) return `${name} has to be of the type ${type}`;
  }
  return undefined;
}

function isOf(type: string, value: unknown): boolean {
  switch (type) {
    case "object":
      return isFields(value);
    case "array":
      return Array.isArray(value);
    case "integer":
      return Number.isInteger(value);
    case "null":
      return value === null;
    default:
      return typeof value === type;
  }
}
