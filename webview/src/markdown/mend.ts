let complete: ((tail: string) => string) | undefined;

/** `complete` of the late part; until that is loaded, in the first moment of a panel, the text as it is. */
export const mend = (tail: string): string => complete?.(tail) ?? tail;

/** Loads it. Rejects when the panel's files are gone, e.g. after an update. */
export async function loadMend(): Promise<void> {
  ({ complete } = (await import("../late.ts")).LATE);
}
