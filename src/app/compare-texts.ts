/** What the calls of an agent need to compare texts with: loaded with the first of them. */
export { chooseHunks } from "../review/choose-hunks.ts";
export { countChanges } from "../review/diff.ts";
