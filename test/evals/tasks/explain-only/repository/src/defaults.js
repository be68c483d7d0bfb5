export const DEFAULTS = {
  attempts: 5,
  firstWaitMs: 200,
  longestWaitMs: 4_000,
};
