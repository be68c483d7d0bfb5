import { useState } from "react";
import type { PageRule } from "../../../src/protocol/permissions-page.ts";
import { t } from "../l10n.ts";
import type { Post } from "./link.ts";
import { RuleRow } from "./rule-row.tsx";
import { verdictMeans, verdictWord } from "./words.ts";

const VERDICTS = ["deny", "ask", "allow"] as const;
/** Fewer are found at a glance. */
const FILTERED = 8;

/** All rules by what they say, in the order in which they count. */
export function RuleList({ rules, post }: { rules: readonly PageRule[]; post: Post }) {
  const [filter, setFilter] = useState("");
  const wanted = filter.trim().toLowerCase();
  const shown = rules.filter(({ text, source }) => `${text} ${source}`.toLowerCase().includes(wanted));
  return (
    <section aria-labelledby="rules">
      <h2 id="rules">{t("Rules")}</h2>
      {rules.length >= FILTERED && (
        <input
          className="text-input"
          type="search"
          aria-label={t("Filter rules")}
          placeholder={t("Filter rules")}
          value={filter}
          onChange={(event) => setFilter(event.target.value)}
        />
      )}
      <div className="sr-only" role="status">
        {wanted !== "" && t("{n} rules", { n: shown.length })}
      </div>
      {rules.length === 0 && <p className="muted">{t("There are none yet: what is not reading asks.")}</p>}
      {VERDICTS.map((verdict) => {
        const some = shown.filter((rule) => rule.verdict === verdict);
        if (some.length === 0) return undefined;
        return (
          <div key={verdict} className="page-group">
            <h3>
              {verdictWord(verdict)} <span className="muted">{verdictMeans(verdict)}</span>
            </h3>
            <ul className="page-rules" aria-label={verdictWord(verdict)}>
              {some.map((rule) => (
                <RuleRow key={rule.id} rule={rule} post={post} />
              ))}
            </ul>
          </div>
        );
      })}
    </section>
  );
}
