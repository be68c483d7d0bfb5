import * as z from "zod";
import { defineTool } from "../core/tool.ts";
import { namedPath } from "./named-path.ts";
import { pathRule } from "./path-rule.ts";
import { shownPath } from "./shown-path.ts";

const Input = z.strictObject({ file_path: z.string(), content: z.string() });
export type WriteInput = z.infer<typeof Input>;

export const write = defineTool({
  name: "Write",
  brings: "own words",
  description:
    "Creates a file (with its folders) or replaces a whole one, which you must have read completely. To change parts use Edit.",
  input: Input,
  title: ({ file_path }, place) => `Write ${shownPath(namedPath(file_path, place), place)}`,
  accesses: ({ file_path }, place) => [{ kind: "write", target: namedPath(file_path, place) }],
  suggest: ({ file_path }, place) => pathRule("Edit", namedPath(file_path, place), place),
  // Both are loaded with the first file that is written.
  propose: async (input, context) => (await import("./write-run.ts")).proposeWrite(input, context),
  run: async (input, context) => (await import("./write-run.ts")).runWrite(input, context),
});
