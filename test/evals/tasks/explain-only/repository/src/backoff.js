import { DEFAULTS } from "./defaults.js";

/** Milliseconds to wait before an attempt; the first one is not waited for. */
export const waitBefore = (attempt) => Math.min(DEFAULTS.firstWaitMs * 3 ** (attempt - 2), DEFAULTS.longestWaitMs);
