import { canonicalJson } from "../core/hash.ts";
import { visible } from "../core/untrusted.ts";
import { isFields, usableSchema } from "./check-schema.ts";

/** A tool as its server describes it, cut down to what the model may be told. */
export interface Definition {
  /** As the server calls it. */
  readonly tool: string;
  readonly description: string;
  readonly schema: Readonly<Record<string, unknown>>;
  /** Equal when nothing that the model is told has changed. */
  readonly print: string;
}

const LONGEST_NAME = 200;
const LONGEST_DESCRIPTION = 2_048;

/** What of a listing can be offered; of the rest, why not, in sentences. */
export function readDefinitions(listed: readonly unknown[]): {
  readonly definitions: readonly Definition[];
  readonly problems: readonly string[];
} {
  const definitions = new Map<string, Definition>();
  const problems: string[] = [];
  for (const one of listed) {
    const name = isFields(one) ? one["name"] : undefined;
    if (!isFields(one) || typeof name !== "string" || name === "" || name.length > LONGEST_NAME) {
      problems.push("A tool without a proper name is left out.");
      continue;
    }
    const found = onlyAsTask(one) ? ONLY_AS_TASK : usableSchema(one["inputSchema"]);
    const shown = JSON.stringify(name);
    if ("problem" in found) problems.push(`The tool ${shown} is left out: ${found.problem}.`);
    else if (definitions.has(name)) problems.push(`A second tool ${shown} is left out.`);
    else definitions.set(name, definitionOf(name, one["description"], found.schema));
  }
  return { definitions: [...definitions.values()], problems };
}

const ONLY_AS_TASK = { problem: "it only runs as a task beside the conversation, which is not there yet" };
const onlyAsTask = ({ execution }: Readonly<Record<string, unknown>>): boolean =>
  isFields(execution) && execution["taskSupport"] === "required";

function definitionOf(tool: string, described: unknown, given: Definition["schema"]): Definition {
  const schema = withoutHidden(given);
  const words = typeof described === "string" ? visible(described, false).trim() : "";
  const isCut = words.length > LONGEST_DESCRIPTION;
  const description = isCut ? `${words.slice(0, LONGEST_DESCRIPTION).toWellFormed()}…` : words;
  return { tool, description, schema, print: canonicalJson({ description, schema }) };
}

/** What stands in a schema for the model to read, without what a person would not see there. */
function withoutHidden(schema: Definition["schema"]): Definition["schema"] {
  return JSON.parse(
    JSON.stringify(schema, (key, value: unknown) =>
      typeof value === "string" && (key === "description" || key === "title") ? visible(value, false) : value,
    ),
  );
}
