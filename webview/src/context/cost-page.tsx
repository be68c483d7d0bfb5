import type { ContextReport, ModelSpending } from "../../../src/protocol/context-report.ts";
import { t, tn } from "../l10n.ts";
import { useView } from "../state/panel.tsx";
import { formatCost, formatTokens } from "../text/format.ts";
import { CacheFacts } from "./cache-facts.tsx";
import { percent } from "./words.ts";

/** Money and tokens of this conversation by model, sub-agents and side questions included. */
export function CostPage({ report }: { report: ContextReport }) {
  const { spending, cache, limits } = report;
  const models = useView((view) => view.surroundings.models);
  if (spending.length === 0)
    return <p className="context-note">{t("Nothing has been sent in this conversation yet.")}</p>;
  const known = spending.filter(({ dollars }) => dollars !== undefined);
  const dollars = known.reduce((sum, one) => sum + (one.dollars ?? 0), 0);
  return (
    <>
      <table className="context-costs">
        <caption className="sr-only">{t("Cost by model")}</caption>
        <thead className="sr-only">
          <tr>
            <th scope="col">{t("Model")}</th>
            <th scope="col">{t("Cost")}</th>
          </tr>
        </thead>
        <tbody>
          {spending.map((one) => (
            <tr key={`${one.model} ${one.purpose}`}>
              <th scope="row">
                {models.find(({ id }) => id === one.model)?.name ?? one.model}
                {one.purpose !== "main" && (
                  <span className="context-muted"> · {purposeWords(one.purpose)}</span>
                )}
                <p className="context-muted">{tokenWords(one)}</p>
              </th>
              <td>{one.dollars === undefined ? t("unknown") : formatCost(one.dollars)}</td>
            </tr>
          ))}
        </tbody>
        {known.length > 0 && (
          <tfoot>
            <tr>
              <th scope="row">
                {known.length < spending.length ? t("Total of what is known") : t("Total of this chat")}
              </th>
              <td>{formatCost(dollars)}</td>
            </tr>
          </tfoot>
        )}
      </table>
      {limits?.map(({ scope, dollars: limit, spent }) => (
        <p key={scope} className="context-fact">
          {scope === "day"
            ? t("Limit of a day")
            : scope === "session"
              ? t("Limit of a chat")
              : t("Limit of a run")}
          {": "}
          {t("{spent} of {limit}", { spent: formatCost(spent), limit: formatCost(limit) })}
        </p>
      ))}
      <CacheFacts cache={cache} />
    </>
  );
}

function purposeWords(purpose: ModelSpending["purpose"]): string {
  switch (purpose) {
    case "main":
      return "";
    case "agents":
      return t("sub-agents");
    case "summaries":
      return t("summaries");
    case "classifier":
      return t("judging commands");
    default:
      return purpose satisfies never;
  }
}

function tokenWords(one: ModelSpending): string {
  const input = one.inputTokens + one.cacheReadTokens + one.cacheWriteTokens;
  return [
    tn(one.requests, "{n} request", "{n} requests"),
    t("{n} in ({share} from cache)", { n: formatTokens(input), share: percent(one.cacheReadTokens, input) }),
    t("{n} out", { n: formatTokens(one.outputTokens) }),
  ].join(" · ");
}
