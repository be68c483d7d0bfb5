import { AgentError } from "../core/errors.ts";
import type { TextFile } from "../core/ports.ts";
import type { Preview, PreviewContext, ToolContext, ToolOutput } from "../core/tool.ts";
import { applyEach, type FailedEdit, type TextEdit } from "../review/apply-edit.ts";
import { diffDetail } from "../review/diff.ts";
import { asNotebook } from "../review/notebook-text.ts";
import type { EditInput } from "./edit.ts";
import type { Told } from "./edit-failure.ts";
import { knownByEdit } from "./known-by-edit.ts";
import { namedPath } from "./named-path.ts";
import { isNotebookPath } from "./notebook-cells.ts";
import { openIfThere } from "./open-if-there.ts";
import { saveAsPlanned } from "./save-and-check.ts";
import { showHunks, showSeams } from "./shown-hunks.ts";
import { shownPath } from "./shown-path.ts";

/** What the card shows, and the texts it is about. */
export async function proposeEdit(input: EditInput, context: PreviewContext): Promise<Required<Preview>> {
  const { path, file, text } = await plan(input, context);
  const change = { path, before: file?.text, after: text };
  return { detail: await diffDetail(change), change };
}

/** Makes the edit, or what a person made of it. Rejects as `plan` does, and with what saving rejects with. */
export async function runEdit(input: EditInput, context: ToolContext): Promise<ToolOutput> {
  if (context.accepted) {
    const { writeAccepted } = await import("./write-accepted.ts");
    return withFailures(await writeAccepted(context.accepted, context), input, context);
  }
  const { plan: done, outcome } = await saveAsPlanned(() => plan(input, context), context);
  const { path, file, text, replaced, hasChanged, failures } = done;
  const known = context.seen(path);
  const { saved, problems, found } = outcome;
  const isAsPlanned = saved.text === text;
  // What somebody typed meanwhile is no part of this edit.
  const isTyped = saved.wasTyped === true || saved.isDirty;
  const detail = await diffDetail({ path, before: file?.text, after: isTyped ? text : saved.text });
  const notes = [
    hasChanged ? "\nThe file had changed since you read it; your text still matched." : "",
    isAsPlanned ? "" : isTyped ? TYPED : FORMATTED,
    problems,
    failures,
  ];
  const verb = file === undefined ? "Created" : "Edited";
  const count = replaced > 1 ? ` in ${replaced} places` : "";
  return {
    content: `${verb} ${shownPath(path, context)}${count}:\n${(isAsPlanned ? showSeams : showHunks)(detail.hunks)}${notes.join("")}`,
    detail,
    seen: [
      {
        path,
        hash: saved.hash,
        isPartial: hasChanged || !isAsPlanned || known?.isPartial === true,
        ...(isAsPlanned && knownByEdit(file, text)),
      },
    ],
    problems: found,
  };
}

const TYPED = "\nThe user typed in the file meanwhile; it holds that as well.";
const FORMATTED = "\nThe editor formatted the file while saving it; the lines above are what it holds now.";

interface Plan {
  readonly path: string;
  /** Undefined when the file is created. */
  readonly file: TextFile | undefined;
  readonly text: string;
  readonly replaced: number;
  /** True when the file is not what was read any more. */
  readonly hasChanged: boolean;
  /** Of several edits, those that could not be made, in words; "" when all were. */
  readonly failures: string;
}

/** What the edit will do, or why it cannot: the same for the card that asks and for the call that runs. */
async function plan(input: EditInput, context: PreviewContext): Promise<Plan> {
  const path = namedPath(input.file_path, context);
  const shown = shownPath(path, context);
  const file = await openIfThere(path, context);
  const edits = editsOf(input, (written) => context.restore(written, file?.text ?? ""));
  if (file && isNotebookPath(path) && asNotebook(file.text)) throw notByText(shown);
  if (file === undefined) {
    const [only, ...more] = edits;
    if (only === undefined || only.old !== "" || more.length > 0) {
      throw new AgentError("not_found", `${shown} does not exist, so there is nothing to replace in it.`);
    }
    return { path, file, text: only.new, replaced: 1, hasChanged: false, failures: "" };
  }
  const known = context.seen(path);
  if (known === undefined) {
    throw new AgentError("invalid_input", `You have not read ${shown} yet. Read it first, then edit it.`);
  }
  const hasChanged = known.hash !== file.hash;
  const { text, replaced, failed } = applyEach(file.text, edits, file);
  const made = edits.length - failed.length;
  const told = { path: shown, edits, hasChanged };
  if (made === 0) throw (await import("./edit-failure.ts")).failureOf(failed, told);
  if (hasChanged && replaced > made) {
    throw new AgentError("stale", `${shown} changed since you read it, so not all matches may be meant.`);
  }
  return { path, file, text, replaced, hasChanged, failures: await describe(failed, told) };
}

/** Text that is replaced in the file of a notebook easily leaves no notebook behind; one that is broken can be mended. */
const notByText = (shown: string): AgentError =>
  new AgentError("invalid_input", `${shown} is a notebook: use NotebookEdit, which edits its cells.`);

/** What the call wants replaced, in order, whichever way it was said. */
function editsOf(
  { edits, old_string, new_string, replace_all }: EditInput,
  restore: (written: string) => string,
): readonly TextEdit[] {
  const isPair = old_string !== undefined && new_string !== undefined;
  const hasPart = [old_string, new_string, replace_all].some((part) => part !== undefined);
  if (edits === undefined ? !isPair : hasPart || edits.length === 0) {
    throw new AgentError("invalid_input", "Give either old_string and new_string, or edits.");
  }
  const pairs = edits ?? (isPair ? [{ old_string, new_string, replace_all }] : []);
  return pairs.map((pair) => ({
    old: restore(pair.old_string),
    new: restore(pair.new_string),
    replaceAll: pair.replace_all ?? false,
  }));
}

/** In words, which are loaded when an edit fails. "" when none did. */
async function describe(failed: readonly FailedEdit[], told: Told): Promise<string> {
  if (failed.length === 0) return "";
  const { describeFailures } = await import("./edit-failure.ts");
  return describeFailures(failed, told);
}

/** A person accepted what could be made; the model still has to hear of the rest. */
async function withFailures(output: ToolOutput, input: EditInput, context: ToolContext): Promise<ToolOutput> {
  const before = context.accepted?.before;
  if (before === undefined || typeof output.content !== "string") return output;
  const edits = editsOf(input, (written) => context.restore(written, before));
  const path = namedPath(input.file_path, context);
  const hasBom = (await openIfThere(path, context))?.hasBom === true;
  const { failed } = applyEach(before, edits, { hasBom });
  const told = { path: shownPath(path, context), edits, hasChanged: false };
  return { ...output, content: `${output.content}${await describe(failed, told)}` };
}
