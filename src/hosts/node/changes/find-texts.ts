import type { FileForm } from "../../../core/file-form.ts";
import type { FoundChange, FoundChanges } from "../../../core/ports.ts";
import { type DecodedText, decodeText } from "../text-encoding.ts";
import { type FileEntry, isSameContent, readAs, type Signature } from "./file-entry.ts";
import type { WorkspaceIndex } from "./workspace-index.ts";

const MAX_TEXT_BYTES = 2 * 1024 * 1024;
/** Changes read before others get their turn. */
const SLICE = 50;

type Changed = ReadonlyMap<
  string,
  { readonly index: WorkspaceIndex; readonly before: FileEntry | undefined }
>;
type Found = Pick<FoundChanges, "files" | "lost" | "sizes" | "moved">;

/** The texts from before and after: of files that changed, came into being or went. */
export async function findTexts(changed: Changed): Promise<Found> {
  const stored = await readStored(changed);
  const moved = movedFrom(changed);
  const files: FoundChange[] = [];
  const lost = new Map<string, ReturnType<typeof sizesOf>>();
  let count = 0;
  for (const [path, { index, before }] of changed) {
    count += 1;
    if (count % SLICE === 0) await new Promise(setImmediate);
    const now = index.files.get(path);
    if (isUntouched(before, now?.signature)) continue;
    const after = now && bytesNow(path, now.signature);
    const { bytes, blob } = before ?? {};
    const old = bytes ?? (blob ? stored.get(index)?.get(blob.oid) : moved.get(path)?.read());
    const found = compare({ wasThere: before !== undefined, old, isThere: now !== undefined, after });
    if (found === "lost") lost.set(path, sizesOf(before, now));
    else if (found !== "same")
      files.push({ path, ...found, ...(!now && before && { form: formOf(before, old) }) });
  }
  return { files: files.sort(byPath), ...told(lost, moved) };
}

const sizesOf = (before: FileEntry | undefined, now: { signature: Signature } | undefined) => ({
  before: before?.signature.size ?? 0,
  after: now?.signature.size ?? 0,
});

/** What only has another name now is not lost. */
function told(
  lost: Map<string, ReturnType<typeof sizesOf>>,
  arrived: ReadonlyMap<string, Arrived>,
): Pick<Found, "lost" | "sizes" | "moved"> {
  const moved = [...arrived].flatMap(([from, { to }]) =>
    lost.has(from) && lost.has(to) ? [{ from, to }] : [],
  );
  for (const { from, to } of moved) for (const path of [from, to]) lost.delete(path);
  return {
    lost: [...lost.keys()].sort(),
    ...(lost.size > 0 && { sizes: lost }),
    ...(moved.length > 0 && { moved }),
  };
}

const byPath = (a: FoundChange, b: FoundChange): number => (a.path < b.path ? -1 : 1);

/** It came and went, or only its mode was changed. */
const isUntouched = (before: FileEntry | undefined, now: Signature | undefined): boolean =>
  before === undefined || now === undefined
    ? before === now
    : !before.isRacy && isSameContent(before.signature, now);

const bytesNow = (path: string, signature: Signature): Buffer | undefined =>
  signature.size <= MAX_TEXT_BYTES ? readAs(signature, path) : undefined;

interface Arrived {
  readonly to: string;
  read(): Buffer | undefined;
}

/** A file that moved is the same one under another name: its old text is there. */
function movedFrom(changed: Changed): ReadonlyMap<string, Arrived> {
  const arrived = new Map<number, { path: string; signature: Signature }>();
  for (const [path, { index, before }] of changed) {
    const now = index.files.get(path);
    if (before === undefined && now) arrived.set(now.signature.ino, { path, signature: now.signature });
  }
  const found = new Map<string, Arrived>();
  for (const [path, { index, before }] of changed) {
    const there = before && !index.files.has(path) ? arrived.get(before.signature.ino) : undefined;
    if (before && there && isSameContent(before.signature, there.signature))
      found.set(path, { to: there.path, read: () => bytesNow(there.path, there.signature) });
  }
  return found;
}

async function readStored(
  changed: Changed,
): Promise<ReadonlyMap<WorkspaceIndex, ReadonlyMap<string, Buffer>>> {
  const byIndex = Map.groupBy(changed.values(), ({ index }) => index);
  const read = [...byIndex].map(async ([index, entries]) => {
    const blobs = entries.flatMap(({ before }) => before?.blob ?? []);
    return [index, await index.git.read(blobs)] as const;
  });
  return new Map(await Promise.all(read));
}

interface Sides {
  readonly wasThere: boolean;
  readonly old: Buffer | undefined;
  readonly isThere: boolean;
  readonly after: Buffer | undefined;
}

/** "lost": it changed, but could not be put back as it was. Undefined texts stand for a file that is not there. */
function compare({ wasThere, old, isThere, after }: Sides): Omit<FoundChange, "path"> | "same" | "lost" {
  if (old && after?.equals(old)) return "same";
  const before = old && decodeText(old);
  const now = after && decodeText(after);
  if ((wasThere && !before) || (isThere && !now)) return "lost";
  return isKept(before, now) ? { before: before?.text, after: now?.text } : "lost";
}

/** What a file that is gone was besides its text. */
function formOf({ signature }: FileEntry, old: Buffer | undefined): FileForm {
  const { hasBom = false, encoding = "utf-8" } = (old && decodeText(old)) ?? {};
  return {
    ...(process.platform !== "win32" && { mode: signature.mode & 0o777 }),
    ...(hasBom && { hasBom }),
    ...(encoding !== "utf-8" && { encoding }),
  };
}

/** Marks and encodings are kept by what is written into a file. */
function isKept(before: DecodedText | undefined, now: DecodedText | undefined): boolean {
  if (!before || !now) return true;
  return before.hasBom === now.hasBom && before.encoding === now.encoding && before.text !== now.text;
}
