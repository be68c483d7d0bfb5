import * as z from "zod";

/** One thing a tool call wants to touch. A tool that declares nothing gets `unknown`, which few rules allow. */
export const Access = z.object({
  /** `read`/`write`: an absolute path. `execute`: the command text. `network`: a host. `unknown`: the tool's name. */
  kind: z.enum(["read", "write", "execute", "network", "unknown"]),
  target: z.string(),
});
export type Access = z.infer<typeof Access>;

export const Verdict = z.enum(["allow", "ask", "deny"]);
export type Verdict = z.infer<typeof Verdict>;

export type Rule = {
  readonly verdict: Verdict;
  readonly kind: Access["kind"] | "any";
  /** What the rule covers; its meaning is `matches`, so that a rule is whatever its grammar made of it. */
  readonly matches: (target: string) => boolean;
  /** For people: where the rule stands and how it is spelled there, e.g. `session: Bash(npm test)`. */
  readonly source: string;
  /** Of a rule that allows: only in the sandbox. Another rule that allows the same without it lifts that. */
  readonly isConfined?: true;
};
export type PermissionDecision = {
  readonly verdict: Verdict;
  readonly access: Access;
  readonly because: string;
  /** What is allowed has to run in the sandbox: it was let through because of that. */
  readonly isConfined?: true;
};
export type Policy = (access: Access) => PermissionDecision;

const STRICTNESS: Record<Verdict, number> = { allow: 0, ask: 1, deny: 2 };

/** Of two that both have to agree. */
function stricter(a: PermissionDecision, b: PermissionDecision): PermissionDecision {
  const found = STRICTNESS[b.verdict] > STRICTNESS[a.verdict] ? b : a;
  const isConfined = found.verdict === "allow" && (a.isConfined ?? b.isConfined);
  return isConfined && !found.isConfined ? { ...found, isConfined } : found;
}

/** Of two rules of one policy: the strictest wins, and of two that allow the one that does not confine. */
function winning(a: PermissionDecision, b: PermissionDecision): PermissionDecision {
  const step = STRICTNESS[b.verdict] - STRICTNESS[a.verdict];
  if (step !== 0) return step > 0 ? b : a;
  return a.isConfined && !b.isConfined ? b : a;
}

/** The strictest matching rule wins; silence means ask. A rule that throws counts as one that asks. */
export function policyFromRules(rules: readonly Rule[]): Policy {
  return (access) => {
    let decision: PermissionDecision | undefined;
    for (const rule of rules) {
      if (rule.kind !== access.kind && rule.kind !== "any") continue;
      const found = judge(rule, access);
      if (found) decision = decision ? winning(decision, found) : found;
    }
    return decision ?? { verdict: "ask", access, because: "no rule allows it" };
  };
}

function judge(rule: Rule, access: Access): PermissionDecision | undefined {
  try {
    if (!rule.matches(access.target)) return undefined;
    const { verdict, source: because, isConfined } = rule;
    return { verdict, access, because, ...(isConfined && { isConfined }) };
  } catch {
    return { verdict: "ask", access, because: `${rule.source} could not be evaluated` };
  }
}

/** A child can only ever lose permissions, whatever its own policy says. */
export function narrow(parent: Policy, child: Policy): Policy {
  return (access) => stricter(parent(access), child(access));
}

/** Whether `access` is judged no more strictly than a call that was let through. */
export const isWithin = (decided: PermissionDecision, access: Access, policy: Policy): boolean =>
  stricter(decided, decide([access], policy)) === decided;

/** A call is as dangerous as the most dangerous thing it touches. Touching nothing is allowed. */
export function decide(accesses: readonly Access[], policy: Policy): PermissionDecision {
  const nothing: PermissionDecision = {
    verdict: "allow",
    access: { kind: "read", target: "" },
    because: "touches nothing",
  };
  try {
    const [first = nothing, ...others] = accesses.map(policy);
    return others.reduce(stricter, first);
  } catch (thrown) {
    const access = accesses[0] ?? nothing.access;
    return {
      verdict: "ask",
      access,
      because: `the policy failed: ${thrown instanceof Error ? thrown.message : String(thrown)}`,
    };
  }
}
