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
    // A test fails by what it waits for in vain, and that is waited for in the order of a minute: an editor at half its
    // speed takes twenty seconds to come up. The limit of a whole test only ends what hangs.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    expect: { poll: { timeout: 45_000 } },
  },
});
