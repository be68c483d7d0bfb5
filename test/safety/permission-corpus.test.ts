import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import * as z from "zod";
import { type Access, decide, policyFromRules, type Verdict } from "../../src/core/access.ts";
import { hostOf } from "../../src/safety/hosts.ts";
import { floorRules, modeRules } from "../../src/safety/modes.ts";
import type { RulePlace } from "../../src/safety/path-patterns.ts";
import { expandHome, refusePath } from "../../src/safety/path-safety.ts";
import { parseRule } from "../../src/safety/rules.ts";
import { followLinks, pathsOf } from "./place.ts";

const Case = z.object({
  id: z.string(),
  category: z.string(),
  why: z.string(),
  rules: z.object({ allow: z.array(z.string()), ask: z.array(z.string()), deny: z.array(z.string()) }),
  tool: z.string(),
  input: z.record(z.string(), z.unknown()),
  cwd: z.string(),
  env: z.object({
    projectRoot: z.string(),
    home: z.string(),
    platform: z.enum(["darwin", "linux", "win32"]),
    caseInsensitive: z.boolean().optional(),
    symlinks: z.record(z.string(), z.string()).optional(),
  }),
  expected: z.enum(["allow", "ask", "deny"]),
});
type Case = z.infer<typeof Case>;

const cases = readFileSync(new URL("../corpora/permission-rules.jsonl", import.meta.url), "utf8")
  .trim()
  .split("\n")
  .map((line) => Case.parse(JSON.parse(line)));

/** What the engine makes of a call before rules see it: canonical accesses, or nothing that can be approved by a rule. */
function accessesOf(entry: Case, place: RulePlace): Access[] | undefined {
  const { tool, input, env } = entry;
  const path = input["file_path"] ?? input["notebook_path"] ?? input["path"];
  if (tool === "Bash") return [{ kind: "execute", target: String(input["command"]) }];
  if (tool === "WebFetch") {
    const host = hostOf(String(input["url"]));
    return host === undefined ? undefined : [{ kind: "network", target: host }];
  }
  if (typeof path !== "string") return [{ kind: "unknown", target: tool }];
  const kind = /Edit|Write/.test(tool) ? "write" : "read";
  const written = expandHome(path, env.home);
  if (refusePath(written, env.platform, { use: kind, roots: place.roots }) !== undefined)
    return [{ kind, target: written }];
  const absolute = place.paths.resolve(place.cwd, written);
  const links = env.symlinks ?? (env.platform === "linux" ? { "/proc/self/root": "/" } : {});
  const real = env.platform === "win32" ? absolute : followLinks(absolute, links, place.paths);
  return real === undefined ? undefined : [...new Set([absolute, real])].map((target) => ({ kind, target }));
}

function verdictOf(entry: Case): Verdict {
  const { env, rules } = entry;
  const isCaseInsensitive = env.caseInsensitive ?? false;
  const paths = pathsOf(env.platform, isCaseInsensitive);
  const place = { cwd: entry.cwd, roots: [env.projectRoot], home: env.home, paths, isCaseInsensitive };
  const parsed = (["allow", "ask", "deny"] as const).flatMap((verdict) =>
    rules[verdict].flatMap((text) => parseRule(verdict, text, "test", place) ?? []),
  );
  const accesses = accessesOf(entry, place);
  if (!accesses) return "ask";
  return decide(
    accesses,
    policyFromRules([...modeRules("ask", place), ...parsed, ...floorRules(place, parsed)]),
  ).verdict;
}

const STRICT: Record<Verdict, number> = { allow: 0, ask: 1, deny: 2 };
const judged = cases.map((entry) => ({ ...entry, got: verdictOf(entry) }));
const show = (list: typeof judged): string[] =>
  list.map(
    ({ id, category, tool, input, rules, expected, got, why }) =>
      `${id} ${category} ${JSON.stringify(rules)} ${tool} ${JSON.stringify(input)}: expected ${expected}, got ${got} (${why})`,
  );

test("nothing is allowed that should have asked or been denied, except through a link only the disk knows of", () => {
  const weaker = judged.filter(({ got, expected }) => got === "allow" && expected !== "allow");
  expect(weaker.map(({ id }) => id)).toEqual(["perm-0191"]);
});
test("what should be denied and is not, asks", () => {
  const asks = judged.filter(({ got, expected }) => STRICT[got] < STRICT[expected] && got === "ask");
  expect(new Set(asks.map(({ category }) => category))).toEqual(
    new Set(["powershell", "path-variant", "file-pattern", "param-rule"]),
  );
});
test("at least 270 of the 302 cases are decided as the reference decides them", () => {
  const right = judged.filter(({ got, expected }) => got === expected);
  expect(
    right.length,
    show(judged.filter(({ got, expected }) => got !== expected)).join("\n"),
  ).toBeGreaterThanOrEqual(270);
});
