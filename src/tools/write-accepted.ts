import { AgentError } from "../core/errors.ts";
import type { TextFile } from "../core/ports.ts";
import type { Accepted, ToolContext, ToolOutput } from "../core/tool.ts";
import { amendPatch } from "../review/amend-patch.ts";
import { diffDetail } from "../review/diff.ts";
import { undoEdit } from "../review/three-way.ts";
import { knownByEdit } from "./known-by-edit.ts";
import { isNotebookPath } from "./notebook-cells.ts";
import { openIfThere } from "./open-if-there.ts";
import { saveAndCheck } from "./save-and-check.ts";
import { showHunks, showSeams } from "./shown-hunks.ts";
import { shownPath } from "./shown-path.ts";

/** Somebody who types changes the file between reading and writing: what still fits is tried again so often. */
const ATTEMPTS = 5;

/**
 * Writes what a person accepted, in place of what the call said, and tells the model what was changed about it. What
 * happened to the file since they were asked stays; where both are at the same place, it is `stale` and nothing is written.
 */
export async function writeAccepted(accepted: Accepted, context: ToolContext): Promise<ToolOutput> {
  const { path } = accepted;
  const shown = shownPath(path, context);
  const { file, text, saved, problems, found } = await carryOut(accepted, shown, context);
  const detail = await diffDetail({ path, before: file?.text, after: saved.text });
  const hasMoved = file?.text !== accepted.before;
  // A byte order mark is not part of what a file's text is read as.
  const isAsPlanned = saved.text === text.replace(/^\uFEFF/, "");
  const verb = file === undefined ? "Created" : "Edited";
  const isAmended = accepted.after !== accepted.proposed;
  const patch = isAmended ? amendPatch(accepted.proposed, accepted.after) : { text: "", isWhole: true };
  const parts = [
    isAmended
      ? `${verb} ${shown}. The user changed your edit before accepting it. From your version to what was accepted:\n${patch.text}\nKeep it that way; do not put back what the user took out.`
      : `${verb} ${shown}:\n${(isAsPlanned ? showSeams : showHunks)(detail.hunks)}`,
    hasMoved ? "\nThe file changed while the user was asked; this was put into it as it is now." : "",
    isAsPlanned ? "" : "\nThe editor formatted the file while saving it: Read it before you go on.",
    problems,
  ];
  const isPartial = hasMoved || !isAsPlanned || !patch.isWhole || isUnknown(path, context);
  const isKnown = isAsPlanned && !hasMoved && patch.isWhole && !isNotebookPath(path);
  const known = isKnown ? knownByEdit(file, saved.text) : undefined;
  const seen = [{ path, hash: saved.hash, isPartial, ...known }];
  return { content: parts.join(""), detail, seen, problems: found };
}

/** Who had read only a part of a file still has, unless there was no file. */
const isUnknown = (path: string, context: ToolContext): boolean => context.seen(path)?.isPartial === true;

async function carryOut(accepted: Accepted, shown: string, context: ToolContext) {
  const { path } = accepted;
  const attempts = {};
  for (let attempt = 1; ; attempt += 1) {
    const file = await openIfThere(path, context);
    const text = fitted(accepted, file, shown);
    if (file?.text === text) return { file, text, saved: file, problems: "", found: [] };
    try {
      return { file, text, ...(await saveAndCheck({ path, text, base: file }, context, attempts)) };
    } catch (thrown) {
      const isOvertaken = thrown instanceof AgentError && thrown.kind === "stale" && file !== undefined;
      if (!isOvertaken || attempt === ATTEMPTS) throw thrown;
    }
  }
}

/** The accepted change in the file as it is now. Throws `stale` where it no longer fits. */
function fitted({ before, after }: Accepted, file: TextFile | undefined, shown: string): string {
  if (before === file?.text || file?.text === after) return after;
  if (before === undefined)
    throw new AgentError("stale", `${shown} was created while the user was asked; nothing was written.`);
  if (file === undefined)
    throw new AgentError("stale", `${shown} was removed while the user was asked; nothing was written.`);
  const result = undoEdit({ current: file.text, before: after, after: before });
  if ("text" in result) return result.text;
  const lines = result.conflict.hunks.map(({ line }) => line).join(", ");
  throw new AgentError(
    "stale",
    `${shown} was changed at the same lines (${lines}) while the user was asked; nothing was written. It is no longer what the user approved: Read it again.`,
  );
}
