import * as z from "zod";
import { MAX_DOCUMENT_BYTES } from "../core/document-limit.ts";
import { AgentError } from "../core/errors.ts";
import type { FileStat, TextFile } from "../core/ports.ts";
import { defineTool, type ToolContext, type ToolOutput } from "../core/tool.ts";
import { readHugeFile } from "./huge-file.ts";
import { imageKind } from "./image-file.ts";
import { namedPath } from "./named-path.ts";
import { isNotebookPath } from "./notebook-cells.ts";
import { PageOfLines, type Range, splitLines } from "./page-of-lines.ts";
import { pathRule } from "./path-rule.ts";
import { shownPath } from "./shown-path.ts";

const DEFAULT_LIMIT = 2_000;
const MAX_IMAGE_BYTES = 5 * 1024 * 1024;
const MAX_IMAGE_SIDE = 8_000;

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
  maxOutputChars: 150_000,

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
    const isRange = offset !== undefined || limit !== undefined;
    try {
      const file = await context.host.documents.open(path, context.signal);
      const cells = isNotebookPath(path) ? await notebookOutput(path, file, range, context) : undefined;
      return cells ?? textOutput(path, file, range, isRange, context);
    } catch (thrown) {
      if (!(thrown instanceof AgentError) || thrown.kind !== "unreadable" || stat === undefined) throw thrown;
      return readOther(path, stat, range, context, thrown);
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
async function notebookOutput(
  path: string,
  file: TextFile,
  range: Range,
  context: ToolContext,
): Promise<ToolOutput | undefined> {
  const { readCells } = await import("./read-notebook.ts");
  return readCells(path, file, range, context);
}

function textOutput(
  path: string,
  file: TextFile,
  range: Range,
  isRange: boolean,
  context: ToolContext,
): ToolOutput {
  const known = context.seen(path);
  const knowsAll = known?.hash === file.hash && !known.isPartial;
  if (knowsAll && !isRange) {
    return { content: `[${shownPath(path, context)} is unchanged since you read it.]`, seen: [known] };
  }
  const lines = splitLines(file.text);
  const page = new PageOfLines(range);
  for (const line of lines) if (!page.add(line)) break;
  const isDirty = file.isDirty ? "\n[The editor holds unsaved changes of this file; this is its text.]" : "";
  return {
    content: `${describePage(page, lines.length, shownPath(path, context))}${isDirty}`,
    seen: [{ path, hash: file.hash, isPartial: !(page.isWhole || knowsAll) }],
  };
}

function describePage(page: PageOfLines, total: number | undefined, path: string): string {
  if (total === 0) return `[${path} is empty.]`;
  if (page.isEmpty) {
    return `[Nothing there: ${path} has ${total ?? page.lastLine} lines, so line ${page.range.offset} is past its end.]`;
  }
  if (!page.isFull) return page.text;
  const shown = `Lines ${page.range.offset}-${page.lastLine}${total === undefined ? "" : ` of ${total}`}`;
  return `${page.text}\n[${shown}. Go on: call Read with offset=${page.lastLine + 1}.]`;
}

/** What no editor opens: pictures, files that are too big, and everything that cannot be shown. */
async function readOther(
  path: string,
  stat: FileStat,
  range: Range,
  context: ToolContext,
  refusal: AgentError,
): Promise<ToolOutput> {
  const { host, signal } = context;
  const shown = shownPath(path, context);
  const head = await host.fs.read(path, signal, { offset: 0, length: 256 * 1024 });
  const image = imageKind(head);
  if (image !== undefined) {
    if (stat.sizeBytes > MAX_IMAGE_BYTES || Math.max(image.width, image.height) > MAX_IMAGE_SIDE) {
      throw new AgentError(
        "unreadable",
        `${shown} is too big to look at (${image.width} x ${image.height} pixels, ${stat.sizeBytes} bytes). Make it smaller first: at most 5 MB and 8000 pixels a side.`,
      );
    }
    const bytes = await host.fs.read(path, signal);
    const source = { type: "base64", media_type: image.mediaType, data: toBase64(bytes) };
    return { content: [{ type: "image", source }] };
  }
  if (stat.sizeBytes > MAX_DOCUMENT_BYTES) {
    const page = await readHugeFile(host.fs, path, range, signal);
    return { content: describePage(page, undefined, shown) };
  }
  if (head.includes(0)) {
    throw new AgentError(
      "unreadable",
      `${shown} is a binary file (${stat.sizeBytes} bytes), so it cannot be read as text.`,
    );
  }
  throw refusal;
}

function toBase64(bytes: Uint8Array): string {
  const pieces: string[] = [];
  // A multiple of three bytes, so that the pieces join without padding between them.
  for (let at = 0; at < bytes.byteLength; at += 24_576) {
    pieces.push(btoa(String.fromCharCode(...bytes.subarray(at, at + 24_576))));
  }
  return pieces.join("");
}
