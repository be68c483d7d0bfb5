import { useState } from "react";
import type { PartGroup as Group } from "../../../src/core/part-groups.ts";
import { makeVisible } from "../../../src/core/visible.ts";
import type { ReportedPart } from "../../../src/protocol/context-report.ts";
import { t, tn } from "../l10n.ts";
import { usePost, useView } from "../state/panel.tsx";
import { formatTokens, shortPath, splitPath } from "../text/format.ts";
import { Button } from "../ui/button.tsx";
import { Icon } from "../ui/icon.tsx";
import { groupName, percent } from "./words.ts";

const PARTS_A_PAGE = 6;
/** Where there is most to take out. */
const OPEN_FIRST: readonly Group[] = ["files", "results"];

interface Props {
  readonly group: Group;
  readonly parts: readonly ReportedPart[];
  readonly total: number;
  readonly isReadOnly: boolean;
}

/** One kind of part; unfolded, its parts with the largest first. */
export function PartGroup({ group, parts, total, isReadOnly }: Props) {
  const [isOpen, setOpen] = useState(OPEN_FIRST.includes(group));
  const [wanted, setWanted] = useState(PARTS_A_PAGE);
  const tokens = parts.reduce((sum, part) => sum + part.tokens, 0);
  const isOne = parts.length === 1 && group === "system";
  const sorted = parts.toSorted((a, b) => b.tokens - a.tokens);
  const hidden = sorted.length - wanted;
  const head = (
    <>
      <span className="context-swatch" data-group={group} aria-hidden="true" />
      <span className="context-name">{groupName(group)}</span>
      {!isOne && <span className="context-muted">{parts.length}</span>}
      <span className="context-tokens">{formatTokens(tokens)}</span>
      <span className="context-share">{percent(tokens, total)}</span>
    </>
  );
  if (isOne)
    return (
      <li>
        <div className="context-group is-flat">{head}</div>
      </li>
    );
  return (
    <li>
      <button type="button" className="context-group" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        <Icon name="chevron-right" className={isOpen ? "chevron is-open" : "chevron"} />
        {head}
      </button>
      {isOpen && (
        <>
          <ul className="context-parts">
            {sorted.slice(0, wanted).map((part) => (
              <PartLine key={part.id} part={part} isReadOnly={isReadOnly} />
            ))}
          </ul>
          {hidden > 0 && (
            <button
              type="button"
              className="show-all context-more"
              onClick={() => setWanted(wanted + 4 * PARTS_A_PAGE)}
            >
              {tn(hidden, "Show {n} more", "Show {n} more")}
            </button>
          )}
        </>
      )}
    </li>
  );
}

function PartLine({ part, isReadOnly }: { part: ReportedPart; isReadOnly: boolean }) {
  const post = usePost();
  const roots = useView((view) => view.surroundings.roots);
  // What was asked for is done when another report says so.
  const [asked, setAsked] = useState<ReportedPart>();
  const isAsked = asked === part;
  const isPath = part.group === "files" || part.group === "instructions" || part.group === "memory";
  const label = makeVisible(isPath ? shortPath(part.label, roots) : t(part.label));
  const { folder, name } = isPath ? splitPath(label) : { folder: "", name: label };
  const { callIds, seq, isPinned } = part;
  const about = { callIds: [...callIds], ...(seq !== undefined && { seq }) };
  return (
    <li className="context-part">
      <span className="context-label" title={part.label}>
        <bdi>{name}</bdi> {folder && <bdi className="line-folder">{folder}</bdi>}
      </span>
      {isPinned && <span className="badge">{t("Pinned")}</span>}
      {!isReadOnly && (part.canPin || part.canDrop) && (
        <span className="context-actions">
          {part.canPin && (
            <Button
              kind="quiet"
              disabled={isAsked}
              aria-label={isPinned ? t("Unpin {name}", { name: label }) : t("Pin {name}", { name: label })}
              title={
                isPinned
                  ? t("Let it be cleared or summarised again")
                  : t("Never clear or summarise it when room is made")
              }
              onClick={() => {
                setAsked(part);
                post({ type: "pin", ...about, isPinned: !isPinned });
              }}
            >
              {isPinned ? t("Unpin") : t("Pin")}
            </Button>
          )}
          {part.canDrop && (
            <Button
              kind="quiet"
              disabled={isAsked}
              aria-label={t("Drop {name}: {n} tokens", { name: label, n: formatTokens(part.dropTokens) })}
              title={t("The model no longer sees it from the next request on; it can read it again")}
              onClick={() => {
                setAsked(part);
                post({ type: "dropResults", callIds: [...callIds] });
              }}
            >
              {t("Drop")}
            </Button>
          )}
        </span>
      )}
      <span className="context-tokens">{formatTokens(part.tokens)}</span>
      <span className="context-share" aria-hidden="true" />
    </li>
  );
}
