import { cutText } from "../cut-text.ts";
import { type Fields, isFields } from "./repair-input.ts";

const MAX_VALUE_CHARS = 60;
/** Parameters that a schema cannot require, because something else may stand in their place. */
const USUAL: Readonly<Record<string, readonly string[]>> = { Edit: ["old_string", "new_string"] };
const PLACEHOLDERS: Readonly<Record<string, string>> = {
  file_path: "src/example.ts",
  notebook_path: "example.ipynb",
  command: "npm test",
  pattern: "example",
  url: "https://example.com/",
};

/** A call of a tool that fits its schema, with what the model gave in the places where it fits. Long values are cut, marked by `…`. */
export function exampleCall(tool: string, schema: Fields, given: unknown): string {
  const fields = isFields(given) ? given : {};
  const isEach = tool === "Edit" && Array.isArray(fields["edits"]);
  return `${tool} ${JSON.stringify(exampleFields(schema, fields, isEach ? [] : (USUAL[tool] ?? [])))}`;
}

function exampleFields(schema: Fields, given: Fields, usual: readonly string[]): Fields {
  const properties = isFields(schema["properties"]) ? schema["properties"] : {};
  const required = Array.isArray(schema["required"]) ? schema["required"] : [];
  const shown = Object.entries(properties).flatMap(([name, property]) => {
    if (!isFields(property)) return [];
    const isNeeded = required.includes(name) || usual.includes(name);
    if (given[name] !== undefined && fits(property, given[name]))
      return [[name, shorten(property, given[name])] as const];
    return isNeeded ? [[name, placeholder(name, property)] as const] : [];
  });
  return Object.fromEntries(shown);
}

function fits(schema: Fields, value: unknown): boolean {
  switch (schema["type"]) {
    case "string":
      return typeof value === "string" && (!Array.isArray(schema["enum"]) || schema["enum"].includes(value));
    case "integer":
      return typeof value === "number" && Number.isInteger(value);
    case "number":
      return typeof value === "number";
    case "boolean":
      return typeof value === "boolean";
    case "object":
      return isFields(value);
    default:
      return schema["type"] === "array" && Array.isArray(value) && value.length > 0;
  }
}

function shorten(schema: Fields, value: unknown): unknown {
  if (typeof value === "string" && value.length > MAX_VALUE_CHARS)
    return `${cutText(value, MAX_VALUE_CHARS)}…`;
  if (Array.isArray(value) && isFields(schema["items"])) {
    const items = schema["items"];
    const given: unknown[] = value;
    return Array.from({ length: fewest(schema) }, (_, i) =>
      fits(items, given[i]) ? shorten(items, given[i]) : placeholder("", items),
    );
  }
  return isFields(value) ? exampleFields(schema, value, []) : value;
}

const fewest = ({ minItems }: Fields): number => (typeof minItems === "number" ? Math.min(minItems, 4) : 1);

function placeholder(name: string, schema: Fields): unknown {
  if (Array.isArray(schema["enum"])) return schema["enum"][0];
  switch (schema["type"]) {
    case "integer":
    case "number":
      return 1;
    case "boolean":
      return true;
    case "array":
      return Array.from({ length: fewest(schema) }, () =>
        isFields(schema["items"]) ? placeholder("", schema["items"]) : "…",
      );
    case "object":
      return exampleFields(schema, {}, []);
    default:
      return PLACEHOLDERS[name] ?? "…";
  }
}
