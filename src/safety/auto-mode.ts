import type { Policy, Rule } from "../core/access.ts";
import { isCommandRule, readAt } from "./command-rules.ts";
import type { RulePlace } from "./path-patterns.ts";
import { staysInside } from "./read-only-commands.ts";
import type { Risk } from "./shell/findings.ts";
import { shellRisk } from "./shell/late.ts";

/** What somebody else has found out about commands that the rules leave open. Asked without waiting. */
export interface SecondOpinion {
  /** Undefined as long as nothing is known of the command. */
  of(command: string): { readonly isHarmless: boolean; readonly because: string } | undefined;
}

const SECOND_OPINION = "mode: auto, found harmless";

/**
 * What Auto means for commands. Those of low risk run. Those of medium risk run in the sandbox, or when a second opinion finds
 * them harmless. Those of high risk ask, whatever wildcards allow: only a rule that spells the command is about it. Give all rules in force.
 */
export function autoRules(
  place: RulePlace,
  rules: readonly Rule[],
  opinion?: SecondOpinion,
  hasSandbox: () => boolean = () => false,
): Rule[] {
  const spelled = rules.filter((rule) => isCommandRule(rule) && rule.command.isExact);
  const rule = (verdict: "allow" | "ask", source: string, matches: Rule["matches"]): Rule => ({
    verdict,
    kind: "execute",
    source,
    matches,
  });
  return [
    rule("ask", "mode: auto, a command of high risk", (command) => {
      return riskIn(command, place) === "high" && !spelled.some((exact) => exact.matches(command));
    }),
    rule("allow", "mode: auto, a command of low risk", (command) => {
      return riskIn(command, place) === "low" && leadsNowhereElse(command, place);
    }),
    {
      ...rule("allow", "mode: auto, in the sandbox", (command) => {
        return hasSandbox() && riskIn(command, place) === "medium";
      }),
      isConfined: true,
    },
    rule("allow", SECOND_OPINION, (command) => {
      return opinion?.of(command)?.isHarmless === true && riskIn(command, place) === "medium";
    }),
  ];
}

/** Whether it depends on a second opinion, of which nothing is known yet, if a command runs without a question. */
export function isLeftOpen(command: string, place: Where, policy: Policy): boolean {
  const { verdict, because } = policy({ kind: "execute", target: command });
  return verdict === "ask" && because === UNSAID && riskIn(command, place) === "medium";
}

type Where = Pick<RulePlace, "cwd" | "home" | "roots" | "shell">;
/** What could come of a command where it would run; `high` until what reads commands is loaded. */
const riskIn = (cmd: string, { cwd, home, roots, shell }: Where): Risk =>
  shellRisk({ cmd, cwd, home, roots, shell }).risk;

/** Its text says where it goes, but a link in a file's place could lead elsewhere. */
function leadsNowhereElse(command: string, place: RulePlace): boolean {
  const { commands, isReadable, isOdd } = readAt(command, place);
  return isReadable && !isOdd && commands.every((one) => staysInside(one, place));
}

/** Says what the second opinion was wherever it made a difference, or would have. It changes no verdict. */
export const withOpinion =
  (policy: Policy, opinion: SecondOpinion): Policy =>
  (access) => {
    const decision = policy(access);
    if (access.kind !== "execute") return decision;
    const isOpen = decision.verdict === "ask" && decision.because === UNSAID;
    if (!isOpen && decision.because !== SECOND_OPINION) return decision;
    const found = opinion.of(access.target);
    return found ? { ...decision, because: found.because } : decision;
  };

/** What a policy says of an access that no rule is about. */
export const UNSAID = "no rule allows it";

/** The mode Don't ask: what would ask is denied, with the reason it would have asked for. */
export const neverAsking =
  (policy: Policy): Policy =>
  (access) => {
    const decision = policy(access);
    if (decision.verdict !== "ask") return decision;
    const because = `the user chose not to be asked, and this would have to be (${decision.because})`;
    return { ...decision, verdict: "deny", because };
  };
