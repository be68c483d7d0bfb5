import type { Rule, Verdict } from "../core/access.ts";
import { commandRules } from "./command-rules.ts";
import { fileCommandRules } from "./file-command-rules.ts";
import { hostMatcher, isPrivateHost } from "./hosts.ts";
import { isInRoots, literalPart, pathMatcher, type RulePlace } from "./path-patterns.ts";
import { refusePath } from "./path-safety.ts";
import { languageAt } from "./powershell/late.ts";
import { isProtectedForWriting, isSecret } from "./protected-files.ts";
import { starMatcher } from "./stars.ts";

export type { RulePlace } from "./path-patterns.ts";

/** A rule that names a protected file, a secret or a private host on purpose: it lifts the floor for what it names. */
export interface NamingRule extends Rule {
  readonly isNaming: true;
}

const SHAPE = /^([A-Za-z][\w-]*|\*|[\w*-]+)(?:\((.*)\))?$/s;
const READERS = new Set(["Read", "NotebookRead"]);
const SEARCHERS = new Set(["Glob", "Grep", "LS", "LSP"]);
const WRITERS = new Set(["Edit", "Write", "MultiEdit", "NotebookEdit"]);
/** What these do to a file is a write like any other: rules tighten them with it, and never allow one without the others. */
const MOVERS = new Set(["Delete", "Move"]);

/**
 * Reads one permission rule, e.g. `Bash(npm test:*)` or `Edit(/src/**)`, into what it means for accesses. Undefined
 * when the text is malformed or says something that is not understood: the caller reports it. `source` is shown to people as the reason. What a deny or ask rule
 * cannot decide asks; an allow rule covers only what it certainly means.
 */
export function parseRule(
  verdict: Verdict,
  text: string,
  source: string,
  place: RulePlace,
): Rule[] | undefined {
  const match = SHAPE.exec(text.trim());
  if (!match) return undefined;
  const [, tool = "", written] = match;
  if (written?.trim() === "") return undefined;
  const spec = written === "*" ? undefined : written;
  if (tool === "Bash" || tool === "PowerShell") return shellRules(verdict, tool, spec, source, place);
  if (READERS.has(tool)) return readRules(verdict, spec, source, place);
  if (WRITERS.has(tool)) return writeRules(verdict, spec, source, place);
  if (MOVERS.has(tool) && (verdict !== "deny" || spec !== undefined))
    return verdict === "allow" || spec === undefined ? undefined : writeRules(verdict, spec, source, place);
  if (SEARCHERS.has(tool)) return searchRules(verdict, spec, source, place);
  if (tool === "WebFetch") return hostRules(verdict, spec, source);
  return toolRules(verdict, tool, spec, source);
}

/** Where PowerShell runs commands, both names are about it. A rule about a shell that is not there is about nothing. */
const shellRules = (
  verdict: Verdict,
  tool: string,
  spec: string | undefined,
  source: string,
  place: RulePlace,
): Rule[] | undefined =>
  tool === "PowerShell" && languageAt(place) !== "powershell"
    ? []
    : commandRules(verdict, spec, source, place);

const isSound = (target: string, { roots }: RulePlace, use: "read" | "write"): boolean =>
  refusePath(target, undefined, { use, roots }) === undefined;

function readRules(
  verdict: Verdict,
  spec: string | undefined,
  source: string,
  place: RulePlace,
): Rule[] | undefined {
  if (verdict === "allow") {
    if (spec !== undefined) return allowPaths(["read"], spec, source, place);
    return [
      {
        verdict,
        kind: "read",
        source,
        matches: (target) => isSound(target, place, "read"),
      },
    ];
  }
  const matches = spec === undefined ? () => true : pathMatcher(spec, verdict, place);
  if (!matches) return undefined;
  // What must not be read must not be overwritten or edited either.
  const files = (["read", "write"] as const).map((kind): Rule => ({ verdict, kind, source, matches }));
  return [...files, ...(spec === undefined ? [] : fileCommandRules(verdict, spec, source, place))];
}

function writeRules(
  verdict: Verdict,
  spec: string | undefined,
  source: string,
  place: RulePlace,
): Rule[] | undefined {
  if (verdict === "allow") {
    if (spec !== undefined) return allowPaths(["write", "read"], spec, source, place);
    const matches = (target: string): boolean => isSound(target, place, "write") && isInRoots(place, target);
    return [
      { verdict, kind: "write", source, matches },
      { verdict, kind: "read", source, matches },
    ];
  }
  const matches = spec === undefined ? () => true : pathMatcher(spec, verdict, place);
  if (!matches) return undefined;
  const commands = spec === undefined ? [] : fileCommandRules(verdict, spec, source, place, true);
  return [{ verdict, kind: "write", source, matches }, ...commands];
}

function allowPaths(
  kinds: readonly ("read" | "write")[],
  spec: string,
  source: string,
  place: RulePlace,
): Rule[] | undefined {
  const matches = pathMatcher(spec, "allow", place);
  if (!matches) return undefined;
  const part = literalPart(spec);
  const isNaming =
    part !== "" && [part, `${part}/x`].some((path) => isProtectedForWriting(path) || isSecret(path));
  return kinds.map((kind) =>
    isNaming
      ? naming({ verdict: "allow", kind, source, matches })
      : { verdict: "allow", kind, source, matches },
  );
}

const naming = (rule: Rule): NamingRule => ({ ...rule, isNaming: true });

/** Searching is reading. A rule cannot tell the two apart, so allow stays in the workspace and deny asks. */
function searchRules(
  verdict: Verdict,
  spec: string | undefined,
  source: string,
  place: RulePlace,
): Rule[] | undefined {
  if (spec !== undefined) return verdict === "allow" ? undefined : readRules(verdict, spec, source, place);
  if (verdict === "allow")
    return [{ verdict, kind: "read", source, matches: (target) => isInRoots(place, target) }];
  return [{ verdict: "ask", kind: "read", source, matches: () => true }];
}

function hostRules(verdict: Verdict, spec: string | undefined, source: string): Rule[] | undefined {
  if (spec === undefined) {
    return [
      { verdict, kind: "network", source, matches: (host) => verdict !== "allow" || !isPrivateHost(host) },
    ];
  }
  const pattern = /^domain:\s*(\S+)$/.exec(spec)?.[1];
  const matches = pattern === undefined ? undefined : hostMatcher(pattern);
  if (!matches || pattern === undefined) return undefined;
  const rule: Rule = { verdict, kind: "network", source, matches };
  return [verdict === "allow" && !pattern.includes("*") ? naming(rule) : rule];
}

/** MCP and all other tools, by name. Globs in the server part, and rules about parameters, only tighten. */
function toolRules(
  verdict: Verdict,
  tool: string,
  spec: string | undefined,
  source: string,
): Rule[] | undefined {
  if (tool === "*")
    return verdict === "allow" ? undefined : [{ verdict, kind: "any", source, matches: () => true }];
  if (!/^(?:[A-Z]|mcp__|\*)/.test(tool)) return undefined;
  if (spec !== undefined) {
    // What the parentheses of other tools mean is not known here, so the whole tool asks.
    if (verdict === "allow") return undefined;
    return [{ verdict: "ask", kind: "unknown", source, matches: (name) => name === tool }];
  }
  const server = /^mcp__([^_*]|_(?!_))+/.exec(tool)?.[0];
  if (verdict === "allow" && tool.includes("*") && !tool.startsWith(`${server}__`)) return undefined;
  if (server === tool) {
    return [
      { verdict, kind: "unknown", source, matches: (name) => name === tool || name.startsWith(`${tool}__`) },
    ];
  }
  const rule: Rule = { verdict, kind: "unknown", source, matches: starMatcher(tool) };
  return [verdict === "allow" && !tool.includes("*") ? naming(rule) : rule];
}

/** Whether a bare deny rule (`Grep`, `mcp__db`, `mcp__*`) takes this tool away from the model altogether. */
export function removesTool(deny: string, toolName: string): boolean {
  const name = deny.trim().replace(/\(\*\)$/, "");
  if (!/^[\w*-]+$/.test(name)) return false;
  if (/^mcp__(?:[^_]|_(?!_))+$/.test(name) && toolName.startsWith(`${name}__`)) return true;
  return starMatcher(name)(toolName);
}
