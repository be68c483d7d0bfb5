import * as z from "zod";
import { defineTool } from "../core/tool.ts";
import { namedPath } from "./named-path.ts";
import { pathRule } from "./path-rule.ts";
import { shownPath } from "./shown-path.ts";

const Input = z.strictObject({
  notebook_path: z.string(),
  cell_id: z.string().optional(),
  new_source: z.string().optional(),
  cell_type: z.enum(["code", "markdown"]).optional(),
  edit_mode: z.enum(["replace", "insert", "delete"]).optional(),
});
export type NotebookInput = z.infer<typeof Input>;

export const notebookEdit = defineTool({
  name: "NotebookEdit",
  isDeferred: true,
  brings: "own words",
  description:
    "Replaces (default) or deletes a cell of a notebook you have read, or inserts one after cell_id (without: first).",
  input: Input,
  title: ({ notebook_path, edit_mode }, place) =>
    `${TITLES[edit_mode ?? "replace"]} ${shownPath(namedPath(notebook_path, place), place)}`,
  accesses: ({ notebook_path }, place) => [{ kind: "write", target: namedPath(notebook_path, place) }],
  suggest: ({ notebook_path }, place) => pathRule("Edit", namedPath(notebook_path, place), place),
  // Most conversations have no notebooks: what edits them is loaded when there is one.
  async propose(input, context) {
    const { proposeCell } = await import("./change-notebook.ts");
    return proposeCell(input, context);
  },
  async run(input, context) {
    const { changeCell } = await import("./change-notebook.ts");
    return changeCell(input, context);
  },
});

const TITLES = {
  replace: "Edit a cell of",
  insert: "Add a cell to",
  delete: "Delete a cell of",
} as const;
