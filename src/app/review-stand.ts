import { toAgentError } from "../core/errors.ts";
import { type AgentEvent, type EventOf, MAIN } from "../core/event.ts";
import type { ReviewState } from "../core/events/edits.ts";
import type { FileForm } from "../core/file-form.ts";
import type { Host } from "../core/ports.ts";
import type { Session } from "../core/session.ts";
import type { FileLedger, Ledger } from "../review/ledger.ts";
import { baselineAfter } from "../review/three-way.ts";
import { baselineText, blob, openIfThere, pendingFile } from "./review-hunks.ts";

export interface Parts {
  readonly host: Host;
  readonly session: Session;
  readonly ledger: Ledger;
}

/**
 * How a file stands in review now, unsaved text included. Rejects with `unreadable` when it is no text, unless all that
 * is to be decided about it is where it is.
 */
export async function standOf(path: string, parts: Parts): Promise<ReviewState> {
  const file = parts.ledger.file(path);
  try {
    return await textStandOf(path, parts);
  } catch (thrown) {
    if (!file || !isOnlyMoved(file) || toAgentError(thrown).kind !== "unreadable") throw thrown;
    const { newest } = file;
    return { pending: pendingIn(file), kept: [], baseline: newest, text: newest, isPartlyKept: false };
  }
}

/** Nothing has ever been done to its text: what is no text is known to the log like this only. */
export const isOnlyMoved = ({ edits }: FileLedger): boolean => edits.every(({ to }) => to !== undefined);

async function textStandOf(path: string, parts: Parts): Promise<ReviewState> {
  const { host, ledger } = parts;
  const file = ledger.file(path);
  const review = await pendingFile(path, parts);
  const now = review?.current ?? (await openIfThere(path, host))?.text;
  const [text, form] =
    now === undefined ? [""] : await Promise.all([host.blobs.put(now), formOf(path, host)]);
  return {
    pending: pendingIn(file),
    kept: [],
    baseline: file?.baseline ? await storedBaseline() : text,
    text,
    isPartlyKept: file?.baseline !== undefined && file.isPartlyKept,
    ...(form && { form }),
  };

  async function storedBaseline(): Promise<string> {
    const baseline = review?.baseline ?? (file ? await baselineText(file, host) : "");
    return baseline === "" && file?.baseline?.hash === "" ? "" : host.blobs.put(baseline);
  }
}

/** What a file is besides its text: its mode and its encoding. */
async function formOf(path: string, { fs, documents }: Host): Promise<FileForm> {
  const { mode } = await fs.stat(path).catch((): { mode?: number } => ({}));
  const { hasBom, encoding } = await documents.open(path, AbortSignal.timeout(WITHIN_MS));
  return {
    ...(mode !== undefined && { mode: mode & MODE_BITS }),
    ...(hasBom && { hasBom }),
    ...(encoding && encoding !== "other" && { encoding }),
  };
}
const MODE_BITS = 0o777;
const WITHIN_MS = 30_000;

/** Of the files that can be read; the others can be decided about, but that cannot be taken back. */
export async function standsOf(
  paths: Iterable<string>,
  parts: Parts,
): Promise<ReadonlyMap<string, ReviewState>> {
  const found = await Promise.all(
    [...new Set(paths)].map(
      async (path) => [path, await standOf(path, parts).catch(() => undefined)] as const,
    ),
  );
  return new Map(found.flatMap(([path, stand]) => (stand ? [[path, stand] as const] : [])));
}

/**
 * Writes down what it takes to take decisions back: how files stood before, and what the log says of them since `fromSeq`
 * (they may have changed again meanwhile).
 */
export async function recordDecision(
  what: "kept" | "undone",
  { stands, fromSeq }: { stands: ReadonlyMap<string, ReviewState>; fromSeq: number },
  parts: Parts,
): Promise<void> {
  const { session, ledger } = parts;
  const decision = crypto.randomUUID();
  const since = session.events.filter(({ seq }) => seq >= fromSeq);
  for (const [path, { at, made }] of followed([...stands.keys()], since)) {
    const before = stands.get(path);
    if (!before || made.length === 0) continue;
    const wrote = made.findLast(({ verdict, after }) => verdict === "undone" && after !== undefined);
    const text = wrote?.after ?? before.text;
    const pending = pendingIn(ledger.file(at));
    const settled = before.pending.filter((id) => !pending.includes(id));
    const after =
      what === "undone" && !made.some(({ type }) => type === "hunks.reviewed")
        ? await standWithout(settled, { before, text }, parts)
        : await standNow(at, text, parts);
    const moved = at === path ? {} : { movedTo: at };
    session.append(MAIN, { type: "decided", decision, what, path, ...moved, before, after });
  }
}

interface Followed {
  /** Where the file is after all of it. */
  at: string;
  readonly made: EventOf<"reviewed" | "hunks.reviewed">[];
}

/** What events say was decided about each of these files, wherever it went meanwhile. */
function followed(paths: readonly string[], events: readonly AgentEvent[]): ReadonlyMap<string, Followed> {
  const files = new Map(paths.map((path): [string, Followed] => [path, { at: path, made: [] }]));
  const places = new Map([...files.values()].map((file) => [file.at, file]));
  for (const event of events) {
    const file = event.type === "moved" ? places.get(event.from) : undefined;
    if (event.type === "moved" && file) {
      places.delete(event.from);
      places.set(event.to, file);
      file.at = event.to;
    }
    if (isVerdict(event)) places.get(event.path)?.made.push(event);
  }
  return files;
}

/** What is left to decide in a file once these edits are out of it and it holds `text` (a blob). */
export async function standWithout(
  editIds: readonly string[],
  { before, text }: { before: ReviewState; text: string },
  { host }: Parts,
): Promise<ReviewState> {
  const pending = before.pending.filter((id) => !editIds.includes(id));
  if (pending.length === 0) return { pending, kept: [], baseline: text, text, isPartlyKept: false };
  const { isPartlyKept } = before;
  // What was pending is in no baseline: with nothing of it kept there is nothing to take out. Edits that cancel each other
  // out would look as if it were otherwise.
  if (!isPartlyKept && !editIds.some((id) => before.kept.includes(id)))
    return { pending, kept: [], baseline: before.baseline, text, isPartlyKept };
  const [baseline, from, to] = await Promise.all([
    blob(before.baseline, host),
    blob(before.text, host),
    blob(text, host),
  ]);
  const left = baselineAfter({ baseline, before: from, after: to });
  const isNew = left === "" && before.baseline === "";
  const stored = isNew ? "" : await host.blobs.put(left);
  return { pending, kept: [], baseline: stored, text, isPartlyKept: before.isPartlyKept };
}

async function standNow(path: string, text: string, parts: Parts): Promise<ReviewState> {
  const file = parts.ledger.file(path);
  const pending = pendingIn(file);
  if (!file?.baseline) return { pending, kept: [], baseline: text, text, isPartlyKept: false };
  const { hash, steps } = file.baseline;
  const baseline = steps.length === 0 ? hash : (await standOf(path, parts)).baseline;
  return { pending, kept: [], baseline, text, isPartlyKept: file.isPartlyKept };
}

const isVerdict = (event: AgentEvent): event is EventOf<"reviewed" | "hunks.reviewed"> =>
  event.type === "reviewed" || event.type === "hunks.reviewed";

export const pendingIn = (file: FileLedger | undefined): string[] =>
  (file?.edits ?? []).filter(({ state }) => state === "pending").map(({ editId }) => editId);
