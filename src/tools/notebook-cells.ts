import { shortened } from "../core/cut-text.ts";
import { AgentError } from "../core/errors.ts";
import type { Notebook, NotebookProblem, Unit } from "../review/notebook-text.ts";

const PROBLEMS: Readonly<Record<NotebookProblem, string>> = {
  "not-json": "its text is not valid JSON",
  "not-notebook": "it has no nbformat and one list of cells, or hundreds of levels",
  "old-format": "it is not of notebook format 4 (jupyter nbconvert --to notebook converts older ones)",
  "bad-cell": "one of its cells has no cell_type or no source",
};

/** Why a file cannot be edited cell by cell, in words that say what to do instead. */
export const notebookProblem = (shown: string, problem: NotebookProblem): AgentError =>
  new AgentError("unreadable", `${shown} is no notebook that can be edited by cells: ${PROBLEMS[problem]}.`);

export const isNotebookPath = (path: string): boolean => /\.ipynb$/i.test(path);

/** What the model calls a cell: its id, and where the format has none, its place counted from 0. */
export const cellId = (unit: Unit, at: number): string => unit.id ?? `cell-${at - 1}`;

/** The place of a cell, from 1. Throws `invalid_input` for one that is not there, or that could be another one. */
export function placeOfCell(notebook: Notebook, name: string, shown: string): number {
  const { units } = notebook;
  const found = units.flatMap((unit, at) => (at > 0 && cellId(unit, at) === name ? [at] : []));
  const [at, ...more] = found;
  if (at !== undefined && more.length === 0) return at;
  if (more.length > 0)
    throw new AgentError(
      "invalid_input",
      `${found.length} cells of ${shown} have the id ${name}, so none of them was changed.`,
    );
  const known = units.slice(1).map((unit, index) => cellId(unit, index + 1));
  const list = known.slice(0, MOST_IDS).join(", ");
  const rest = known.length > MOST_IDS ? ", …" : "";
  throw new AgentError(
    "invalid_input",
    known.length === 0
      ? `${shown} has no cells yet: insert one without cell_id.`
      : `${shown} has no cell ${shortened(name, 100)}. Its cells: ${list}${rest}.`,
  );
}
const MOST_IDS = 40;
