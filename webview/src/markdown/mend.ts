let complete: ((tail: string) => string) | undefined;

/** `complete` of the late part; until that is loaded, in the first moment of a panel, the text as it is. */
export const mend = (tail: string): string => complete?.(tail) ?? tail;

/** From now on with this. */
export function mendWith(found: (tail: string) => string): void {
  complete = found;
}
