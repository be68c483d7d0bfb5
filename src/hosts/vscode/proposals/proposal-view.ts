import type { Host } from "../../../core/ports.ts";
import { type CellText, cellText } from "../../../review/cell-text.ts";
import { exactText } from "../../../review/editor-text.ts";
import type { OpenProposal } from "../engine.ts";
import { isNotebookFile } from "../notebooks/notebook-texts.ts";

/** What an editor shows of a proposal, and what is meant by what is written there. */
export interface ProposalView {
  /** Of the document: its name says the language. */
  readonly path: string;
  /** The blob on the left; undefined where that is the file itself. */
  readonly before?: string;
  /** Of a notebook, the cell that is shown. */
  readonly cell?: CellText;
  shown(text: string): string;
  /** Undefined when it cannot be told apart from its line ends. */
  meant(shown: string): string | undefined;
}

/**
 * Of a notebook, the source of the cell that is proposed; where that is more than one cell, the text of its file. The
 * editor would save a notebook in its own way, and nobody could tell that from what was written.
 */
export async function viewOf(
  { path, before = "", after, isPlan }: OpenProposal,
  { blobs }: Pick<Host, "blobs">,
): Promise<ProposalView> {
  const meant = (shown: string): string | undefined => exactText(after, shown);
  if (isPlan || !isNotebookFile(path)) return { path, shown: (text) => text, meant };
  const cell = cellText(before, after);
  if (!cell) {
    const hash = await blobs.put(before);
    return { path: `${path}.json`, before: hash, shown: (text) => text, meant };
  }
  return {
    path: `${path}.cell-${cell.at}${EXTENSIONS[cell.language] ?? ".txt"}`,
    before: await blobs.put(cell.before),
    cell,
    shown: (text) => cell.sourceIn(text),
    meant: (shown) => cell.withSource(cell.sourceIn(after).includes("\r") ? shown : unix(shown)),
  };
}

const unix = (text: string): string => text.replaceAll("\r\n", "\n");

/** Language services go by the name of a document first. */
const EXTENSIONS: Readonly<Record<string, string>> = {
  python: ".py",
  markdown: ".md",
  r: ".r",
  julia: ".jl",
  javascript: ".js",
  typescript: ".ts",
};
