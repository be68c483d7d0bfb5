import { emptyFolders } from "./empty-folders.ts";
import { AgentError } from "./errors.ts";
import type { FileForm, FolderMove } from "./file-form.ts";
import { filesUnder } from "./files-under.ts";
import type { Host, Ripple, TextFile } from "./ports.ts";
import type { RecordEdit } from "./scoped-host.ts";

/** For finding out what became of a file: not the call's own time, which may be over. */
const LOOK_MS = 5_000;
/** All that is moved at once is stored first; more than that is nothing to look through. In characters. */
const MAX_MOVED = 200_000_000;

/**
 * Deletes a file once what it held is stored and the record of it is written. Rejects with `failed` for a file that
 * could not be put back byte for byte, and with `stale` when it is no longer what was looked at.
 */
export async function recordedRemove(
  host: Host,
  record: RecordEdit,
  { path, judged, baseHash }: { path: string; judged: string; baseHash: string },
  signal: AbortSignal,
): Promise<void> {
  const file = await host.documents.open(path, signal);
  if (file.hash !== baseHash) throw new AgentError("stale", `${path} changed meanwhile.`);
  const form = await formOf(path, file, host);
  if (!form) throw new AgentError("failed", `${path} could not be put back as it is, so it was not deleted.`);
  const before = await host.blobs.put(file.text);
  signal.throwIfAborted();
  const takeBack = record({ path, before, after: "", beforeText: file.text, afterText: "", form });
  try {
    await host.documents.remove(path, baseHash, signal, judged);
  } catch (thrown) {
    if (await isThere(path, host)) takeBack();
    throw thrown;
  }
}

/**
 * Gives a file or a folder another path once each file of it is in the log, and records what language services changed
 * because of that. What did not come to pass is taken back in the log.
 */
export async function recordedMove(
  host: Host,
  record: RecordEdit,
  { from, to, judged }: { from: string; to: string; judged: { from: string; to: string } },
  signal: AbortSignal,
): Promise<readonly Ripple[]> {
  const [source, target] = await Promise.all([host.fs.canonical(from), host.fs.canonical(to)]);
  if (source !== judged.from || target !== judged.to)
    throw new AgentError(
      "stale",
      `${from} or ${to} leads to another place than it did when it was decided about.`,
    );
  const files = await filesUnder(source, host, signal);
  signal.throwIfAborted();
  // A file system that folds case knows both by the old spelling.
  const place = target === source ? to : target;
  const below = await nearestFolder(place, host);
  let folder = await folderMove({ from: source, to: place }, files, host, signal);
  const moves: Moved[] = [];
  let total = 0;
  const recordRipple = async ({ path, before, after }: Ripple): Promise<void> => {
    const [old, now] = await Promise.all([host.blobs.put(before), host.blobs.put(after)]);
    record({ path, before: old, after: now, beforeText: before, afterText: after });
  };
  try {
    // One after the other: of a large folder only one text is held at a time.
    for (const file of files) {
      const path = host.paths.join(place, host.paths.within(source, file) ?? "");
      const { text, hash, form } = await imageOf(file, host, signal);
      total += text.length;
      if (total > MAX_MOVED)
        throw new AgentError("failed", `${from} holds too much text to be reviewed. Use a command.`);
      const texts = { before: hash, after: hash, beforeText: text, afterText: text };
      const takeBack = record({ path, from: file, below, ...texts, ...(form && { form }), ...folder });
      folder = undefined;
      moves.push({ path, from: file, takeBack });
    }
    signal.throwIfAborted();
    const later = (ripple: Ripple): void => void recordRipple(ripple).catch(() => undefined);
    const ripples = await host.documents.move(source, place, signal, {
      later,
      judged: { from: source, to: place },
    });
    for (const ripple of ripples) await recordRipple(ripple);
    return ripples;
  } catch (thrown) {
    for (const move of moves.toReversed()) if (!(await hasMoved(move, host))) move.takeBack();
    throw thrown;
  }
}

/** What the first file of a folder says of it: what holds nothing is in no other record. */
async function folderMove(
  way: { readonly from: string; readonly to: string },
  [first]: readonly string[],
  host: Host,
  signal: AbortSignal,
): Promise<{ readonly folder: FolderMove } | undefined> {
  if (first === way.from) return undefined;
  const empty = await emptyFolders(way.from, host, signal);
  return { folder: { ...way, empty: empty.map((path) => host.paths.within(way.from, path) ?? "") } };
}

interface Moved {
  readonly path: string;
  readonly from: string;
  readonly takeBack: () => void;
}
interface Image {
  readonly text: string;
  readonly hash: string;
  /** Undefined for what could not be put back byte for byte. */
  readonly form: FileForm | undefined;
}

/** What is no text is moved, too; there is nothing in it that could be decided about. */
async function imageOf(path: string, host: Host, signal: AbortSignal): Promise<Image> {
  const file = await host.documents.open(path, signal).catch((thrown: unknown) => {
    if (thrown instanceof AgentError && thrown.kind === "unreadable") return undefined;
    throw thrown;
  });
  if (!file) return { text: "", hash: await host.blobs.put(""), form: undefined };
  const [hash, form] = await Promise.all([host.blobs.put(file.text), formOf(path, file, host)]);
  return { text: file.text, hash, form };
}

/** The first of the folders above a path that is there. */
async function nearestFolder(path: string, { fs, paths }: Host): Promise<string> {
  let folder = paths.dirname(path);
  while (paths.dirname(folder) !== folder && !(await exists(folder, fs))) folder = paths.dirname(folder);
  return folder;
}

async function hasMoved({ path, from }: { path: string; from: string }, { fs }: Host): Promise<boolean> {
  const [isHere, isStillThere] = await Promise.all([path, from].map((one) => exists(one, fs)));
  return isHere === true && isStillThere === false;
}

const exists = (path: string, fs: Host["fs"]): Promise<boolean> =>
  fs.stat(path).then(
    () => true,
    () => false,
  );

/** What it takes besides the text to put the file back; undefined when that would not give the same bytes. */
async function formOf(path: string, file: TextFile, host: Host): Promise<FileForm | undefined> {
  const { encoding, hasBom } = file;
  if (encoding === "other") return undefined;
  const { mode } = await host.fs.stat(path);
  return {
    ...(mode !== undefined && { mode }),
    ...(hasBom && { hasBom }),
    ...(encoding && { encoding }),
  };
}

const isThere = (path: string, host: Host): Promise<boolean> =>
  host.documents.open(path, AbortSignal.timeout(LOOK_MS)).then(
    () => true,
    (thrown: unknown) => !(thrown instanceof AgentError && thrown.kind === "not_found"),
  );
