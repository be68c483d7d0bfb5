import type { Verdict } from "../../core/access.ts";
import { runsOthers } from "../shell-wrappers.ts";
import { starMatcher } from "../stars.ts";

export interface WarnedRule {
  readonly verdict: Verdict;
  readonly text: string;
}

/** What may be meant otherwise than it reads. */
export type RuleWarning =
  | { readonly kind: "early-star"; readonly program: string }
  | { readonly kind: "runner"; readonly program: string }
  /** A wildcard never allows a program that runs others. */
  | { readonly kind: "allows-nothing"; readonly program: string }
  | { readonly kind: "everything" }
  | { readonly kind: "unreachable"; readonly by: string };

/** They fetch or run whatever their arguments say. */
const RUNNERS =
  /^(?:npx|bunx|uvx|pnpx|npm (?:exec|x)|pnpm (?:dlx|exec)|yarn dlx|pipx run|docker (?:exec|run)|docker compose (?:exec|run)|podman (?:exec|run)|kubectl exec|ssh|make|just|devbox run|python3?|node|deno|bun|ruby|perl|php)(?: |$)/;

/** Warnings about a rule among all that are in force. */
export function warningsOf(rule: WarnedRule, all: readonly WarnedRule[]): RuleWarning[] {
  const { tool, spec } = partsOf(rule.text);
  const above = all.find((other) => isAbove(other, rule) && covers(other.text, tool, spec));
  return [
    ...(rule.verdict === "allow" && tool === "Bash" ? commandWarnings(spec) : []),
    ...(above ? [{ kind: "unreachable", by: `${above.verdict} ${above.text}` } as const] : []),
  ];
}

const partsOf = (text: string): { tool: string; spec: string | undefined } => {
  const [, tool = text.trim(), spec] = /^([^()]+)(?:\((.*)\))?$/s.exec(text.trim()) ?? [];
  return { tool, spec: spec === "*" ? undefined : spec };
};

function commandWarnings(spec: string | undefined): RuleWarning[] {
  if (spec === undefined) return [{ kind: "everything" }];
  if (!spec.includes("*")) return [];
  const text = spec.replace(/:\*$/, " *");
  const words = text.split(/\s+/);
  const [program = ""] = words;
  if (program.includes("*")) return [{ kind: "early-star", program }];
  if (runsOthers([program])) return [{ kind: "allows-nothing", program }];
  if (RUNNERS.test(text.slice(0, text.indexOf("*"))))
    return [{ kind: "runner", program: text.replace(/ ?\*.*$/s, "") }];
  const star = words.findIndex((word) => word.includes("*"));
  return star < words.length - 1 ? [{ kind: "early-star", program }] : [];
}

const ORDER = { deny: 0, ask: 1, allow: 2 } as const;
const isAbove = (other: WarnedRule, rule: WarnedRule): boolean => ORDER[other.verdict] < ORDER[rule.verdict];

const SAME: readonly (readonly string[])[] = [
  ["Edit", "Write", "MultiEdit", "NotebookEdit"],
  ["Read", "NotebookRead"],
];

/** Whether a rule certainly covers all of another: then the other one never decides. */
function covers(text: string, tool: string, spec: string | undefined): boolean {
  const above = partsOf(text);
  if (above.tool === "*") return true;
  const isSame =
    above.tool === tool || SAME.some((names) => names.includes(above.tool) && names.includes(tool));
  if (!isSame) return false;
  if (above.spec === undefined || above.spec === spec) return true;
  if (spec === undefined || tool !== "Bash") return false;
  const pattern = above.spec.replace(/:\*$/, " *");
  return starMatcher(pattern)(spec.replace(/:\*$/, " *"));
}
