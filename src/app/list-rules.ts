import type { Verdict } from "../core/access.ts";
import { type RuleWarning, warningsOf } from "../safety/rule-files/warnings.ts";
import type { RuleUse } from "./decision-log.ts";
import type { Permissions } from "./permissions.ts";
import type { RuleFilePlace, WrittenRule } from "./written-rule.ts";

/** A rule as it is listed for people and administrators. */
export interface ListedRule {
  readonly verdict: Verdict;
  readonly text: string;
  readonly source: string;
  readonly file?: RuleFilePlace;
  /** `waiting`: a file of the repository wants it, and nobody has agreed yet. `unknown`: it is no rule, and matches nothing. */
  readonly state: "in force" | "waiting" | "unknown" | "broken";
  readonly warnings: readonly RuleWarning[];
  readonly use?: RuleUse;
}

/** Every rule there is, those that are not in force included. */
export function listRules(
  permissions: Pick<Permissions, "written" | "waiting" | "isUnderstood">,
  uses?: ReadonlyMap<string, RuleUse>,
  own: readonly WrittenRule[] = [],
): ListedRule[] {
  const written = [...permissions.written, ...own];
  const stateOf = (rule: WrittenRule): ListedRule["state"] => {
    if (rule.isBroken) return "broken";
    return permissions.isUnderstood(rule) ? "in force" : "unknown";
  };
  const listed = written.map((rule): ListedRule => {
    const { verdict, text, source, file } = rule;
    const use = useOf(uses, `${source}: ${text}`);
    return {
      ...{ verdict, text, source, state: stateOf(rule), warnings: warningsOf(rule, written) },
      ...(file && { file }),
      ...(use && { use }),
    };
  });
  const waiting = permissions.waiting.flatMap(({ file, added }) =>
    added.map(
      (text): ListedRule => ({
        ...{ verdict: "allow", text, source: file.label, state: "waiting" },
        ...{ warnings: warningsOf({ verdict: "allow", text }, written), file: { path: file.path, line: 1 } },
      }),
    ),
  );
  return [...listed, ...waiting];
}

/** A rule that forbids is also named when it only could not be ruled out. */
function useOf(uses: ReadonlyMap<string, RuleUse> | undefined, because: string): RuleUse | undefined {
  const found = [because, `${because} (cannot be ruled out)`].flatMap((reason) => uses?.get(reason) ?? []);
  if (found.length === 0) return undefined;
  return {
    count: found.reduce((sum, { count }) => sum + count, 0),
    lastAt: Math.max(...found.map(({ lastAt }) => lastAt)),
  };
}
