import * as z from "zod";
import type { Detail } from "../core/detail.ts";
import { AgentError } from "../core/errors.ts";
import type { TextFile } from "../core/ports.ts";
import { defineTool, type PreviewContext } from "../core/tool.ts";
import { namedPath } from "./named-path.ts";
import { requireFileItself } from "./require-file-itself.ts";
import { shownPath } from "./shown-path.ts";

const Input = z.strictObject({ file_path: z.string() });
type Input = z.infer<typeof Input>;

export const deleteFile = defineTool({
  name: "Delete",
  brings: "own words",
  description: "Deletes a text file. The user can undo that.",
  input: Input,
  title: ({ file_path }, place) => `Delete ${shownPath(namedPath(file_path, place), place)}`,
  accesses: ({ file_path }, place) => [{ kind: "write", target: namedPath(file_path, place) }],
  async preview(input, context) {
    const { path, file } = await look(input, context);
    return detailOf(path, file);
  },

  async run(input, context) {
    const { path, file } = await look(input, context);
    await context.host.documents.remove(path, file.hash, context.signal);
    const detail = await detailOf(path, file);
    // Known to be gone: that is no news to whoever did it.
    const seen = [{ path, hash: "", isPartial: false }];
    return { content: `Deleted ${shownPath(path, context)}.`, detail, seen };
  },
});

async function detailOf(path: string, { text }: TextFile): Promise<Detail> {
  const { diffDetail } = await import("../review/diff.ts");
  return diffDetail({ path, before: text, after: undefined });
}

/** The file that is to go, or why it must not: what could not be put back byte for byte stays. */
async function look(
  { file_path }: Input,
  context: PreviewContext,
): Promise<{ path: string; file: TextFile }> {
  const path = namedPath(file_path, context);
  const shown = shownPath(path, context);
  const { kind } = await context.host.fs.stat(path);
  if (kind === "directory") {
    throw new AgentError(
      "invalid_input",
      `${shown} is a folder, and Delete removes one file. Name its files.`,
    );
  }
  await requireFileItself(path, context);
  const file = await context.host.documents.open(path, context.signal).catch((thrown: unknown) => {
    if (thrown instanceof AgentError && thrown.kind === "unreadable") throw lasting(shown, thrown.message);
    throw thrown;
  });
  if (file.isDirty) {
    throw new AgentError(
      "failed",
      `${shown} has unsaved changes of the user in the editor. Ask them to save or discard those first.`,
    );
  }
  if (file.encoding === "other") throw lasting(shown, "Only the editor knows its encoding.");
  return { path, file };
}

const lasting = (shown: string, why: string): AgentError =>
  new AgentError(
    "failed",
    `${shown} could not be brought back once it is gone, so it was not deleted. ${why} If it has to go, use a command.`,
  );
