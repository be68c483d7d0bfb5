import type { PendingEntry, PendingHunk } from "../../../src/protocol/pending.ts";
import type { HostToView } from "../../../src/protocol/view.ts";
import { type Log, ROOT } from "./log.ts";

/** What the host would say is pending after this log, if every edit were one hunk. */
export function pendingOf(log: Log): HostToView {
  const files = new Map<string, PendingEntry>();
  for (const { path, added, removed } of log.transcript.status.pendingEdits) {
    const known = files.get(path) ?? entry(path.slice(ROOT.length + 1), 0, files.size);
    files.set(path, {
      ...known,
      hunks: known.hunks + 1,
      added: known.added + added,
      removed: known.removed + removed,
    });
  }
  return pending([...files.values()]);
}

export const entry = (name: string, hunks: number, order: number): PendingEntry => ({
  path: `${ROOT}/${name}`,
  order,
  hash: `hash-${order}`,
  version: 1,
  hunks,
  added: hunks * 2,
  removed: hunks,
});

/** All that is pending; `more` overrides what the host says beside it. */
export function pending(
  files: readonly PendingEntry[],
  more: Partial<Extract<HostToView, { type: "pending" }>> = {},
): HostToView {
  const sum = (field: "hunks" | "added" | "removed"): number =>
    files.reduce((all, file) => all + file[field], 0);
  return {
    type: "pending",
    sessionId: "session-1",
    isAll: true,
    files: [...files],
    gone: [],
    total: { files: files.length, hunks: sum("hunks"), added: sum("added"), removed: sum("removed") },
    canUndoTurn: false,
    ...more,
  };
}

const hunkAt = (index: number): PendingHunk => ({
  baseStart: index * 20 + 12,
  baseCount: 1,
  start: index * 20 + 12 + index,
  count: 2,
  line: index * 20 + 12 + index,
  isMixed: index === 1,
  hunk: {
    oldStart: index * 20 + 12,
    oldLines: 1,
    newStart: index * 20 + 12 + index,
    newLines: 2,
    lines: [
      "-  return lines.reduce((sum, line) => sum + line.price * line.quantity, 0);",
      "+  const cents = lines.reduce((sum, line) => sum + Math.round(line.price * 100) * line.quantity, 0);",
      "+  return cents / 100;",
    ],
  },
  hiddenLines: 0,
});

/** A page of the hunks of a file, from the first one on. */
export const hunksOf = ({ path, hash, version, hunks }: PendingEntry, from = 0, count = 50): HostToView => ({
  type: "hunks",
  path,
  hash,
  version,
  from,
  hunks: Array.from({ length: hunks }, (_, index) => hunkAt(index)).slice(from, from + count),
});

/** What is left of them once the first one is decided. */
export const restOf = ({ path, hash, version, hunks }: PendingEntry): HostToView => ({
  type: "hunks",
  path,
  hash,
  version: version + 1,
  from: 0,
  hunks: Array.from({ length: hunks }, (_, index) => hunkAt(index)).slice(1),
});
