// Makes the VSIX from what is built: node test/dev/package-vsix.ts [path]. The same input gives the same bytes.
import { mkdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import * as z from "zod";
import { ROOT } from "./paths.ts";
import { runOrThrow } from "./processes.ts";

/** 1 January 2026: every file in the archive bears this time instead of its own. */
const EPOCH_SECONDS = 1_767_225_600;

/** Resolves to the path of the VSIX. Rejects when something it needs is not built. */
export async function packageVsix(path?: string): Promise<string> {
  const { name, version } = z
    .object({ name: z.string(), version: z.string() })
    .parse(JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")));
  const target = resolve(path ?? join(ROOT, `${name}-${version}.vsix`));
  mkdirSync(dirname(target), { recursive: true });
  await runOrThrow(
    process.execPath,
    [
      join(ROOT, "node_modules/@vscode/vsce/vsce"),
      "package",
      "--no-dependencies",
      "--allow-missing-repository",
      "--no-rewrite-relative-links",
      ...["--out", target],
    ],
    // The archive is sorted the way the locale sorts.
    { cwd: ROOT, env: { ...process.env, SOURCE_DATE_EPOCH: String(EPOCH_SECONDS), LC_ALL: "C", LANG: "C" } },
  );
  return target;
}

if (process.argv[1] === import.meta.filename) console.log(await packageVsix(process.argv[2]));
