import { join, resolve } from "node:path";

export const ROOT = resolve(import.meta.dirname, "../..");
/** What is downloaded or made once and kept; safe to delete. */
export const CACHE = join(ROOT, ".vscode-test");
/** What a test run leaves for people: logs, results, screenshots. */
export const OUTPUT = join(ROOT, "test-output");
