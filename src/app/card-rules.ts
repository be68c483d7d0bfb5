import type { Access } from "../core/access.ts";
import type { Mode } from "../core/mode.ts";
import type { CardRules, RuleCheck } from "../core/offered-rules.ts";
import type { Permissions } from "./permissions.ts";

/** As in a suggestion: more is a list that nobody reads. */
const MOST = 5;
const MAX_CHARS = 600;

type Now = () => { readonly mode: Mode; readonly allowed: readonly string[] };

/** What the cards of a conversation may give: rules that let the call at hand through, and nothing wider than was offered. */
export function cardRulesOf(permissions: Pick<Permissions, "lets" | "understands">, now: Now): CardRules {
  const lets = (accesses: readonly Access[], rules: readonly string[]): boolean =>
    permissions.lets(accesses, rules, now());
  return {
    lets,
    async check(accesses, rules, offered) {
      try {
        // With the first card on which somebody writes a rule.
        const { isWithinOffered } = await import("../safety/suggest/rule-breadth.ts");
        const { ruleWords } = await import("../safety/suggest/rule-words.ts");
        const checked = rules.map((text): RuleCheck => {
          const words = ruleWords(text);
          if (text.length > MAX_CHARS || !permissions.understands(text))
            return { text, words: "", problem: "This is not a rule that Plumb understands." };
          if (!isWithinOffered(text, offered.flat())) return { text, words, problem: TOO_WIDE };
          return { text, words };
        });
        const isFine = checked.every(({ problem }) => problem === undefined);
        const problem = isFine ? whole(rules, () => lets(accesses, rules)) : undefined;
        return { rules: checked, ...(problem !== undefined && { problem }) };
      } catch {
        return { rules: [], problem: "The rules cannot be checked now." };
      }
    },
  };
}

const TOO_WIDE =
  "This is wider than what this question is about. Wider rules can be written in the settings.";

function whole(rules: readonly string[], covers: () => boolean): string | undefined {
  if (rules.length === 0) return "There is no rule here.";
  if (rules.length > MOST) return `At most ${MOST} rules can be given at once.`;
  return covers() ? undefined : "With these rules Plumb would still ask about this call.";
}
