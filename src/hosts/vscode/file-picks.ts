import type { Host } from "../../core/ports.ts";

const MAX_PICKS = 50;
/** Looked at before the best are chosen; a huge workspace must not make typing wait. */
const MAX_LOOKED_AT = 100_000;

export interface FilePick {
  readonly path: string;
  readonly label: string;
}

/** Files of the workspace whose path has the letters of `query` in order, best first. What git ignores is left out. */
export async function pickFiles(
  query: string,
  { host, roots, signal }: { host: Host; roots: readonly string[]; signal: AbortSignal },
): Promise<readonly FilePick[]> {
  const wanted = query.toLowerCase().replaceAll("\\", "/");
  const found: { pick: FilePick; score: number }[] = [];
  let looked = 0;
  for (const root of roots) {
    const prefix = roots.length > 1 ? `${host.paths.basename(root)}/` : "";
    for await (const line of host.search.ripgrep(
      ["--files", "--hidden", "--glob=!.git"],
      { cwd: root },
      signal,
    )) {
      if (++looked > MAX_LOOKED_AT) break;
      const relative = line.trim().replaceAll("\\", "/");
      const score = scoreOf(relative.toLowerCase(), wanted);
      if (score !== undefined)
        found.push({ pick: { path: host.paths.join(root, relative), label: prefix + relative }, score });
    }
  }
  return found
    .toSorted((a, b) => a.score - b.score || a.pick.label.localeCompare(b.pick.label))
    .slice(0, MAX_PICKS)
    .map(({ pick }) => pick);
}

/** Lower is better; undefined when the letters are not there. */
function scoreOf(path: string, query: string): number | undefined {
  if (query === "") return path.length;
  const name = path.slice(path.lastIndexOf("/") + 1);
  if (name.startsWith(query)) return path.length;
  if (name.includes(query)) return 1000 + path.length;
  if (path.includes(query)) return 2000 + path.length;
  let at = -1;
  for (const letter of query) {
    at = path.indexOf(letter, at + 1);
    if (at < 0) return undefined;
  }
  return 3000 + path.length;
}
