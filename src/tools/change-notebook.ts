import { AgentError } from "../core/errors.ts";
import type { TextFile } from "../core/ports.ts";
import type { Preview, PreviewContext, ToolContext, ToolOutput } from "../core/tool.ts";
import { diffDetail } from "../review/diff.ts";
import { type CellEdit, editNotebook } from "../review/notebook-edit.ts";
import { type Notebook, readNotebook, sourceOf, type Unit } from "../review/notebook-text.ts";
import { namedPath } from "./named-path.ts";
import { cellId, notebookProblem, placeOfCell } from "./notebook-cells.ts";
import type { NotebookInput as Input } from "./notebook-edit.ts";
import { openIfThere } from "./open-if-there.ts";
import { saveAsPlanned } from "./save-and-check.ts";
import { shownPath } from "./shown-path.ts";
import { writeAccepted } from "./write-accepted.ts";

/** What the card of a call shows. Rejects as the call would. */
export async function proposeCell(input: Input, context: PreviewContext): Promise<Required<Preview>> {
  const { path, file, text } = await plan(input, context);
  const change = { path, before: file.text, after: text };
  return { detail: await diffDetail(change), change };
}

/** Changes one cell. Rejects with `stale` when it is not as it was read, and in words when it cannot be done. */
export async function changeCell(input: Input, context: ToolContext): Promise<ToolOutput> {
  if (context.accepted) return writeAccepted(context.accepted, context);
  const { plan: planned, outcome } = await saveAsPlanned(() => plan(input, context), context);
  const { path, file, text, words, hasChanged } = planned;
  const { saved, problems, found } = outcome;
  const isTyped = saved.wasTyped === true || saved.isDirty;
  const detail = await diffDetail({ path, before: file.text, after: isTyped ? text : saved.text });
  const changed = hasChanged ? " The notebook had changed since you read it, but not this cell." : "";
  return {
    content: `${words}${changed}${problems}`,
    detail,
    seen: [{ path, hash: saved.hash, isPartial: hasChanged || context.seen(path)?.isPartial === true }],
    problems: found,
  };
}

interface Plan {
  readonly path: string;
  readonly file: TextFile;
  readonly text: string;
  /** What is done, for the model. */
  readonly words: string;
  /** True when the notebook is not what was read any more. */
  readonly hasChanged: boolean;
}

/** What the call will do, or why it cannot: the same for the card that asks and for the call that runs. */
async function plan(input: Input, context: PreviewContext): Promise<Plan> {
  const path = namedPath(input.notebook_path, context);
  const shown = shownPath(path, context);
  const file = await openIfThere(path, context);
  if (file === undefined)
    throw new AgentError("not_found", `${shown} does not exist. Create a notebook with Write.`);
  const notebook = readNotebook(file.text);
  if (typeof notebook === "string") throw notebookProblem(shown, notebook);
  const known = context.seen(path);
  if (known === undefined)
    throw new AgentError("invalid_input", `You have not read ${shown} yet. Read it first, then edit it.`);
  const held = notebook.units.map(({ cell }) => (cell ? sourceOf(cell) : "")).join("\n");
  const source = input.new_source;
  const restored = source === undefined ? input : { ...input, new_source: context.restore(source, held) };
  const edit = editOf(restored, notebook, shown);
  const hasChanged = known.hash !== file.hash;
  if (hasChanged && !(await isAsRead(edit, notebook, known.hash, context)))
    throw new AgentError("stale", `${shown} changed since you read it. Read it again.`);
  const { text, id } = editNotebook(notebook, edit);
  if (text === file.text)
    throw new AgentError("invalid_input", "The cell already has this source, so nothing would change.");
  return { path, file, text, words: describe(edit, notebook, id, shown), hasChanged };
}

function editOf(input: Input, notebook: Notebook, shown: string): CellEdit {
  const { cell_id, new_source: source, cell_type, edit_mode: mode = "replace" } = input;
  if (mode === "insert") {
    if (source === undefined) throw missing("new_source");
    if (cell_type === undefined) throw missing("cell_type");
    const at = cell_id === undefined ? 0 : placeOfCell(notebook, cell_id, shown);
    return { mode, at, source, type: cell_type };
  }
  if (cell_id === undefined) throw missing("cell_id");
  const at = placeOfCell(notebook, cell_id, shown);
  if (mode === "delete") return { mode, at };
  if (source === undefined) throw missing("new_source");
  const own = notebook.units[at]?.cell?.cell_type;
  return { mode, at, source, type: cell_type ?? (own === "code" || own === "markdown" ? own : "raw") };
}
const missing = (name: string): AgentError => new AgentError("invalid_input", `${name} is missing.`);

/**
 * Others may run and write other cells meanwhile. Places that are only counted are not trusted then, nor is a text that
 * nobody knows any more.
 */
async function isAsRead(
  { at, mode }: CellEdit,
  notebook: Notebook,
  hash: string,
  { host }: PreviewContext,
): Promise<boolean> {
  if (mode === "insert" && at === 0) return true;
  const here = notebook.units[at];
  if (here?.id === undefined) return false;
  const text = await host.blobs.get(hash).catch(() => undefined);
  const read = text === undefined ? "not-json" : readNotebook(text);
  const then = typeof read === "string" ? undefined : read.units.find(({ id }) => id === here.id);
  return then !== undefined && (mode === "insert" || wordsOf(then) === wordsOf(here));
}
const wordsOf = ({ cell }: Unit): string => JSON.stringify(cell && [cell.cell_type, sourceOf(cell)]);

function describe(edit: CellEdit, { units, minor }: Notebook, id: string | undefined, shown: string): string {
  const { mode, at } = edit;
  const unit = units[at];
  const name = unit && at > 0 ? cellId(unit, at) : "";
  const moved = minor < 5 && mode !== "replace" ? " Cells behind it are counted anew." : "";
  if (mode === "delete") return `Deleted cell ${name} of ${shown}.${moved}`;
  if (mode === "insert") return `Inserted cell ${id ?? `cell-${at}`} into ${shown}.${moved}`;
  const outputs = unit?.cell?.outputs;
  const cleared =
    Array.isArray(outputs) && outputs.length > 0
      ? " What the old source had put out was cleared; it has not been run again."
      : "";
  return `Replaced the source of cell ${name} in ${shown}.${cleared}`;
}
