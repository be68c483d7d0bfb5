import { lineHunks } from "./line-hunks.ts";
import type { Unit } from "./notebook-text.ts";

/**
 * One unit of a notebook, never more, that was replaced, inserted (`start` = `end`) or removed (`newStart` = `newEnd`).
 * Zero-based. Where equal cells make it undecidable which one it is, it is somewhere in `[least, most)`.
 */
export interface UnitChange {
  readonly start: number;
  readonly end: number;
  readonly newStart: number;
  readonly newEnd: number;
  readonly least: number;
  readonly most: number;
}
type Places = Omit<UnitChange, "least" | "most">;
/** Units to take the place of `[start, end)`. */
export interface UnitSplice {
  readonly start: number;
  readonly end: number;
  readonly units: readonly Unit[];
}

/** What leads from one state of a notebook to another, cell by cell and in order. */
export function unitChanges(old: readonly Unit[], now: readonly Unit[]): UnitChange[] {
  const names = [namesIn(old, now), namesIn(now, old)] as const;
  return lineHunks(...names).flatMap(({ start, end, newStart, lines, least, most }) => {
    const singles = split({ start, end, newStart, newEnd: newStart + lines.length }, old, now);
    const isHere = least === start && most === end;
    return singles.map((one) => ({
      ...one,
      least: isHere ? one.start : least,
      most: isHere ? one.end : most,
    }));
  });
}

/** What is written in the same way means the same: only for the rest it has to be worked out what it means. */
function namesIn(units: readonly Unit[], others: readonly Unit[]): string[] {
  const written = new Set(others.map(({ raw }) => raw));
  return units.map((unit) => (written.has(unit.raw) ? unit.raw : unit.key));
}

/** Cells that belong together are one change, all others one each: so they can be decided about one by one. */
function split(change: Places, old: readonly Unit[], now: readonly Unit[]): Places[] {
  const changes: Places[] = [];
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
function pairs({ start, end, newStart, newEnd }: Places, old: readonly Unit[], now: readonly Unit[]) {
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

/** Whether a change is about the same cell as one of these. Beside it, or adding to the same place, is not. */
export function meeting(changes: readonly UnitChange[]): (change: UnitChange) => boolean {
  const cells = new Set(changes.filter(isOfOld).map(({ start }) => start));
  return (change) => isOfOld(change) && cells.has(change.start);
}
const isOfOld = ({ start, end }: UnitChange): boolean => end > start;

/** Whether two changes of the same old units could be about the same of several equal cells. */
export function couldMeet(a: UnitChange, b: UnitChange): boolean {
  if (isSure(a) && isSure(b)) return false;
  const isBetween = a.least === a.most || b.least === b.most;
  return isBetween ? a.least <= b.most && b.least <= a.most : a.least < b.most && b.least < a.most;
}
export const isSure = ({ start, end, least, most }: UnitChange): boolean => least === start && most === end;

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
