import type { HunkOutcome } from "./edit-outcome.ts";
import type { ReviewHunk } from "./hunks.ts";
import { type UnitChange, unitChanges } from "./notebook-changes.ts";
import { shownChanges } from "./notebook-choice.ts";
import { asNotebook, type Notebook } from "./notebook-text.ts";

/** As `outcomeOf`, for each cell that an edit of a notebook changed. Undefined when a text is none, or only written differently. */
export function notebookOutcome(
  { before, after }: { readonly before: string; readonly after: string },
  { current, hunks }: { readonly current: string; readonly hunks: readonly ReviewHunk[] },
): readonly HunkOutcome[] | undefined {
  const shown = shownChanges(before, after);
  const here = asNotebook(current);
  if (!shown?.now || !here || shown.changes.length === 0) return undefined;
  const { old, now } = shown;
  const since = unitChanges(now.units, here.units);
  const fromOld = unitChanges(old?.units ?? [], here.units);
  const replaced = new Map(since.flatMap((one) => (one.end > one.start ? [[one.start, one] as const] : [])));
  const byPlace = Map.groupBy(hunks, ({ units }) => units && keyOf(units.start, units.count));
  const ofText = byPlace.get(undefined) ?? [];
  return shown.changes.map((change) => {
    const place = placeOf(change, since, replaced);
    const pending = [...ofText, ...(byPlace.get(keyOf(place.start, place.end - place.start)) ?? [])];
    if (pending.length > 0) return { state: "pending", pending };
    if (current === after) return { state: "kept", pending };
    if (current === before) return { state: "undone", pending };
    return { state: stateOf(change, { place, now, here, fromOld }), pending };
  });
}

interface Place {
  readonly start: number;
  readonly end: number;
}

/** Where the unit of a change is by now; where it is gone, or was taken out, a place between two others. */
function placeOf(
  { newStart, newEnd }: UnitChange,
  since: readonly UnitChange[],
  replaced: ReadonlyMap<number, UnitChange>,
): Place {
  const own = newEnd > newStart ? replaced.get(newStart) : undefined;
  if (own) return { start: own.newStart, end: own.newEnd };
  const before = since.filter(({ end, start }) => end <= newStart && (start < newStart || newEnd > newStart));
  const shift = before.reduce((sum, one) => sum + one.newEnd - one.newStart - (one.end - one.start), 0);
  return { start: newStart + shift, end: newEnd + shift };
}

/** Of one unit, or of a place between two: only the very same are about the same. */
const keyOf = (start: number, count: number): string => `${start} ${count}`;

function stateOf(
  { start, end, newStart, newEnd }: UnitChange,
  {
    place,
    now,
    here,
    fromOld,
  }: { place: Place; now: Notebook; here: Notebook; fromOld: readonly UnitChange[] },
): HunkOutcome["state"] {
  const isNew = newEnd > newStart;
  const isThere = place.end > place.start;
  if (isNew && isThere && here.units[place.start]?.key === now.units[newStart]?.key) return "kept";
  const isOldThere = end > start && !fromOld.some((one) => one.start === start && one.end > start);
  if (isOldThere || (start === end && !isThere)) return "undone";
  return isNew ? "changed" : "kept";
}
