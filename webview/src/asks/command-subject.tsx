import type { Detail } from "../../../src/core/detail.ts";
import { makeVisible } from "../../../src/core/visible.ts";
import { t } from "../l10n.ts";
import { useView } from "../state/panel.tsx";
import { shortPath } from "../text/format.ts";
import { Icon } from "../ui/icon.tsx";
import { CommandParts } from "./command-parts.tsx";
import { Exact } from "./exact.tsx";

export type CommandDetail = Extract<Detail, { kind: "command" }>;
export type RiskLevel = NonNullable<CommandDetail["risk"]>["level"];

interface Props {
  readonly detail: CommandDetail;
  readonly onEnd: () => void;
}

/** The command, and everything that is known of it beforehand: risk, place, its parts, what it reaches, what cannot be undone. */
export function CommandSubject({ detail, onEnd }: Props) {
  const { command, cwd, description, lasting, runs, risk, parts, hiddenParts = 0, writes, hosts } = detail;
  const roots = useView((view) => view.surroundings.roots);
  const place = roots.includes(cwd) ? "" : shortPath(cwd, roots);
  return (
    <>
      {description && <p>{t("Plumb says: {description}", { description: makeVisible(description) })}</p>}
      {/* Above the command, which may be longer than the card. */}
      {risk && <CommandRisk risk={risk} />}
      <Exact text={command} label={t("Command")} onEnd={onEnd} />
      {place && <p className="ask-facts">{t("Runs in {folder}", { folder: exact(place) })}</p>}
      {writes && <p className="ask-facts">{t("Writes: {names}", { names: exact(writes.join(", ")) })}</p>}
      {hosts && (
        <p className="ask-facts">{t("Names the host: {names}", { names: exact(hosts.join(", ")) })}</p>
      )}
      {runs && <p className="ask-facts">{exact(runs)}</p>}
      {lasting && (
        <p className="ask-warning">
          <Icon name="warning" /> {exact(lasting)}
        </p>
      )}
      {parts && <CommandParts parts={parts} hidden={hiddenParts} />}
    </>
  );
}

const exact = (text: string): string => makeVisible(text, "exact");

/** Why it is worth a look, with the words that say so. What only reads says nothing. */
function CommandRisk({ risk }: { risk: NonNullable<CommandDetail["risk"]> }) {
  if (risk.level === "low") return null;
  const reasons = risk.reasons.map(({ text, words }) => `${text} (${exact(words)})`).join("; ");
  if (risk.level === "medium") return <p className="ask-facts">{t("Some risk: {reasons}", { reasons })}</p>;
  return (
    <p className="ask-warning">
      <Icon name="warning" /> {t("High risk: {reasons}", { reasons })}
    </p>
  );
}
