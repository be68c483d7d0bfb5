import * as z from "zod";
import { type Access, decide, policyFromRules } from "../../core/access.ts";
import type { Paths } from "../../core/ports.ts";
import { floorRules } from "../modes.ts";
import { isInRoots } from "../path-patterns.ts";
import { expandHome, refusePath } from "../path-safety.ts";
import { isProtectedForWriting } from "../protected-files.ts";
import { followLinks, pathsOf } from "./paths-of.ts";

export const PathQuestion = z.object({
  workspace: z.object({
    root: z.string(),
    extraRoots: z.array(z.string()).default([]),
    home: z.string(),
    platform: z.enum(["darwin", "linux", "win32"]),
    caseInsensitive: z.boolean().default(false),
    /** Link to target; links of this disk are not looked at. */
    symlinks: z.record(z.string(), z.string()).default({}),
    /** Other names of the same file. */
    hardlinks: z.record(z.string(), z.string()).default({}),
    /** What is in files that matter, e.g. `.git` of a worktree; folders end with a slash. */
    files: z.record(z.string(), z.string()).default({}),
  }),
  path: z.string(),
  op: z.enum(["read", "list", "write", "delete"]),
});
export type PathQuestion = z.output<typeof PathQuestion>;

export interface PathAnswer {
  readonly place: "inside" | "outside" | "protected";
  readonly reasons: readonly string[];
}

const inside: PathAnswer = { place: "inside", reasons: [] };
const outside = (reason: string): PathAnswer => ({ place: "outside", reasons: [reason] });
const protectedBy = (reason: string): PathAnswer => ({ place: "protected", reasons: [reason] });

/** What is made of a path: bad spellings are refused, it is resolved, links are followed, and the floor is asked. */
export function checkPath({ workspace, path, op }: PathQuestion): PathAnswer {
  const { platform, home, symlinks, caseInsensitive } = workspace;
  const paths = pathsOf(platform, caseInsensitive);
  const keepLast = op === "delete" && !path.endsWith("/");
  const follow = (target: string): string | undefined =>
    platform === "win32" ? target : followLinks(target, symlinks, paths, keepLast);
  const roots = [workspace.root, ...workspace.extraRoots].map((root) => follow(root) ?? root);
  const place = { cwd: workspace.root, roots, home, paths, isCaseInsensitive: caseInsensitive };
  const kind: Access["kind"] = op === "write" || op === "delete" ? "write" : "read";
  const refused = refusePath(path, platform, { use: kind, roots });
  if (refused !== undefined)
    return isOddlyProtected(path, kind) ? protectedBy("protected file") : outside(refused);
  const written = absolute(path, workspace, paths.resolve);
  const real = follow(written);
  if (real === undefined) return outside("its links lead in a circle");
  const twin = workspace.hardlinks[real];
  if (![real, twin ?? real].every((target) => isInRoots(place, target)))
    return outside("outside the workspace");
  if (kind === "write" && isInRepository(real, workspace.files, paths))
    return protectedBy("part of a repository");
  const everything = { verdict: "allow", kind: "any", matches: () => true, source: "" } as const;
  const policy = policyFromRules([...floorRules(place), everything]);
  // A protected name stays one when it is a link to something harmless.
  const names = [real, twin, paths.resolve(workspace.root, written)].filter((name) => name !== undefined);
  const { verdict, because } = decide(
    names.filter((name) => isInRoots(place, name)).map((target) => ({ kind, target })),
    policy,
  );
  return verdict === "allow" ? inside : protectedBy(because);
}

/** A spelling that Windows takes for another name is refused, and still protected when that name is. */
const isOddlyProtected = (path: string, kind: "read" | "write"): boolean =>
  kind === "write" && (isProtectedForWriting(path) || /(?:^|[\\/])git~\d+(?:[\\/]|$)/i.test(path));

/** In the folder that a `.git` file names, or where hooks and settings of a bare repository are. */
function isInRepository(
  target: string,
  files: PathQuestion["workspace"]["files"],
  { within, resolve, dirname }: Paths,
): boolean {
  return Object.entries(files).some(([file, text]) => {
    const folder = dirname(file);
    const named = /(?:^|[\\/])\.git$/.test(file) ? /^gitdir:\s*(.+)/.exec(text)?.[1]?.trim() : undefined;
    if (named !== undefined) return within(resolve(folder, named), target) !== undefined;
    if (!/(?:^|[\\/])HEAD$/.test(file)) return false;
    const isBare = Object.keys(files).some(
      (other) => within(resolve(folder, "objects"), other) !== undefined,
    );
    const inside = isBare ? within(folder, target) : undefined;
    return (
      inside !== undefined && /^(?:HEAD|config|packed-refs|(?:hooks|info|objects|refs)(?:\/|$))/.test(inside)
    );
  });
}

/** Links come before `..`, so on POSIX nothing is folded here. */
function absolute(
  path: string,
  { platform, root, home }: PathQuestion["workspace"],
  resolve: (base: string, path: string) => string,
): string {
  if (platform === "win32") return resolve(root, expandHome(path.replace(/^\/(?=[A-Za-z]:)/, ""), home));
  const expanded = expandHome(path, home);
  return expanded.startsWith("/") ? expanded : `${root}/${expanded}`;
}
