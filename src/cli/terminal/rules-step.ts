import type { RulesCheck } from "../../core/offered-rules.ts";
import { makeVisible } from "../../core/visible.ts";
import type { Asked } from "./card.ts";
import type { Page } from "./markdown.ts";
import { paint, wrap } from "./style.ts";

export interface RuleOffer {
  readonly label: string;
  press(key: string): void;
}
interface Around {
  readonly check: (rules: readonly string[]) => Promise<RulesCheck | undefined>;
  readonly print: (lines: readonly string[]) => void;
  readonly page: () => Page;
  /** Something else can be pressed from now on. */
  readonly changed: () => void;
  readonly allow: (scope: "session" | "workspace", rules: readonly string[]) => void;
}

/** Shows the rules that would allow a call from now on, with what they cover; only what was shown can be chosen then. */
export function offerRules(card: Asked, sets: readonly (readonly string[])[], around: Around): RuleOffer {
  let at = -1;
  const isFine: boolean[] = [];
  const show = async (): Promise<void> => {
    const checks = await Promise.all(sets.map((set) => around.check(set)));
    const page = around.page();
    for (const [index, set] of sets.entries()) {
      const check = checks[index];
      isFine[index] =
        check !== undefined &&
        check.problem === undefined &&
        check.rules.every(({ problem }) => problem === undefined);
      around.print(setLines(set, check, { page, words: nameOf(index, card), number: index + 1 }));
    }
    at = isFine.indexOf(true);
    around.changed();
  };
  void show();
  return {
    get label() {
      const which = sets.length > 1 ? ` (now ${at + 1}; 1 to ${sets.length})` : "";
      return at < 0 ? "None of these can be kept. b back: " : `s this session, w workspace, b back${which}: `;
    },
    press(key) {
      const chosen = /^[1-9]$/.test(key) ? Number(key) - 1 : -1;
      if (isFine[chosen]) {
        at = chosen;
        around.changed();
      } else if (at >= 0 && (key === "s" || key === "w"))
        around.allow(key === "s" ? "session" : "workspace", sets[at] ?? []);
    },
  };
}

function nameOf(index: number, { detail }: Asked): string {
  if (detail.kind === "command") return index === 0 ? "Only this command" : "This kind of action";
  return index === 0 ? "Only this" : "Its folder";
}

interface SetAround {
  readonly page: Page;
  readonly words: string;
  readonly number: number;
}

function setLines(
  set: readonly string[],
  check: RulesCheck | undefined,
  { page, words, number }: SetAround,
): string[] {
  const problem = check ? check.problem : "It is no longer asked.";
  const rules = set.flatMap((rule, index) => {
    const found = check?.rules[index];
    const says = found?.problem ?? (found?.words ? `covers ${found.words}` : "");
    return [
      `   ${paint(page, "cyan", makeVisible(rule, "exact"))}`,
      ...(says ? wrap(`   ${makeVisible(says)}`, page.columns, "   ") : []),
    ];
  });
  return [
    `${number}. ${words}:`,
    ...rules,
    ...(problem ? wrap(`   ${makeVisible(problem)}`, page.columns, "   ") : []),
  ];
}
