import * as z from "zod";
import { AgentError } from "../core/errors.ts";
import type { FileStat, TextFile } from "../core/ports.ts";
import { defineTool, type ToolContext, type ToolOutput } from "../core/tool.ts";
import { namedPath } from "./named-path.ts";
import { isNotebookPath } from "./notebook-cells.ts";
import {
  DEFAULT_LIMIT,
  describePage,
  MAX_PAGE_CHARS,
  PageOfLines,
  type Range,
  splitLines,
  unsavedNote,
} from "./page-of-lines.ts";
import { pathRule } from "./path-rule.ts";
import { shownPath } from "./shown-path.ts";

export const read = defineTool({
  name: "Read",
  brings: "file text",
  description:
    "Reads a text file (numbered lines, unsaved editor text included) or an image. Read a file before changing it.",
  input: z.strictObject({
    file_path: z.string(),
    offset: z.int().positive().optional().describe("First line"),
    limit: z.int().positive().optional().describe("Lines; default 2000"),
  }),
  title: ({ file_path, offset, limit }, place) => {
    const path = shownPath(namedPath(file_path, place), place);
    if (offset === undefined && limit === undefined) return `Read ${path}`;
    const first = offset ?? 1;
    return `Read ${path}, lines ${first}-${first + (limit ?? DEFAULT_LIMIT) - 1}`;
  },
  accesses: ({ file_path }, place) => [{ kind: "read", target: namedPath(file_path, place) }],
  suggest: ({ file_path }, place) => pathRule("Read", namedPath(file_path, place), place),
  // A page with the words at its end.
  maxOutputChars: MAX_PAGE_CHARS + 4_000,

  async run({ file_path, offset, limit }, context) {
    const path = namedPath(file_path, context);
    const stat = await statIfThere(path, context);
    if (stat?.kind === "directory") {
      throw new AgentError("invalid_input", `${file_path} is a folder. List it with Glob and a pattern.`);
    }
    if (stat?.kind === "other") {
      throw new AgentError("unreadable", `${file_path} is a pipe, socket or device, not a file.`);
    }
    const range = { offset: offset ?? 1, limit: limit ?? DEFAULT_LIMIT };
    try {
      const file = await context.host.documents.open(path, context.signal);
      const view = async (maxChars?: number): Promise<ToolOutput> => {
        const cells = isNotebookPath(path)
          ? await notebookOutput({ path, file, range, maxChars }, context)
          : undefined;
        return cells ?? textOutput({ path, file, range, maxChars }, context);
      };
      return { ...(await view()), shorter: view };
    } catch (thrown) {
      if (!(thrown instanceof AgentError) || thrown.kind !== "unreadable" || stat === undefined) throw thrown;
      const { readOther } = await import("./read-other.ts");
      return readOther({ path, stat, range }, context, thrown);
    }
  },
});

/** An unsaved new file has no entry on the disk, but the editor knows it. */
async function statIfThere(path: string, { host }: ToolContext): Promise<FileStat | undefined> {
  try {
    return await host.fs.stat(path);
  } catch (thrown) {
    if (thrown instanceof AgentError && thrown.kind === "not_found") return undefined;
    throw thrown;
  }
}

/** Undefined for what is no notebook, whatever its name says: then it is shown as the text it is. */
async function notebookOutput(wanted: Wanted, context: ToolContext): Promise<ToolOutput | undefined> {
  const { readCells } = await import("./read-notebook.ts");
  return readCells(wanted, context);
}

interface Wanted {
  readonly path: string;
  readonly file: TextFile;
  readonly range: Range;
  /** Default: as much as one page may hold. */
  readonly maxChars: number | undefined;
}

async function textOutput(
  { path, file, range, maxChars }: Wanted,
  context: ToolContext,
): Promise<ToolOutput> {
  const lines = splitLines(file.text);
  const page = new PageOfLines(range, maxChars);
  for (const line of lines) if (!page.add(line)) break;
  const held = context.held(path);
  if (held.texts.length > 0 && !page.isEmpty) {
    const { readAgain } = await import("./read-again.ts");
    return readAgain({ path, file, lines, page }, held, context);
  }
  const shown = describePage(page, lines.length, shownPath(path, context));
  return {
    content: `${shown}${unsavedNote(file)}`,
    seen: [
      {
        path,
        hash: file.hash,
        isPartial: !page.isWhole,
        ...(!page.isEmpty && { lines: [[range.offset, page.lastLine]] }),
        lineCount: lines.length,
      },
    ],
  };
}
