import * as z from "zod";
import { type Access, policyFromRules } from "../../core/access.ts";
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
    return kind === "write" && isProtectedForWriting(path) ? protectedBy("protected file") : outside(refused);
  const real = follow(absolute(path, workspace, paths.resolve));
  if (real === undefined) return outside("its links lead in a circle");
  if (!isInRoots(place, real)) return outside("outside the workspace");
  const everything = { verdict: "allow", kind: "any", matches: () => true, source: "" } as const;
  const { verdict, because } = policyFromRules([...floorRules(place), everything])({ kind, target: real });
  return verdict === "allow" ? inside : protectedBy(because);
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
