import { AgentError } from "../core/errors.ts";
import type { TextFile } from "../core/ports.ts";
import type { Preview, PreviewContext, ToolContext, ToolOutput } from "../core/tool.ts";
import { diffDetail } from "../review/diff.ts";
import { readNotebook } from "../review/notebook-text.ts";
import { knownWhole } from "./known-by-edit.ts";
import { namedPath } from "./named-path.ts";
import { isNotebookPath, notebookProblem } from "./notebook-cells.ts";
import { openIfThere } from "./open-if-there.ts";
import { splitLines } from "./page-of-lines.ts";
import { saveAndCheck } from "./save-and-check.ts";
import { shownPath } from "./shown-path.ts";
import type { WriteInput } from "./write.ts";

/** What the card shows, and the texts it is about. */
export async function proposeWrite(input: WriteInput, context: PreviewContext): Promise<Required<Preview>> {
  const { path, file, text } = await plan(input, context);
  const change = { path, before: file?.text, after: text };
  return { detail: await diffDetail(change), change };
}

/** Writes the file, or what a person made of it. Rejects as `plan` does, and with what saving rejects with. */
export async function runWrite(input: WriteInput, context: ToolContext): Promise<ToolOutput> {
  if (context.accepted) {
    const { writeAccepted } = await import("./write-accepted.ts");
    return writeAccepted(context.accepted, context);
  }
  const { path, file, text } = await plan(input, context);
  const shown = shownPath(path, context);
  if (file?.text === text) {
    return {
      content: `${shown} already has exactly this content; nothing was written.`,
      seen: [{ path, hash: file.hash, isPartial: false }],
    };
  }
  const { saved, problems, found } = await saveAndCheck({ path, text, base: file }, context);
  const detail = await diffDetail({ path, before: file?.text, after: saved.text });
  const isAsWritten = saved.text === withoutBom(text);
  const isKnown = isAsWritten && !isNotebookPath(path);
  const size = `${splitLines(saved.text).length} lines`;
  const done = file === undefined ? `Created ${shown} (${size}).` : `Replaced ${shown} (${size} now).`;
  const formatted = isAsWritten ? "" : "\nThe editor formatted it while saving: Read it before you go on.";
  return {
    content: `${done}${formatted}${problems}`,
    detail,
    seen: [{ path, hash: saved.hash, isPartial: !isAsWritten, ...(isKnown && knownWhole(saved.text)) }],
    problems: found,
  };
}

async function plan(
  { file_path, content }: WriteInput,
  context: PreviewContext,
): Promise<{ path: string; file: TextFile | undefined; text: string }> {
  const path = namedPath(file_path, context);
  const shown = shownPath(path, context);
  const file = await openIfThere(path, context);
  if (isNotebookPath(path)) requireNotebook(content, shown);
  if (file === undefined) return { path, file, text: context.restore(content, "") };
  const known = context.seen(path);
  if (known === undefined) {
    throw new AgentError("invalid_input", `${shown} exists and you have not read it. Read it first.`);
  }
  if (known.hash !== file.hash) {
    throw new AgentError("stale", `${shown} changed since you read it.`);
  }
  if (known.isPartial && isNotebookPath(path)) {
    throw new AgentError(
      "invalid_input",
      `Read shows the cells of ${shown} and not all it holds, and Write replaces all of it. Use NotebookEdit.`,
    );
  }
  if (known.isPartial) {
    throw new AgentError(
      "invalid_input",
      `You have only a part of ${shown} before you, and Write replaces all of it. Use Edit, or Read the whole file first.`,
    );
  }
  return { path, file, text: likeExisting(context.restore(content, file.text), file) };
}

function requireNotebook(content: string, shown: string): void {
  const problem = readNotebook(withoutBom(content));
  if (typeof problem === "string") throw notebookProblem(shown, problem);
}

const withoutBom = (text: string): string => (text.startsWith("\uFEFF") ? text.slice(1) : text);

/** A file with Windows line ends keeps them, and its byte order mark is not part of the text. */
function likeExisting(content: string, { text, hasBom }: TextFile): string {
  const bare = hasBom ? withoutBom(content) : content;
  const isCrlf = text.includes("\r\n") && !/(?<!\r)\n/.test(text);
  return isCrlf && !bare.includes("\r\n") ? bare.replaceAll("\n", "\r\n") : bare;
}
