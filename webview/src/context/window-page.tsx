import { PART_GROUPS } from "../../../src/core/part-groups.ts";
import type { ContextReport } from "../../../src/protocol/context-report.ts";
import { t } from "../l10n.ts";
import { usePost, useView } from "../state/panel.tsx";
import { formatCost, formatTokens } from "../text/format.ts";
import { Button } from "../ui/button.tsx";
import { CacheFacts } from "./cache-facts.tsx";
import { PartGroup } from "./part-group.tsx";
import { groupName, percent } from "./words.ts";

/** How much of the window is used. */
export function windowWords({ tokens, limit }: ContextReport): string {
  const used = formatTokens(tokens);
  return limit > 0
    ? t("{used} of {all} tokens ({share})", { used, all: formatTokens(limit), share: percent(tokens, limit) })
    : t("{used} tokens", { used });
}

type Props = { readonly report: ContextReport };

/** Every part of the window with its tokens, what can be done about it, and what the next request will cost. */
export function WindowPage({ report }: Props) {
  const post = usePost();
  const isReadOnly = useView((view) => view.surroundings.readOnlyBecause !== undefined);
  const isCompacting = useView((view) => view.compacting !== "off");
  const { tokens, parts, hidden } = report;
  if (parts.length === 0)
    return <p className="context-note">{t("Nothing has been sent in this conversation yet.")}</p>;
  const groups = PART_GROUPS.map((group) => ({ group, parts: parts.filter((part) => part.group === group) }));
  return (
    <>
      <div className="context-sum">
        <p>
          <strong>{windowWords(report)}</strong> <span className="context-muted">{report.modelName}</span>
        </p>
        {!isReadOnly && (
          <Button
            disabled={isCompacting}
            title={t("Summarises older turns, so that the window has room again")}
            onClick={() => post({ type: "compact", keep: "" })}
          >
            {t("Compact now")}
          </Button>
        )}
      </div>
      <Bar report={report} />
      <ul className="context-groups">
        {groups.map(
          (one) =>
            one.parts.length > 0 && (
              <PartGroup key={one.group} {...one} total={tokens} isReadOnly={isReadOnly} />
            ),
        )}
      </ul>
      {hidden && (
        <p className="context-muted">
          {t("{n} smaller parts are not listed: {tokens} tokens.", {
            n: hidden.parts,
            tokens: formatTokens(hidden.tokens),
          })}
        </p>
      )}
      <Forecast report={report} />
      <CacheFacts cache={report.cache} />
    </>
  );
}

/** The window as one line: what stands in it, in its order, and what is free. */
function Bar({ report: { parts, tokens, limit } }: Props) {
  const whole = Math.max(limit, tokens, 1);
  const sizes = PART_GROUPS.map((group) => ({
    group,
    size: parts.filter((part) => part.group === group).reduce((sum, part) => sum + part.tokens, 0),
  })).filter(({ size }) => size > 0);
  const label = sizes.map(({ group, size }) => `${groupName(group)} ${percent(size, whole)}`).join(", ");
  return (
    <svg
      className="context-bar"
      role="img"
      aria-label={label}
      viewBox={`0 0 ${whole} 1`}
      preserveAspectRatio="none"
    >
      {sizes.map(({ group, size }, index) => (
        <rect
          key={group}
          data-group={group}
          x={sizes.slice(0, index).reduce((sum, one) => sum + one.size, 0)}
          y="0"
          width={size}
          height="1"
        />
      ))}
    </svg>
  );
}

function Forecast({ report: { forecast } }: Props) {
  if (!forecast) return null;
  const { dollars, missDollars } = forecast;
  return (
    <p className="context-fact">
      {t("Next request: about {cost}", { cost: formatCost(dollars) })}
      {missDollars > dollars && (
        <span className="context-muted">
          {" "}
          · {t("{cost} if the cache is missed", { cost: formatCost(missDollars) })}
        </span>
      )}
    </p>
  );
}
