import { copyFileSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type BuildOptions, build } from "esbuild";
import { CACHE, ROOT } from "../dev/paths.ts";

/** Bundles `inside.ts` and every host test for the extension host. Resolves to the file to hand to VS Code. */
export async function bundleTests(): Promise<string> {
  const folder = join(CACHE, "host-tests");
  mkdirSync(folder, { recursive: true });
  // The editor loads the entry with require, and this repository's .js files are ES modules unless told otherwise.
  writeFileSync(join(folder, "package.json"), JSON.stringify({ type: "commonjs" }));
  // What a test reads at run time lies beside its bundle.
  copyFileSync(join(ROOT, "test/corpora/edit-apply.jsonl"), join(folder, "edit-apply.jsonl"));
  const tests = readdirSync(import.meta.dirname).filter((file) => file.endsWith(".test.ts"));
  const shared: BuildOptions = {
    absWorkingDir: ROOT,
    bundle: true,
    platform: "node",
    format: "cjs",
    target: "node22",
    sourcemap: "linked",
    external: ["vscode", "mocha"],
    alias: { "zod/v4": "zod" },
    // Code under test asks for its own place, which a CommonJS bundle has under another name.
    define: { "import.meta.dirname": "__dirname", "import.meta.filename": "__filename" },
    logLevel: "warning",
  };
  await Promise.all([
    build({
      ...shared,
      entryPoints: [join(import.meta.dirname, "inside.ts")],
      outfile: join(folder, "index.js"),
    }),
    build({
      ...shared,
      stdin: {
        contents: tests.map((file) => `import "./${file}";`).join("\n"),
        resolveDir: import.meta.dirname,
        sourcefile: "all-host-tests.ts",
      },
      outfile: join(folder, "tests.js"),
    }),
  ]);
  return join(folder, "index.js");
}
