import type { CacheBreakCause } from "../../core/cache-stats.ts";
import type { SentRequest, SentUnit } from "../../core/model.ts";
import { hasImage, sameUnit, unitText } from "./same.ts";

/** A place where a request is not what the one before it was. */
export interface Difference {
  readonly cause: CacheBreakCause;
  readonly place: string;
  /** How many units are the same before it. */
  readonly unit: number;
  /** It came in with something new at the end: nothing that was there is another. */
  readonly isGrowth?: true;
  /** What changed, by name, and what it is now: when it was that before, it only flipped back. */
  readonly toggle: { readonly name: string; readonly before: string; readonly now: string } | undefined;
}

const SETTINGS: Readonly<Record<string, CacheBreakCause>> = {
  effort: "effort changed",
  thinking: "thinking changed",
  "tool choice": "tool choice changed",
  "output format": "output format changed",
  headers: "headers changed",
};

/** What differs, in the order of the prompt: the first costs all that comes after it. Empty when the request only grew. */
export function differences(before: SentRequest, now: SentRequest): Difference[] {
  const isHeader = (name: string): boolean => name === "headers";
  return [
    modelChange(before, now),
    // Another endpoint, or another set of betas, has a cache of its own.
    ...settingChanges(before, now, 0).filter(({ place }) => isHeader(place)),
    prefixChange(before, now),
    ...settingChanges(before, now, firstMessage(now)).filter(({ place }) => !isHeader(place)),
    messageChange(before, now) ?? imageChange(before, now),
  ].filter((one) => one !== undefined);
}

function modelChange({ model: before }: SentRequest, { model: now }: SentRequest): Difference | undefined {
  if (before === now) return undefined;
  return { cause: "model changed", place: "model", unit: 0, toggle: { name: "model", before, now } };
}

const settingChanges = (before: SentRequest, now: SentRequest, unit: number): Difference[] =>
  Object.entries(SETTINGS).flatMap(([name, cause]) => {
    const toggle = { name, before: before.settings[name] ?? "", now: now.settings[name] ?? "" };
    return toggle.before === toggle.now ? [] : [{ cause, place: name, unit, toggle }];
  });

const firstMessage = ({ units }: SentRequest): number => {
  const found = units.findIndex(({ kind }) => kind === "message");
  return found < 0 ? units.length : found;
};

function prefixChange(before: SentRequest, now: SentRequest): Difference | undefined {
  const old = before.units.slice(0, firstMessage(before));
  const fresh = now.units.slice(0, firstMessage(now));
  const length = Math.max(old.length, fresh.length);
  let unit = 0;
  while (unit < length && sameUnit(old[unit], fresh[unit])) unit += 1;
  if (unit === length) return undefined;
  const name = old[unit]?.kind === "tool" || fresh[unit]?.kind === "tool" ? "tools" : "system";
  const kind = name === "tools" ? "tool" : "system";
  const textOf = (units: readonly SentUnit[]): string =>
    units
      .filter((one) => one.kind === kind)
      .map(unitText)
      .join("\n");
  const toggle = { name, before: textOf(old), now: textOf(fresh) };
  if (name === "tools") return { ...toolChange(old, fresh, unit), unit, toggle };
  const index = (fresh[unit] ?? old[unit])?.index ?? 0;
  return { cause: "system changed", place: `system.${index}`, unit, toggle };
}

function toolChange(
  old: readonly SentUnit[],
  fresh: readonly SentUnit[],
  unit: number,
): Pick<Difference, "cause" | "place"> {
  const before = old.filter(isTool).map(nameOf);
  const now = fresh.filter(isTool).map(nameOf);
  const gone = before.find((name) => !now.includes(name));
  if (gone !== undefined) return { cause: "tool removed", place: `tools.${gone}` };
  const added = now.find((name) => !before.includes(name));
  if (added !== undefined) return { cause: "tool added", place: `tools.${added}` };
  const at = now[unit] ?? before[unit] ?? "";
  const cause = before.some((name, i) => name !== now[i]) ? "tools reordered" : "tool changed";
  return { cause, place: `tools.${at}` };
}

const isTool = ({ kind }: SentUnit): boolean => kind === "tool";
const nameOf = ({ value }: SentUnit): string => (typeof value["name"] === "string" ? value["name"] : "");

function messageChange(before: SentRequest, now: SentRequest): Difference | undefined {
  const old = before.units;
  const fresh = now.units;
  let unit = firstMessage(now);
  while (unit < old.length && sameUnit(old[unit], fresh[unit])) unit += 1;
  if (unit >= old.length) return undefined;
  const cause = messageCause(old.slice(unit), fresh.slice(unit));
  return { cause, place: placeOf(fresh[unit] ?? old[unit]), unit, toggle: undefined };
}

function messageCause(old: readonly SentUnit[], fresh: readonly SentUnit[]): CacheBreakCause {
  const [first] = old;
  const [instead] = fresh;
  if (!first || !instead) return "message removed";
  if (hasImage(first) && !hasImage(instead)) return "images removed";
  if (!hasImage(first) && hasImage(instead) && sameRole(first, instead)) return "images added";
  const was = old.map(unitText);
  const is = fresh.slice(0, old.length).map(unitText);
  if (was.toSorted().join("\n") === is.toSorted().join("\n")) return "blocks reordered";
  return was.includes(unitText(instead)) ? "message removed" : "message edited";
}

const sameRole = (a: SentUnit, b: SentUnit): boolean => a.role === b.role && a.index === b.index;

/** What comes in with a new message is no edit, but the first image, and the last one that goes, empty the cache of messages. */
function imageChange(before: SentRequest, now: SentRequest): Difference | undefined {
  const had = before.units.some(hasImage);
  const has = now.units.some(hasImage);
  if (had === has) return undefined;
  const place = placeOf((has ? now : before).units.find(hasImage));
  const toggle = { name: "images", before: String(had), now: String(has) };
  return {
    cause: has ? "images added" : "images removed",
    place,
    unit: firstMessage(now),
    isGrowth: true,
    toggle,
  };
}

/** As the API writes it. */
export function placeOf(unit: SentUnit | undefined): string {
  if (!unit) return "messages";
  if (unit.kind === "tool") return `tools.${nameOf(unit)}`;
  if (unit.kind === "system") return `system.${unit.index}`;
  return `messages.${unit.index}.content.${unit.block}`;
}
