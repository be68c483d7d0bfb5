import type { SentUnit } from "../../core/model.ts";

const MARKER = "cache_control";

/**
 * Whether two units are cached as the same one: equal as JSON text, keys in the same order, markers left out. Most of a
 * conversation are the very objects that were compared last, or texts that are, so this hardly looks at anything.
 */
export function sameUnit(a: SentUnit | undefined, b: SentUnit | undefined): boolean {
  if (!a || !b || a.kind !== b.kind || a.role !== b.role) return false;
  return a.value === b.value || sameEntries(unmarked(a.value), unmarked(b.value));
}

/** The unit as text, without its marker. */
export const unitText = ({ kind, role, value }: SentUnit): string =>
  `${kind} ${role} ${JSON.stringify(Object.fromEntries(unmarked(value)))}`;

export const hasImage = ({ kind, value }: SentUnit): boolean =>
  kind === "message" && (value["type"] === "image" || holdsImage(value["content"]));

const holdsImage = (content: unknown): boolean => Array.isArray(content) && content.some(isImage);
const isImage = (value: unknown): boolean => isObject(value) && Reflect.get(value, "type") === "image";

const unmarked = (value: object): [string, unknown][] =>
  Object.entries(value).filter(([key, inner]) => key !== MARKER && inner !== undefined);

function sameEntries(a: readonly [string, unknown][], b: readonly [string, unknown][]): boolean {
  return (
    a.length === b.length &&
    a.every(([key, value], i) => {
      const other = b[i];
      return other !== undefined && other[0] === key && same(value, other[1]);
    })
  );
}

function same(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (!isObject(a) || !isObject(b)) return false;
  if (Array.isArray(a) || Array.isArray(b)) {
    return (
      Array.isArray(a) &&
      Array.isArray(b) &&
      a.length === b.length &&
      a.every((value, i) => same(value, b[i]))
    );
  }
  return sameEntries(given(a), given(b));
}

const given = (value: object): [string, unknown][] =>
  Object.entries(value).filter(([, inner]) => inner !== undefined);
const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;
