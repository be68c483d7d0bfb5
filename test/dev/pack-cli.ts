// Makes the package of the program from what is built: node test/dev/pack-cli.ts [folder]. The same input gives the same bytes.
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import * as z from "zod";
import { npm } from "./npm.ts";
import { ROOT } from "./paths.ts";

const Manifest = z.object({
  name: z.string(),
  version: z.string(),
  description: z.string(),
  license: z.string(),
  engines: z.object({ node: z.string() }),
  optionalDependencies: z.record(z.string(), z.string()),
});
const Metafile = z.object({ outputs: z.record(z.string(), z.unknown()) });

/** What lies beside the code: the program looks for it there. */
const BESIDE = ["dist/vendor", "dist/grammar", "dist/NOTICES.txt", "LICENSE"];
/** What searches. Optional, because it is native: an `rg` on the path does as well, and without either all else works. */
const SEARCH = "@vscode/ripgrep";

/** Resolves to the path of the tarball in `folder`. Rejects when something it needs is not built. */
export async function packCli(folder = ROOT): Promise<string> {
  const draft = mkdtempSync(join(tmpdir(), "plumb-package-"));
  try {
    for (const path of [...builtFiles(), ...BESIDE]) {
      mkdirSync(dirname(join(draft, path)), { recursive: true });
      cpSync(join(ROOT, path), join(draft, path), { recursive: true });
    }
    copyFileSync(join(ROOT, "docs/package.md"), join(draft, "README.md"));
    // Types alone, which import nothing: as they are, they say what the package has.
    copyFileSync(join(ROOT, "src/embed/surface.ts"), join(draft, "dist/embed.d.ts"));
    writeFileSync(join(draft, "package.json"), `${JSON.stringify(manifest(), null, 2)}\n`);
    mkdirSync(folder, { recursive: true });
    const output = await npm(["pack", "--silent", "--pack-destination", resolve(folder)], draft);
    return join(resolve(folder), output.trim().split("\n").at(-1) ?? "");
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

/** The bundle of the program and what it shares with the extension, without the maps of their sources. */
function builtFiles(): string[] {
  return ["dist/meta/cli.json", "dist/meta/shared.json"].flatMap((name) => {
    const path = join(ROOT, name);
    if (!existsSync(path)) throw new Error("The program is not built: npm run build.");
    const { outputs } = Metafile.parse(JSON.parse(readFileSync(path, "utf8")));
    return Object.keys(outputs).filter((file) => file.endsWith(".js"));
  });
}

function manifest(): Record<string, unknown> {
  const { name, version, description, license, engines, optionalDependencies } = Manifest.parse(
    JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")),
  );
  return {
    ...{ name, version, description, license, type: "module" },
    keywords: ["agent", "ai", "coding agent", "cli", "claude"],
    bin: { plumb: "dist/cli.js" },
    exports: {
      ".": { types: "./dist/embed.d.ts", default: "./dist/embed.js" },
      "./package.json": "./package.json",
    },
    types: "./dist/embed.d.ts",
    engines: { node: engines.node },
    files: ["dist"],
    optionalDependencies: { [SEARCH]: optionalDependencies[SEARCH] },
  };
}

if (process.argv[1] === import.meta.filename) console.log(await packCli(process.argv[2]));
