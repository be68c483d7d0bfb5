import type { ContextReport } from "../../../src/protocol/context-report.ts";
import { t, tn } from "../l10n.ts";
import { useHostClock } from "../state/panel.tsx";
import { formatAgo, formatCost, formatTokens } from "../text/format.ts";

type Cache = ContextReport["cache"];
const A_MINUTE = 60_000;

/** What the provider's cache brought, and where it last failed to. */
export function CacheFacts({ cache }: { cache: Cache }) {
  const { hitRate, savedDollars, breaks, lostTokens, lastBreak } = cache;
  const saved =
    savedDollars === undefined || Math.abs(savedDollars) < 0.0005
      ? ""
      : savedDollars > 0
        ? t("saved {cost}", { cost: formatCost(savedDollars) })
        : t("cost {cost} more than without", { cost: formatCost(-savedDollars) });
  return (
    <>
      <p className="context-fact">
        {t("From cache: {percent} %", { percent: Math.round(hitRate * 100) })}
        {saved && <span className="context-muted"> · {saved}</span>}
        {breaks > 0 && (
          <span className="context-muted">
            {" · "}
            {tn(breaks, "{n} break, {tokens} tokens sent anew", "{n} breaks, {tokens} tokens sent anew", {
              tokens: formatTokens(lostTokens),
            })}
          </span>
        )}
      </p>
      {lastBreak && <LastBreak broken={lastBreak} />}
    </>
  );
}

function LastBreak({ broken }: { broken: NonNullable<Cache["lastBreak"]> }) {
  const now = useHostClock(true, A_MINUTE);
  const { at, cause, place, lostTokens, isIntended } = broken;
  return (
    <p className="context-fact">
      {t("Last cache break: {cause}", { cause: t(cause) })}
      <span className="context-muted">
        {place && ` · ${place}`} · {t("{n} tokens", { n: formatTokens(lostTokens) })} · {formatAgo(at, now)}
        {isIntended && ` · ${t("on purpose")}`}
      </span>
    </p>
  );
}
