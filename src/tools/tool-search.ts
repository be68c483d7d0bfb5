import * as z from "zod";
import type { Block } from "../core/message.ts";
import { defineTool, TOOL_SEARCH, type Tool } from "../core/tool.ts";

/** More than these nobody looks for at once; each definition stays in the window. */
const MOST_FOUND = 5;
/** What names of tools take up in every request, at most; of the others only a search tells. In characters. */
const MOST_NAMES = 1_200;
const SELECT = /^select:/i;

/** Loads what of `deferred` is wanted: its result refers to their definitions, which the request declares. */
export function toolSearch(deferred: readonly Tool[]): Tool {
  return defineTool({
    name: TOOL_SEARCH,
    brings: "own words",
    description: `Loads tools that are not listed yet, so that they can be called: ${namesOf(deferred)}.`,
    input: z.strictObject({ query: z.string().describe('"select:Name,Name", or keywords') }),
    schema: {
      type: "object",
      properties: { query: { type: "string", description: '"select:Name,Name", or keywords' } },
      required: ["query"],
    },
    title: ({ query }) => `Load ${query.replace(SELECT, "").replaceAll(/\s+/g, " ").trim().slice(0, 100)}`,
    accesses: () => [], // It tells what there is; each call of what it found is decided by itself.
    async run({ query }) {
      const found = await find(query, deferred);
      if (found.length === 0) return `Nothing fits. What can be loaded: ${namesOf(deferred)}.`;
      const names = found.map(({ spec }) => spec.name);
      return {
        content: names.map((name): Block => ({ type: "tool_reference", tool_name: name })),
        detail: { kind: "note", text: names.join(", ") },
      };
    },
  });
}

async function find(query: string, deferred: readonly Tool[]): Promise<readonly Tool[]> {
  if (!SELECT.test(query))
    return (await import("./rank-tools.ts")).rankTools(query, deferred).slice(0, MOST_FOUND);
  const wanted = query.replace(SELECT, "").split(",").map(plain);
  return deferred.filter(({ spec }) => wanted.includes(plain(spec.name))).slice(0, 2 * MOST_FOUND);
}

const plain = (name: string): string => name.trim().toLowerCase();

function namesOf(deferred: readonly Tool[]): string {
  const shown: string[] = [];
  let length = 0;
  for (const { spec } of deferred) {
    length += spec.name.length + 2;
    if (length > MOST_NAMES) return `${shown.join(", ")} and ${deferred.length - shown.length} more`;
    shown.push(spec.name);
  }
  return shown.join(", ");
}
