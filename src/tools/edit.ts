import * as z from "zod";
import { defineTool } from "../core/tool.ts";
import { namedPath } from "./named-path.ts";
import { pathRule } from "./path-rule.ts";
import { shownPath } from "./shown-path.ts";

const Pair = z.strictObject({
  old_string: z.string(),
  new_string: z.string(),
  replace_all: z.boolean().optional(),
});
const Input = z.strictObject({
  file_path: z.string(),
  ...Pair.partial().shape,
  edits: z.array(Pair).optional().describe("In order, instead of a pair"),
});
export type EditInput = z.infer<typeof Input>;

export const edit = defineTool({
  name: "Edit",
  brings: "own words",
  description:
    "Replaces old_string, which must occur exactly once (without line numbers), by new_string in a file you have read.",
  input: Input,
  title: ({ file_path }, place) => `Edit ${shownPath(namedPath(file_path, place), place)}`,
  accesses: ({ file_path }, place) => [{ kind: "write", target: namedPath(file_path, place) }],
  suggest: ({ file_path }, place) => pathRule("Edit", namedPath(file_path, place), place),
  // Both are loaded with the first edit.
  propose: async (input, context) => (await import("./edit-run.ts")).proposeEdit(input, context),
  run: async (input, context) => (await import("./edit-run.ts")).runEdit(input, context),
});
