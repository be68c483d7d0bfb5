import type { Host } from "../core/ports.ts";
import { expandHome } from "../safety/path-safety.ts";
import type { RuleFile } from "../safety/rule-files/places.ts";

export interface Directories {
  readonly found: readonly { readonly written: string; readonly path: string }[];
  readonly problems: readonly string[];
}

/** Where `additionalDirectories` of a file lead. Whole disks and the home folder with all in it are refused. */
export async function directoriesOf(
  written: readonly string[],
  file: RuleFile,
  { host, home }: { readonly host: Pick<Host, "fs" | "paths">; readonly home: string },
): Promise<Directories> {
  const { fs, paths } = host;
  const base = file.root ?? file.anchor ?? home;
  const problems: string[] = [];
  const found = await Promise.all(
    written.map(async (one) => {
      const path = await fs.canonical(paths.resolve(base, expandHome(one, home))).catch(() => undefined);
      if (path !== undefined && paths.within(path, home) === undefined) return [{ written: one, path }];
      problems.push(`the folder ${JSON.stringify(one)} in "additionalDirectories" cannot be used.`);
      return [];
    }),
  );
  return { found: found.flat(), problems };
}
