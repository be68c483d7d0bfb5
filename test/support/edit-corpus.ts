import { chmod, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod";
import { AgentError } from "../../src/core/errors.ts";
import type { Documents } from "../../src/core/ports.ts";
import { encodeText } from "../../src/hosts/node/text-encoding.ts";
import { applyEdit } from "../../src/review/apply-edit.ts";

const One = z.object({ old: z.string(), new: z.string(), replaceAll: z.boolean() });
const Case = z.object({
  id: z.string(),
  before: z.string(),
  bom: z.boolean(),
  why: z.string(),
  ...One.partial().shape,
  edits: z.array(One).optional(),
  expected: z.object({ result: z.string().optional(), error: z.string().optional() }),
});
type Case = z.infer<typeof Case>;

/** The cases of `edit-apply.jsonl`, from the text of that file. */
export const readEditCorpus = (text: string): readonly Case[] =>
  text
    .trim()
    .split("\n")
    .map((line) => Case.parse(JSON.parse(line)));

/** How the cases' texts stand on the disk: `as-is` is UTF-8 with a mark where the case says so. */
export const WRITTEN_AS = ["as-is", "utf-16le", "utf-16be"] as const;
type WrittenAs = (typeof WRITTEN_AS)[number];

const MODE = 0o754;

/** Applies every case to a real file in `folder` and says where bytes or mode are not what they have to be. */
export async function failuresOf(
  cases: readonly Case[],
  writtenAs: WrittenAs,
  { documents, folder }: { documents: Documents; folder: string },
): Promise<readonly string[]> {
  const failures: string[] = [];
  for (const each of cases) {
    if (writtenAs !== "as-is" && needsNoMark(each)) continue;
    const path = join(folder, `${each.id}-${writtenAs}.txt`);
    const before = bytesOf(each.before, each.bom, writtenAs);
    const wanted = expectedOf(each);
    const expected = wanted.result === undefined ? before : bytesOf(wanted.result, each.bom, writtenAs);
    await writeFile(path, before);
    await chmod(path, MODE);
    const error = await editFile(each, path, documents);
    const after = await readFile(path);
    const { mode } = await stat(path);
    if (error !== wanted.error) failures.push(`${each.id} (${each.why}): says ${error ?? "nothing"}`);
    if (!after.equals(expected))
      failures.push(`${each.id} (${each.why}): holds ${JSON.stringify(after.toString())}`);
    if (process.platform !== "win32" && (mode & 0o777) !== MODE)
      failures.push(`${each.id}: mode ${mode.toString(8)}`);
  }
  return failures;
}

/**
 * A NUL in the replacement is data to the edit itself, but the file would be binary from then on: nobody could read,
 * review or undo it. So writing it is refused, and the file stays as it was.
 */
const expectedOf = ({ expected }: Case): Case["expected"] =>
  expected.result?.includes("\0") ? { error: "refused" } : expected;

/** A UTF-16 file always has its mark, so a case about a file without one has no such form. */
const needsNoMark = ({ bom, old, edits = [] }: Case): boolean =>
  !bom && [old, ...edits.map((edit) => edit.old)].some((text) => text?.startsWith("\uFEFF"));

/** Resolves to the kind of error, or to undefined when the file was changed. */
async function editFile(each: Case, path: string, documents: Documents): Promise<string | undefined> {
  const signal = new AbortController().signal;
  const opened = await documents.open(path, signal).catch((thrown: unknown) => {
    if (thrown instanceof AgentError && thrown.kind === "unreadable") return undefined;
    throw thrown;
  });
  if (opened === undefined) return "binary";
  const edits = each.edits ?? [One.parse(each)];
  const result = applyEdit(opened.text, edits, opened);
  if ("error" in result) return result.error.kind;
  const saved = await documents.save(path, result.text, opened.hash, signal).catch((thrown: unknown) => {
    if (thrown instanceof AgentError && thrown.kind === "invalid_input") return undefined;
    throw thrown;
  });
  if (saved === undefined) return "refused";
  return saved.text === result.text ? undefined : "other text than was saved";
}

function bytesOf(text: string, hasBom: boolean, writtenAs: WrittenAs): Buffer {
  // A NUL is what makes a file binary: such a case has no other form.
  if (text.includes("\0")) return Buffer.from(text, "utf8");
  return writtenAs === "as-is"
    ? encodeText(text, { hasBom, encoding: "utf-8" })
    : encodeText(text, { hasBom: true, encoding: writtenAs });
}
