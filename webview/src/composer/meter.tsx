import { useId, useState } from "react";
import type { Usage } from "../../../src/core/message.ts";
import type { Surroundings } from "../../../src/protocol/view.ts";
import { t } from "../l10n.ts";
import { useView } from "../state/panel.tsx";
import { formatCost, formatTokens } from "../text/format.ts";

/** Dollars for these tokens; undefined when the price is not known. Prices are per million tokens. */
export function costOf(total: Usage, price: Surroundings["price"]): number | undefined {
  if (!price) return undefined;
  return (
    (total.inputTokens * price.input +
      total.outputTokens * price.output +
      total.cacheReadTokens * price.cacheRead +
      total.cacheWriteTokens * price.cacheWrite) /
    1_000_000
  );
}

/** The part of all input that came from the provider's cache, 0 to 1. */
export function cacheShare(total: Usage): number {
  const all = total.inputTokens + total.cacheReadTokens + total.cacheWriteTokens;
  return all === 0 ? 0 : total.cacheReadTokens / all;
}

const RADIUS = 6;
const LENGTH = 2 * Math.PI * RADIUS;

/** How full the model's context is and what the conversation has cost; the figures on request. */
export function Meter() {
  const { total, contextTokens, model } = useView((view) => view.status);
  const surroundings = useView((view) => view.surroundings);
  const [isOpen, setOpen] = useState(false);
  const details = useId();
  const limit = surroundings.models.find((one) => one.id === model)?.contextTokens ?? 0;
  const share = limit > 0 ? Math.min(1, contextTokens / limit) : 0;
  const percent = Math.round(share * 100);
  const cost = surroundings.account === "tour" ? undefined : costOf(total, surroundings.price);
  if (contextTokens === 0 && total.outputTokens === 0) return null;
  return (
    <div className="meter-root">
      <button
        type="button"
        className="meter"
        data-level={share > 0.9 ? "full" : share > 0.7 ? "high" : "low"}
        aria-describedby={isOpen ? details : undefined}
        aria-label={
          t("Context {percent} % full", { percent }) + (cost === undefined ? "" : `, ${formatCost(cost)}`)
        }
        onMouseEnter={() => setOpen(true)}
        onMouseLeave={() => setOpen(false)}
        onFocus={() => setOpen(true)}
        onBlur={() => setOpen(false)}
        onKeyDown={(event) => {
          if (event.key !== "Escape" || !isOpen) return;
          event.stopPropagation();
          setOpen(false);
        }}
      >
        {cost !== undefined && <span className="meter-cost">{formatCost(cost)}</span>}
        <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
          <circle className="meter-track" cx="8" cy="8" r={RADIUS} />
          <circle
            className="meter-fill"
            cx="8"
            cy="8"
            r={RADIUS}
            strokeDasharray={`${share * LENGTH} ${LENGTH}`}
            transform="rotate(-90 8 8)"
          />
        </svg>
      </button>
      {isOpen && (
        <div id={details} role="tooltip" className="tooltip">
          <dl>
            <Fact
              name={t("Context")}
              value={
                limit > 0
                  ? t("{used} of {all} ({percent} %)", {
                      used: formatTokens(contextTokens),
                      all: formatTokens(limit),
                      percent,
                    })
                  : formatTokens(contextTokens)
              }
            />
            <Fact
              name={t("From cache")}
              value={t("{percent} %", { percent: Math.round(cacheShare(total) * 100) })}
            />
            <Fact
              name={t("Input")}
              value={formatTokens(total.inputTokens + total.cacheReadTokens + total.cacheWriteTokens)}
            />
            <Fact name={t("Output")} value={formatTokens(total.outputTokens)} />
            {cost !== undefined && <Fact name={t("Cost")} value={formatCost(cost)} />}
          </dl>
        </div>
      )}
    </div>
  );
}

const Fact = ({ name, value }: { name: string; value: string }) => (
  <div>
    <dt>{name}</dt>
    <dd>{value}</dd>
  </div>
);
