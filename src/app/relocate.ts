import { AgentError, toAgentError } from "../core/errors.ts";
import { type EventOf, MAIN } from "../core/event.ts";
import type { Host } from "../core/ports.ts";
import type { Session } from "../core/session.ts";
import type { EditRecord, Ledger } from "../review/ledger.ts";
import { foldersBack } from "./empty-folders.ts";
import { openIfThere } from "./review-hunks.ts";
import { requireSamePlace } from "./same-place.ts";

interface Parts {
  readonly host: Host;
  readonly session: Session;
  readonly ledger: Ledger;
}
interface Way {
  readonly from: string;
  readonly to: string;
}
export interface Relocation extends Way {
  /** Takes away the folders it came from that are empty then, below this one. */
  readonly prunesBelow?: string | undefined;
}
const WITHIN_MS = 30_000;

/**
 * Puts a file where a decision wants it. The log says so first, so that nobody takes it for the work of a person, and
 * takes that back when it could not be. Rejects with `stale` where something else is, or is to be decided about.
 */
export async function relocate(relocation: Relocation, parts: Parts): Promise<void> {
  const { from, to, prunesBelow } = relocation;
  const { host, session } = parts;
  await requireRoom(relocation, parts);
  session.append(MAIN, { type: "moved", from, to, by: "review" });
  try {
    await host.documents.move(from, to, AbortSignal.timeout(WITHIN_MS), { prunesBelow });
  } catch (thrown) {
    if (!(await isThere(to, host))) session.append(MAIN, { type: "moved", from: to, to: from, by: "review" });
    throw thrown;
  }
}

/** Rejects with `stale` where a file cannot go. */
export async function requireRoom({ from, to }: Relocation, { host, ledger }: Parts): Promise<void> {
  if (ledger.file(to)?.baseline)
    throw new AgentError("stale", `Something is to be decided about ${to} first, where it would go.`);
  const isFolded = host.platform !== "linux" && from.toLowerCase() === to.toLowerCase();
  if (!isFolded && (await isThere(to, host)))
    throw new AgentError("stale", `${to} is there again, so it was left where it is.`);
}

/** In an order in which a file that goes makes room for one that goes to where it was; those that stay come last. */
export function makingRoom<T>(files: readonly T[], wayOf: (file: T) => Way | undefined): readonly T[] {
  const left = files.flatMap((file) => {
    const way = wayOf(file);
    return way ? [{ file, ...way }] : [];
  });
  const ordered: T[] = [];
  while (left.length > 0) {
    const next = left.findIndex((one) => !left.some((other) => other !== one && other.from === one.to));
    // Round in a circle none of them can.
    ordered.push(...left.splice(Math.max(next, 0), 1).map(({ file }) => file));
  }
  return [...ordered, ...files.filter((file) => wayOf(file) === undefined)];
}

/** Where a file waits that has to make room: beside its place, so that it is seen, should it ever be left there. */
export const asideOf = (path: string): string => `${path}.${crypto.randomUUID().slice(0, 8)}.moving`;

/** Takes a move back. Resolves to the blob of what the file holds, "" when it is gone. */
export async function moveBack(edit: EditRecord, parts: Parts): Promise<string> {
  const { editId, path, from, to } = edit;
  if (from === undefined || from === path) return edit.after;
  if (path !== to) throw new AgentError("stale", "It was moved on since; undo that first.");
  await requireSamePlace({ editId, path }, parts);
  const file = await openIfThere(path, parts.host).catch((thrown: unknown) => {
    // What is no text goes back as well.
    if (toAgentError(thrown).kind === "unreadable") return { text: undefined };
    throw thrown;
  });
  if (file === undefined) return "";
  await relocate({ from: path, to: from, prunesBelow: madeBelow(edit, parts) }, parts);
  await foldersBack(edit, parts);
  return file.text === undefined ? edit.after : parts.host.blobs.put(file.text);
}

export const isThere = (path: string, { fs }: Host): Promise<boolean> =>
  fs.stat(path).then(
    () => true,
    () => false,
  );

/** Where what a move made on the way begins. Logs from before this was written down say no more than the workspace folder. */
export function madeBelow({ below, path }: EditRecord, { host, session }: Parts): string | undefined {
  if (below !== undefined) return below;
  const began = session.events.find((event): event is EventOf<"session"> => event.type === "session");
  return began?.roots.find((root) => host.paths.within(root, path) !== undefined);
}
