import * as z from "zod";
import { defineTool } from "../core/tool.ts";

const NAME = "SearchTranscript";

/** What was summarised or cleared is gone from the window, not from the record: here an agent finds it again. */
export const searchTranscript = defineTool({
  name: NAME,
  isDeferred: true,
  description: "Searches all of this conversation, also what was summarised or cleared.",
  input: z.strictObject({
    query: z.string().optional().describe('Words that must all occur, "phrases" in quotes'),
    entry: z.number().int().optional().describe("In place of query: the number of an entry to read in full"),
    offset: z.number().int().nonnegative().optional().describe("Where to read on in it, in characters"),
  }),
  title: ({ query, entry }) =>
    entry === undefined
      ? `Search the conversation for ${query ?? ""}`
      : `Read entry ${entry} of the conversation`,
  accesses: () => [], // The agent's own words and what it was shown already.
  run: async (input, context) =>
    (await import("./search-transcript-run.ts")).runSearch(input, context.transcript(), NAME),
});
