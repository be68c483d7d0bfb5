import type { PendingEntry, PendingHunk, PendingTotal } from "../../../src/protocol/pending.ts";
import type { HostToView } from "../../../src/protocol/view.ts";

type Message<T extends HostToView["type"]> = Extract<HostToView, { type: T }>;

/** The hunks of a file that were asked for; the rest is asked for when somebody wants to see it. */
export interface FileHunks {
  readonly hash: string;
  readonly version: number;
  readonly hunks: readonly PendingHunk[];
}
export type EditOutcome = Omit<Message<"edit">, "type" | "editId">;

/** What there is to decide, as the host told it last. */
export interface PendingView {
  readonly sessionId: string;
  readonly total: PendingTotal;
  /** In the order they were first touched. */
  readonly files: readonly PendingEntry[];
  readonly byPath: ReadonlyMap<string, PendingEntry>;
  readonly hunks: ReadonlyMap<string, FileHunks>;
  readonly canUndoTurn: boolean;
}
export const NOTHING_PENDING: PendingView = {
  sessionId: "",
  total: { files: 0, hunks: 0, added: 0, removed: 0 },
  files: [],
  byPath: new Map(),
  hunks: new Map(),
  canUndoTurn: false,
};

export function foldPending(view: PendingView, message: Message<"pending">): PendingView {
  const { sessionId, isAll, total, canUndoTurn } = message;
  const isOther = sessionId !== view.sessionId;
  const byPath = new Map(isAll || isOther ? [] : view.byPath);
  for (const path of message.gone) byPath.delete(path);
  for (const entry of message.files) byPath.set(entry.path, entry);
  // What was shown of a file stays on screen until its newer hunks are here.
  const kept = isOther ? [] : [...view.hunks].filter(([path]) => byPath.has(path));
  return {
    sessionId,
    total,
    canUndoTurn,
    files: [...byPath.values()].toSorted((a, b) => a.order - b.order),
    byPath,
    hunks: new Map(kept),
  };
}

export function foldHunks(view: PendingView, message: Message<"hunks">): PendingView {
  const { path, hash, version, from, hunks } = message;
  if (!view.byPath.has(path)) return view;
  const known = view.hunks.get(path);
  const before = known?.version === version ? known.hunks.slice(0, from) : [];
  // A page that does not follow on what is known belongs to another state of the file.
  if (before.length !== from) return view;
  const all = new Map(view.hunks).set(path, { hash, version, hunks: [...before, ...hunks] });
  return { ...view, hunks: all };
}
