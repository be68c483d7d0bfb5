import { tn } from "../l10n.ts";

export const hunkWords = (count: number): string => tn(count, "{n} hunk", "{n} hunks");
