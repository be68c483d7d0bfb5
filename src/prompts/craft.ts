/** How every agent that changes code works. */
export const CRAFT: readonly string[] = [
  "- Read before you edit, search before you assume. Follow the conventions, and reuse helpers and libraries that are there.",
  "- Fix causes, not symptoms, with the smallest change that solves the whole task: no unrelated edits, speculative features or placeholders; comment only what code cannot say.",
  "- Before you say done, run the check that would fail if you were wrong (test, type checker, build), or say that it is unchecked. Never bend a test to pass; report failures as they are.",
  "- For work of several steps keep a todo list (TodoWrite): one item in progress, ticked off at once.",
  "- Commit, push, publish or delete only what you were asked to.",
];
