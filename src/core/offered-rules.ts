import type { Access } from "./access.ts";
import type { Agent, Environment } from "./agent.ts";
import type { PermissionAnswer } from "./ports.ts";
import type { PreparedCall, RuleChoices } from "./tool.ts";

/** More sets than this are no choice but a search. */
const MOST_CHOICES = 2;

/** What a card says of a rule that somebody wants to give on it. */
export interface RuleCheck {
  readonly text: string;
  /** What it would cover, for people; "" when nothing can be said. */
  readonly words: string;
  /** Why it cannot be given on this card. */
  readonly problem?: string;
}

export interface RulesCheck {
  readonly rules: readonly RuleCheck[];
  /** Why they cannot be given together, although each of them could. */
  readonly problem?: string;
}

/** What rules mean here. Without it nothing is offered and nothing is taken. */
export interface CardRules {
  /** Whether a call would run without a question if these rules held as well. */
  lets(accesses: readonly Access[], rules: readonly string[]): boolean;
  /** What there is to say against rules for this call on a card that offered these. Never rejects. */
  check(accesses: readonly Access[], rules: readonly string[], offered: RuleChoices): Promise<RulesCheck>;
}

/**
 * The sets of rules that a card offers, narrowest first: only what would really let this call through. That nothing can be
 * suggested is no reason not to ask, so this never rejects.
 */
export async function offeredRules(
  prepared: Pick<PreparedCall, "accesses" | "suggest">,
  { policy }: Pick<Agent, "policy">,
  { cardRules, secrets }: Pick<Environment, "cardRules" | "secrets">,
): Promise<RuleChoices> {
  if (!cardRules) return [];
  try {
    const lets = (rules: readonly string[]): boolean =>
      rules.length > 0 && cardRules.lets(prepared.accesses, rules);
    const isAllowed = (access: Access): boolean => policy(access).verdict === "allow";
    const sets = await prepared.suggest({ isAllowed, lets });
    // A rule is written down as it stands, so none is made of a command with a secret in it.
    const isShown = (rules: readonly string[]): boolean =>
      rules.every((rule) => (secrets?.hide(rule) ?? rule) === rule);
    return sets.filter((rules) => isShown(rules) && lets(rules)).slice(0, MOST_CHOICES);
  } catch {
    return [];
  }
}

/** The rules that an answer gives. Whatever is not as the card may give it is not given, and then the answer counts once. */
export async function rulesGiven(
  answer: PermissionAnswer | undefined,
  offered: RuleChoices,
  accesses: readonly Access[],
  { cardRules }: Pick<Environment, "cardRules">,
): Promise<readonly string[]> {
  const [narrowest = []] = offered;
  if (answer?.verdict !== "allow" || answer.scope === "once" || narrowest.length === 0) return [];
  const { rules = narrowest } = answer;
  if (offered.some((set) => set.length === rules.length && set.every((rule, at) => rule === rules[at])))
    return rules;
  const found = await cardRules?.check(accesses, rules, offered);
  const isFine = found?.problem === undefined && found?.rules.every(({ problem }) => problem === undefined);
  return isFine ? rules : [];
}
