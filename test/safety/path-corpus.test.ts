import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import * as z from "zod";
import { type Access, policyFromRules } from "../../src/core/access.ts";
import { floorRules } from "../../src/safety/modes.ts";
import { isInRoots } from "../../src/safety/path-patterns.ts";
import { expandHome, refusePath } from "../../src/safety/path-safety.ts";
import { isProtectedForWriting } from "../../src/safety/protected-files.ts";
import { followLinks, pathsOf } from "./place.ts";

const Case = z.object({
  id: z.string(),
  why: z.string(),
  workspace: z.object({
    root: z.string(),
    extraRoots: z.array(z.string()).default([]),
    home: z.string(),
    platform: z.enum(["darwin", "linux", "win32"]),
    caseInsensitive: z.boolean(),
    symlinks: z.record(z.string(), z.string()).default({}),
  }),
  path: z.string(),
  op: z.enum(["read", "list", "write", "delete"]),
  expected: z.enum(["inside", "outside", "protected"]),
});
type Case = z.infer<typeof Case>;

const cases = readFileSync(new URL("../corpora/path-safety.jsonl", import.meta.url), "utf8")
  .trim()
  .split("\n")
  .map((line) => Case.parse(JSON.parse(line)));

/** What a host does with a path: refuse bad spellings, expand, resolve, follow links, then ask the floor. */
function judge({ workspace, path, op }: Case): Case["expected"] {
  const { platform, home, symlinks, caseInsensitive } = workspace;
  const paths = pathsOf(platform, caseInsensitive);
  const follow = (target: string): string | undefined =>
    platform === "win32"
      ? target
      : followLinks(target, symlinks, paths, op === "delete" && !path.endsWith("/"));
  const roots = [workspace.root, ...workspace.extraRoots].map((root) => follow(root) ?? root);
  const place = { cwd: workspace.root, roots, home, paths, isCaseInsensitive: caseInsensitive };
  const kind: Access["kind"] = op === "write" || op === "delete" ? "write" : "read";
  const refused = refusePath(path, platform, { use: kind, roots });
  if (refused !== undefined) return kind === "write" && isProtectedForWriting(path) ? "protected" : "outside";
  const expanded = expandHome(platform === "win32" ? path.replace(/^\/(?=[A-Za-z]:)/, "") : path, home);
  const isAbsolute = platform === "win32" ? /^(?:[A-Za-z]:|[\\/])/.test(expanded) : expanded.startsWith("/");
  const absolute =
    platform === "win32"
      ? paths.resolve(place.cwd, expanded)
      : isAbsolute
        ? expanded
        : `${place.cwd}/${expanded}`;
  const real = follow(absolute);
  if (real === undefined || !isInRoots(place, real)) return "outside";
  const floor = policyFromRules([
    ...floorRules(place),
    { verdict: "allow", kind: "any", matches: () => true, source: "" },
  ]);
  return floor({ kind, target: real }).verdict === "allow" ? "inside" : "protected";
}

test.each(cases)("$id: $op $path is $expected ($why)", (entry) => {
  expect(judge(entry)).toBe(entry.expected);
});
