import type { Usage } from "../../../src/core/message.ts";
import type { Surroundings } from "../../../src/protocol/view.ts";
import { t } from "../l10n.ts";
import { usePanel, useView } from "../state/panel.tsx";
import { formatCost } from "../text/format.ts";

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

const RADIUS = 6;
const LENGTH = 2 * Math.PI * RADIUS;

/** The part of the model's window that is full, 0 to 1; 0 where its size is not known. */
export function useShare(): number {
  const { contextTokens, model } = useView((view) => view.status);
  const limit = useView((view) => view.surroundings.models.find((one) => one.id === model)?.contextTokens);
  return limit ? Math.min(1, contextTokens / limit) : 0;
}

/** How full the model's window is and what the conversation has cost; opens the tray, which says why. */
export function Meter() {
  const { store } = usePanel();
  const { total, contextTokens } = useView((view) => view.status);
  const { account, price } = useView((view) => view.surroundings);
  const isOpen = useView((view) => view.tray !== undefined && view.waiting === undefined);
  const share = useShare();
  const cost = account === "tour" ? undefined : costOf(total, price);
  if (contextTokens === 0 && total.outputTokens === 0) return null;
  const percent = Math.round(share * 100);
  const label =
    t("Context {percent} % full", { percent }) + (cost === undefined ? "" : `, ${formatCost(cost)}`);
  return (
    <button
      type="button"
      className="meter"
      data-level={share > 0.9 ? "full" : share > 0.7 ? "high" : "low"}
      aria-expanded={isOpen}
      aria-label={label}
      title={label}
      onClick={() => store.change({ tray: isOpen ? undefined : "window" })}
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
  );
}
