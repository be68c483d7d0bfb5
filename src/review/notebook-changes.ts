import { lineHunks } from "./line-hunks.ts";
import type { Unit } from "./notebook-text.ts";

/** One unit of a notebook that was replaced, inserted (`start` = `end`) or removed (`newStart` = `newEnd`). Zero-based. */
export interface UnitChange {
  readonly start: number;
  readonly end: number;
  readonly newStart: number;
  readonly newEnd: number;
}
/** Units to take the place of `[start, end)`. */
export interface UnitSplice {
  readonly start: number;
  readonly end: number;
  readonly units: readonly Unit[];
}

/** What leads from one state of a notebook to another, cell by cell and in order. */
export function unitChanges(old: readonly Unit[], now: readonly Unit[]): UnitChange[] {
  const names = [namesIn(old, now), namesIn(now, old)] as const;
  return lineHunks(...names).flatMap(({ start, end, newStart, lines }) =>
    split({ start, end, newStart, newEnd: newStart + lines.length }, old, now),
  );
}

/** What is written in the same way means the same: only for the rest it has to be worked out what it means. */
function namesIn(units: readonly Unit[], others: readonly Unit[]): string[] {
  const written = new Set(others.map(({ raw }) => raw));
  return units.map((unit) => (written.has(unit.raw) ? unit.raw : unit.key));
}

/** Cells that belong together are one change, all others one each: so they can be decided about one by one. */
function split(change: UnitChange, old: readonly Unit[], now: readonly Unit[]): UnitChange[] {
  const changes: UnitChange[] = [];
  let { start, newStart } = change;
  const emit = (oldEnd: number, newEnd: number): void => {
    for (; start < oldEnd; start += 1) changes.push({ start, end: start + 1, newStart, newEnd: newStart });
    for (; newStart < newEnd; newStart += 1)
      changes.push({ start, end: start, newStart, newEnd: newStart + 1 });
  };
  for (const [oldAt, newAt] of pairs(change, old, now)) {
    emit(oldAt, newAt);
    changes.push({ start, end: start + 1, newStart, newEnd: newStart + 1 });
    start += 1;
    newStart += 1;
  }
  emit(change.end, change.newEnd);
  return changes;
}

/** Which cells are the same one, changed: those of one id, and of those without ids the ones in the same order. */
function pairs({ start, end, newStart, newEnd }: UnitChange, old: readonly Unit[], now: readonly Unit[]) {
  const places = new Map<string, number>();
  for (let at = newStart; at < newEnd; at += 1) places.set(nameOf(now[at]), at);
  const found: (readonly [number, number])[] = [];
  let free = newStart;
  for (let at = start; at < end; at += 1) {
    const unit = old[at];
    const isNameless = unit?.id === undefined && unit?.cell !== undefined;
    const place = isNameless ? nextNameless(now, free, newEnd) : places.get(nameOf(unit));
    // One that was moved has left its place and come to another one.
    if (place === undefined || place < free) continue;
    found.push([at, place]);
    free = place + 1;
  }
  return found;
}
const nameOf = (unit: Unit | undefined): string => (unit?.cell === undefined ? "frame" : `id ${unit.id}`);

function nextNameless(now: readonly Unit[], from: number, to: number): number | undefined {
  const unit = from < to ? now[from] : undefined;
  return unit?.cell !== undefined && unit.id === undefined ? from : undefined;
}

/** Both are about the same cell. Beside each other, or adding to the same place, they do not meet. */
export const meet = (a: UnitChange, b: UnitChange): boolean =>
  Math.max(a.start, b.start) < Math.min(a.end, b.end);

/** Puts units into others; all splices count from the same old list and none overlaps another. */
export function spliceUnits(old: readonly Unit[], splices: readonly UnitSplice[]): Unit[] {
  const result: Unit[] = [];
  let at = 0;
  for (const { start, end, units } of splices.toSorted((a, b) => a.start - b.start || a.end - b.end)) {
    result.push(...old.slice(at, start), ...units);
    at = Math.max(at, end);
  }
  result.push(...old.slice(at));
  return result;
}

/** The same units, written as in `like` wherever they mean the same there. */
export function writtenAs(units: readonly Unit[], like: readonly Unit[]): Unit[] {
  const changes = unitChanges(units, like);
  const result = [...units];
  let at = 0;
  let likeAt = 0;
  const copy = (end: number): void => {
    for (; at < end; at += 1, likeAt += 1) result[at] = like[likeAt] ?? units[at] ?? NOTHING;
  };
  for (const { start, end, newEnd } of changes) {
    copy(start);
    at = end;
    likeAt = newEnd;
  }
  copy(units.length);
  return result;
}
const NOTHING: Unit = { raw: "", key: "", id: undefined, cell: undefined };
