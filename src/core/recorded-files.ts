import { AgentError } from "./errors.ts";
import type { FileForm } from "./event.ts";
import type { Host, TextFile } from "./ports.ts";
import type { RecordEdit } from "./scoped-host.ts";

/** For finding out what became of a file: not the call's own time, which may be over. */
const LOOK_MS = 5_000;

/**
 * Deletes a file once what it held is stored and the record of it is written. Rejects with `failed` for a file that
 * could not be put back byte for byte, and with `stale` when it is no longer what was looked at.
 */
export async function recordedRemove(
  host: Host,
  record: RecordEdit,
  { path, baseHash }: { path: string; baseHash: string },
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
    await host.documents.remove(path, baseHash, signal);
  } catch (thrown) {
    if (await isThere(path, host)) takeBack();
    throw thrown;
  }
}

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
