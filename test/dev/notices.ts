import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";

/** Licences that allow what we do: shipping the code inside a bundle, with its notice beside it. */
const ALLOWED = new Set([
  "MIT",
  "MIT-0",
  "ISC",
  "0BSD",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "Apache-2.0",
  "BlueOak-1.0.0",
  "Unlicense",
  "CC-BY-4.0",
  "Zlib",
]);

/** Copied into our own sources by a script, or beside the bundles, so no bundle names them. */
const COPIED = ["node_modules/@vscode/codicons", "node_modules/@vscode/tree-sitter-wasm"];

const Manifest = z.object({
  name: z.string(),
  version: z.string(),
  license: z.string().optional(),
  author: z.union([z.string(), z.object({ name: z.string() })]).optional(),
});
const Metafile = z.object({
  inputs: z.record(z.string(), z.unknown()),
  outputs: z.record(
    z.string(),
    z.object({ inputs: z.record(z.string(), z.object({ bytesInOutput: z.number() })) }),
  ),
});

/**
 * Writes `NOTICES.txt` into `dist`: name, version and licence text of every package of which code or fonts are in a bundle.
 * Reads what the bundles are made of from `dist/meta`, so it is right by construction and the same for the same bundles.
 * Throws for a package whose licence is not one we may ship.
 */
export function writeNotices(root: string, dist: string): string {
  const folders = new Set(COPIED);
  for (const file of readdirSync(join(dist, "meta"))) {
    const { outputs } = Metafile.parse(JSON.parse(readFileSync(join(dist, "meta", file), "utf8")));
    for (const output of Object.values(outputs)) {
      for (const input of Object.keys(output.inputs)) {
        const folder = packageFolder(input);
        if (folder) folders.add(folder);
      }
    }
  }
  const notices = [...folders].map((folder) => describe(join(root, folder))).sort(byName);
  const path = join(dist, "NOTICES.txt");
  writeFileSync(path, [HEADER, ...notices.map((notice) => notice.text)].join(`\n\n${"-".repeat(80)}\n\n`));
  return path;
}

const HEADER =
  "Plumb contains parts of the following packages. Each stands under its own licence, given here.";

function packageFolder(input: string): string | undefined {
  // A copy that is bundled for itself is named by its whole path.
  const path = input.replace(/^[\w-]+:.*?(?=node_modules\/)/, "");
  return /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0];
}

interface Notice {
  readonly name: string;
  readonly text: string;
}

function byName(a: Notice, b: Notice): number {
  return a.name < b.name ? -1 : 1;
}

function describe(folder: string): Notice {
  const { name, version, license, author } = Manifest.parse(
    JSON.parse(readFileSync(join(folder, "package.json"), "utf8")),
  );
  if (!license?.split(/ OR | AND |[()]/).some((id) => ALLOWED.has(id.trim()))) {
    throw new Error(
      `${name} ${version} is in a bundle under ${license ?? "no licence"}; see test/dev/notices.ts.`,
    );
  }
  const texts = readdirSync(folder)
    .filter((file) => /^(licen[cs]e|notice|copying)/i.test(file) && !/\.(js|ts|json|html)$/i.test(file))
    .sort()
    .map((file) => readFileSync(join(folder, file), "utf8").replaceAll("\r\n", "\n").trim());
  const by = typeof author === "string" ? author : author?.name;
  const title = `${name} ${version} (${license})`;
  return {
    name: `${name}@${version}`,
    text: [
      title,
      ...(texts.length > 0
        ? texts
        : [`Copyright ${by ?? `the authors of ${name}`}. The package brings no licence text.`]),
    ].join("\n\n"),
  };
}
