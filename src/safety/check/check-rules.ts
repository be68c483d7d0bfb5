import * as z from "zod";
import { type Access, decide, policyFromRules, type Rule, type Verdict } from "../../core/access.ts";
import { jointRules } from "../command-rules.ts";
import { hostOf } from "../hosts.ts";
import { floorRules, modeRules } from "../modes.ts";
import type { RulePlace } from "../path-patterns.ts";
import { expandHome, refusePath } from "../path-safety.ts";
import { parseRule } from "../rules.ts";
import { shellRisk } from "../shell/late.ts";
import { starMatcher } from "../stars.ts";
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
/** Both run commands, and a rule for one of them says nothing of the other. */
const isOfOtherShell = (text: string, tool: string): boolean =>
  tool === "PowerShell" ? /^\s*Bash\b/.test(text) : tool === "Bash" && /^\s*PowerShell\b/.test(text);
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
      if (isOfOtherShell(text, question.tool)) return [];
      const parameter = subjectRule(verdict, text, question) ?? parameterRule(verdict, text, question);
      if (parameter) return parameter;
      const parsed = parseRule(verdict, text, `${verdict} ${text}`, place);
      if (!parsed) problems.push(`${verdict} ${JSON.stringify(text)} is not understood and matches nothing`);
      return parsed ?? [];
    }),
  );
  const { accesses, refused } = accessesOf(question, place);
  const all = [
    ...modeRules("ask", place),
    ...rules,
    ...jointRules(rules, place),
    ...readOnlyRule(question),
    ...floorRules(place, rules),
  ];
  const { verdict, because } = decide(accesses, policyFromRules(all));
  // What cannot be looked at is never allowed, and may still be forbidden.
  if (refused !== undefined && verdict !== "deny")
    return { decision: "ask", reasons: [refused, ...problems] };
  return { decision: verdict, reasons: [because, ...problems] };
}

function placeOf({ cwd, env, tool }: RuleQuestion): RulePlace {
  const paths = pathsOf(env.platform, env.caseInsensitive);
  const links = linksOf(env);
  return {
    cwd,
    roots: [env.projectRoot],
    home: env.home,
    paths,
    isCaseInsensitive: env.caseInsensitive,
    shell: tool === "PowerShell" ? "powershell" : "bash",
    ...(env.platform !== "win32" && { real: (path) => followLinks(path, links, paths) }),
  };
}

const linksOf = ({ symlinks, platform }: RuleQuestion["env"]): Record<string, string> =>
  symlinks ?? (platform === "linux" ? { "/proc/self/root": "/" } : {});

/** What a call of these is about, when a rule names it: `Agent(explore)`, `Skill(commit *)`. */
const SUBJECTS: Readonly<Record<string, readonly string[]>> = {
  Agent: ["subagent_type"],
  Task: ["subagent_type"],
  Skill: ["skill", "name", "command"],
};

function subjectRule(verdict: Verdict, text: string, { tool, input }: RuleQuestion): Rule[] | undefined {
  const [, name = "", subject = ""] = /^(Agent|Task|Skill)\(([^:()]+)\)$/.exec(text.trim()) ?? [];
  if (name === "" || subject === "*") return undefined;
  const given = SUBJECTS[name]?.map((field) => input[field]).find((value) => typeof value === "string");
  const words = name === "Skill" && typeof input["args"] === "string" ? `${given} ${input["args"]}` : given;
  const isMeant =
    name === tool &&
    typeof words === "string" &&
    [subject, subject.replace(/ \*$/, "")].some((pattern) => starMatcher(pattern)(words));
  return isMeant ? [{ verdict, kind: "any", matches: () => true, source: `${verdict} ${text}` }] : [];
}

/** `Tool(field:value)`: about fields that have no language of their own, and only to forbid or to ask. */
function parameterRule(verdict: Verdict, text: string, { tool, input }: RuleQuestion): Rule[] | undefined {
  const [, name = "", field = "", value = ""] = /^([A-Za-z]\w*)\((\w+):(.*)\)$/s.exec(text.trim()) ?? [];
  if (name === "" || verdict === "allow" || OWN_LANGUAGE.test(name)) return undefined;
  if (/^(?:Bash|PowerShell)$/.test(name) && !COMMAND_FIELDS.test(field)) return undefined;
  const given = Object.hasOwn(input, field) ? input[field] : undefined;
  const isScalar = ["string", "number", "boolean"].includes(typeof given);
  const matches = name === tool && isScalar && starMatcher(value)(String(given));
  return matches ? [{ verdict, kind: "any", matches: () => true, source: `${verdict} ${text}` }] : [];
}

function readOnlyRule({ readOnlyCommands, tool, input, cwd, env }: RuleQuestion): Rule[] {
  if (!readOnlyCommands || !/^(?:Bash|PowerShell)$/.test(tool)) return [];
  const shell = tool === "PowerShell" ? "powershell" : "bash";
  const cmd = String(input["command"]);
  const { risk, readOnly } = shellRisk({ cmd, cwd, home: env.home, roots: [env.projectRoot], shell });
  if (risk !== "low" || !readOnly) return [];
  return [{ verdict: "allow", kind: "execute", matches: () => true, source: "a command that only reads" }];
}

interface Touched {
  readonly accesses: readonly Access[];
  /** Why no rule can approve it. */
  readonly refused?: string;
}

const SEARCHES = /^(?:Glob|Grep|LS)$/;

/** Canonical accesses of a call. */
function accessesOf({ tool, input, env, cwd }: RuleQuestion, place: RulePlace): Touched {
  const named = input["file_path"] ?? input["notebook_path"] ?? input["path"];
  const path = named === undefined && SEARCHES.test(tool) ? cwd : named;
  if (tool === "Bash" || tool === "PowerShell")
    return { accesses: [{ kind: "execute", target: String(input["command"]) }] };
  if (tool === "WebFetch") {
    const host = hostOf(String(input["url"]));
    const accesses: Access[] = [{ kind: "network", target: host ?? "" }];
    return { accesses, ...(host === undefined && { refused: "the URL is not plain http or https" }) };
  }
  if (typeof path !== "string") return { accesses: [{ kind: "unknown", target: tool }] };
  const kind = /Edit|Write|Delete|Move/.test(tool) ? "write" : "read";
  const written = expandHome(path, env.home);
  if (refusePath(written, env.platform, { use: kind, roots: place.roots }) !== undefined)
    return { accesses: [{ kind, target: written }] };
  return fileAccesses(kind, written, env, place);
}

function fileAccesses(
  kind: "read" | "write",
  written: string,
  env: RuleQuestion["env"],
  place: RulePlace,
): Touched {
  const resolved = place.paths.resolve(place.cwd, written);
  // A Windows path without a drive, as it is written in examples: one grammar for both.
  const absolute =
    env.platform === "win32" && /^\\(?!\\)/.test(resolved) ? resolved.replaceAll("\\", "/") : resolved;
  const real = env.platform === "win32" ? absolute : followLinks(absolute, linksOf(env), place.paths);
  const accesses = [...new Set([absolute, real ?? absolute])].map((target) => ({ kind, target }));
  return { accesses, ...(real === undefined && { refused: "its links lead in a circle" }) };
}
