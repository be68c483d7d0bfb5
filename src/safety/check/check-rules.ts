import * as z from "zod";
import { type Access, decide, policyFromRules, type Rule, type Verdict } from "../../core/access.ts";
import { jointRules } from "../command-rules.ts";
import { hostOf } from "../hosts.ts";
import { floorRules, modeRules } from "../modes.ts";
import type { RulePlace } from "../path-patterns.ts";
import { expandHome, refusePath } from "../path-safety.ts";
import { parseRule } from "../rules.ts";
import { shellRisk } from "../shell/shell-risk.ts";
import { followLinks, pathsOf } from "./paths-of.ts";

export const RuleQuestion = z.object({
  rules: z.object({
    allow: z.array(z.string()).default([]),
    ask: z.array(z.string()).default([]),
    deny: z.array(z.string()).default([]),
  }),
  tool: z.string(),
  input: z.record(z.string(), z.unknown()),
  cwd: z.string(),
  env: z.object({
    projectRoot: z.string(),
    home: z.string(),
    platform: z.enum(["darwin", "linux", "win32"]).default("linux"),
    caseInsensitive: z.boolean().default(false),
    /** Link to target; links of this disk are not looked at. */
    symlinks: z.record(z.string(), z.string()).optional(),
  }),
  /** Whether commands that provably only read are allowed without a rule. */
  readOnlyCommands: z.boolean().default(false),
});
export type RuleQuestion = z.output<typeof RuleQuestion>;

export interface RuleAnswer {
  readonly decision: Verdict;
  readonly reasons: readonly string[];
}

const VERDICTS = ["allow", "ask", "deny"] as const;
const OWN_LANGUAGE =
  /^(?:Read|NotebookRead|Edit|Write|MultiEdit|NotebookEdit|Glob|Grep|LS|LSP|WebFetch|mcp__.*)$/;
/** Fields of commands that rules can ask about; the command itself has a language of its own. */
const COMMAND_FIELDS = /^(?:run_in_background|timeout|description)$/;

/** What would be decided about one call of a tool, in the mode that asks, with these rules and the floor. */
export function checkRules(question: RuleQuestion): RuleAnswer {
  const place = placeOf(question);
  const problems: string[] = [];
  const rules = VERDICTS.flatMap((verdict) =>
    question.rules[verdict].flatMap((text) => {
      const parameter = parameterRule(verdict, text, question);
      if (parameter) return parameter;
      const parsed = parseRule(verdict, text, `${verdict} ${text}`, place);
      if (!parsed) problems.push(`${verdict} ${JSON.stringify(text)} is not understood and matches nothing`);
      return parsed ?? [];
    }),
  );
  const accesses = accessesOf(question, place);
  if (typeof accesses === "string") return { decision: "ask", reasons: [accesses, ...problems] };
  const all = [
    ...modeRules("ask", place),
    ...rules,
    ...jointRules(rules, place),
    ...readOnlyRule(question),
    ...floorRules(place, rules),
  ];
  const { verdict, because } = decide(accesses, policyFromRules(all));
  return { decision: verdict, reasons: [because, ...problems] };
}

function placeOf({ cwd, env }: RuleQuestion): RulePlace {
  const paths = pathsOf(env.platform, env.caseInsensitive);
  const links = linksOf(env);
  return {
    cwd,
    roots: [env.projectRoot],
    home: env.home,
    paths,
    isCaseInsensitive: env.caseInsensitive,
    ...(env.platform !== "win32" && { real: (path) => followLinks(path, links, paths) }),
  };
}

const linksOf = ({ symlinks, platform }: RuleQuestion["env"]): Record<string, string> =>
  symlinks ?? (platform === "linux" ? { "/proc/self/root": "/" } : {});

/** `Tool(field:value)`: about fields that have no language of their own, and only to forbid or to ask. */
function parameterRule(verdict: Verdict, text: string, { tool, input }: RuleQuestion): Rule[] | undefined {
  const [, name = "", field = "", value = ""] = /^([A-Za-z]\w*)\((\w+):(.*)\)$/s.exec(text.trim()) ?? [];
  if (name === "" || verdict === "allow" || OWN_LANGUAGE.test(name)) return undefined;
  if (name === "Bash" && !COMMAND_FIELDS.test(field)) return undefined;
  const matches = name === tool && Object.hasOwn(input, field) && String(input[field]) === value;
  return matches ? [{ verdict, kind: "any", matches: () => true, source: `${verdict} ${text}` }] : [];
}

function readOnlyRule({ readOnlyCommands, tool, input, cwd, env }: RuleQuestion): Rule[] {
  if (!readOnlyCommands || tool !== "Bash") return [];
  const cmd = String(input["command"]);
  const { risk, readOnly } = shellRisk({ cmd, cwd, home: env.home, roots: [env.projectRoot] });
  if (risk !== "low" || !readOnly) return [];
  return [{ verdict: "allow", kind: "execute", matches: () => true, source: "a command that only reads" }];
}

/** Canonical accesses of a call; a text says why there are none and no rule can approve it. */
function accessesOf({ tool, input, env }: RuleQuestion, place: RulePlace): Access[] | string {
  const path = input["file_path"] ?? input["notebook_path"] ?? input["path"];
  if (tool === "Bash") return [{ kind: "execute", target: String(input["command"]) }];
  if (tool === "WebFetch") {
    const host = hostOf(String(input["url"]));
    return host === undefined ? "the URL is not plain http or https" : [{ kind: "network", target: host }];
  }
  if (typeof path !== "string") return [{ kind: "unknown", target: tool }];
  const kind = /Edit|Write/.test(tool) ? "write" : "read";
  const written = expandHome(path, env.home);
  if (refusePath(written, env.platform, { use: kind, roots: place.roots }) !== undefined)
    return [{ kind, target: written }];
  return fileAccesses(kind, written, env, place);
}

function fileAccesses(
  kind: "read" | "write",
  written: string,
  env: RuleQuestion["env"],
  place: RulePlace,
): Access[] | string {
  const resolved = place.paths.resolve(place.cwd, written);
  // A Windows path without a drive, as it is written in examples: one grammar for both.
  const absolute =
    env.platform === "win32" && /^\\(?!\\)/.test(resolved) ? resolved.replaceAll("\\", "/") : resolved;
  const real = env.platform === "win32" ? absolute : followLinks(absolute, linksOf(env), place.paths);
  if (real === undefined) return "its links lead in a circle";
  return [...new Set([absolute, real])].map((target) => ({ kind, target }));
}
