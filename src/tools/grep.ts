import * as z from "zod";
import { defineTool } from "../core/tool.ts";
import { folderRule } from "./path-rule.ts";
import { searchAccesses, searchPlace } from "./search-place.ts";

const Input = z.strictObject({
  pattern: z.string(),
  path: z.string().optional(),
  glob: z.string().optional(),
  type: z.string().optional().describe("e.g. js, py"),
  output_mode: z.enum(["files_with_matches", "content", "count"]).optional(),
  "-A": z.int().min(0).optional(),
  "-B": z.int().min(0).optional(),
  "-C": z.int().min(0).optional(),
  "-n": z.boolean().optional(),
  "-i": z.boolean().optional(),
  head_limit: z.int().min(0).optional().describe("Default 250; 0: all"),
  offset: z.int().min(0).optional(),
  multiline: z.boolean().optional(),
});
export type GrepInput = z.infer<typeof Input>;

export const grep = defineTool({
  name: "Grep",
  brings: "file text",
  description:
    "Searches file contents with ripgrep (regular expression). Lists matching files unless output_mode says otherwise; -A, -B, -C and -n are for content.",
  input: Input,
  title: ({ pattern, path }) => (path === undefined ? `Search ${pattern}` : `Search ${pattern} in ${path}`),
  accesses: ({ path }, place) => searchAccesses(searchPlace(path, place)),
  suggest: ({ path }, place) => folderRule(searchPlace(path, place).target, place),
  // About 4,000 tokens, some 150 lines: who finds more has asked too much, and goes on with an offset or a narrower search.
  maxOutputChars: 12_000,

  async run(input, context) {
    // Loaded with the first search.
    const { runGrep } = await import("./grep-run.ts");
    return runGrep(input, context);
  },
});
