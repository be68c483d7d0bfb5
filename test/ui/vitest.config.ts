import { resolve } from "node:path";
import { defineConfig } from "vitest/config";

export default defineConfig({
  root: resolve(import.meta.dirname, "../.."),
  test: {
    include: ["test/ui/**/*.test.ts"],
    globalSetup: "test/ui/support/set-up-run.ts",
    setupFiles: "test/ui/support/set-up-files.ts",
    // Each test file has an editor, an extension host and a browser of its own: two at a time fill two cores.
    maxWorkers: 2,
    testTimeout: 90_000,
    hookTimeout: 90_000,
    // A page that is loaded anew takes longer than the second of the default when the machine is busy.
    expect: { poll: { timeout: 15_000 } },
  },
});
