import { resolve } from "node:path";
import { configDefaults, defineConfig } from "vitest/config";

export default defineConfig({
  root: resolve(import.meta.dirname, "../.."),
  test: {
    include: ["test/**/*.test.{ts,tsx}"],
    exclude: [...configDefaults.exclude, "test/host/**", "test/ui/**"],
    testTimeout: 20_000,
    // A busy machine takes its time to start a process.
    expect: { poll: { timeout: 15_000 } },
  },
});
