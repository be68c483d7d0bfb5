/** What the window of a model is filled with, in its order. */
export const PART_GROUPS = [
  "tools",
  "system",
  "instructions",
  "memory",
  "files",
  "results",
  "conversation",
] as const;
export type PartGroup = (typeof PART_GROUPS)[number];
