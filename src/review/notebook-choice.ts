import { spliceUnits, type UnitChange, unitChanges } from "./notebook-changes.ts";
import { asNotebook, joinNotebook, type Notebook } from "./notebook-text.ts";

/** The notebook before a change with only some of its changes in it, counted as `notebookDiff` shows them. */
export function chooseCells(before: string, after: string, chosen: readonly number[]): string | undefined {
  const shown = shownChanges(before, after);
  if (!shown?.now) return undefined;
  const { old, now, changes } = shown;
  // Only written differently: that is shown as text.
  if (changes.length === 0) return undefined;
  const wanted = changes.filter((_, index) => chosen.includes(index));
  if (!old && wanted.length === 0) return "";
  const units = spliceUnits(
    old?.units ?? [],
    wanted.map((change) => spliceOf(change, now)),
  );
  // A new notebook cannot do without what is around its cells.
  const [frame] = now.units;
  const isFramed = old !== undefined || units[0] === frame || frame === undefined;
  return joinNotebook(old ? [old, now] : [now], isFramed ? units : [frame, ...units]);
}

/**
 * The changes between two states of a notebook that a person decides about. "" is one that is not there: what is around
 * the cells comes and goes with them. None when it is only written differently. Undefined when a text is no notebook.
 */
export function shownChanges(
  before: string,
  after: string,
): { old?: Notebook; now?: Notebook; changes: readonly UnitChange[] } | undefined {
  const old = asNotebook(before);
  const now = asNotebook(after);
  if ((!old && before !== "") || (!now && after !== "") || (!old && !now)) return undefined;
  const changes = unitChanges(old?.units ?? [], now?.units ?? []);
  const cells = changes.filter(({ start, end, newStart, newEnd }) =>
    old ? end > start && start > 0 : newEnd > newStart && newStart > 0,
  );
  const isWhole = (!old || !now) && cells.length > 0;
  return { ...(old && { old }), ...(now && { now }), changes: isWhole ? cells : changes };
}

/** A change, to be put into the units that it was made of. */
export const spliceOf = ({ start, end, newStart, newEnd }: UnitChange, now: Notebook) => ({
  start,
  end,
  units: now.units.slice(newStart, newEnd),
});

/** Whether two texts are the same notebook, only written down differently. */
export const isOnlyWritten = (before: string, after: string): boolean =>
  before !== after && shownChanges(before, after)?.changes.length === 0;

/** A notebook written as `like`, which means the same as what the changes lead away from. They are its own. */
export const rewriteNotebook = (like: Notebook, own: Notebook, changes: readonly UnitChange[]): string => {
  const splices = changes.map((change) => spliceOf(change, own));
  return joinNotebook([like, own], spliceUnits(like.units, splices));
};
