import { memo, useRef, useState } from "react";
import type { EditState, ToolRow } from "../../../src/core/rows.ts";
import { t } from "../l10n.ts";
import { usePost, useView } from "../state/panel.tsx";
import type { EditOutcome } from "../state/pending.ts";
import { shortPath, splitPath } from "../text/format.ts";
import { IconButton } from "../ui/button.tsx";
import { Icon } from "../ui/icon.tsx";
import { type Diff, DiffView } from "./diff-view.tsx";
import { EditActions, useEditReview } from "./edit-review.tsx";

/** The edits a call made, with the lines they changed. */
export const EditCards = memo(function EditCards({ row }: { row: ToolRow }) {
  const diff = row.detail?.kind === "diff" ? row.detail : undefined;
  if (row.edits.length === 0) return diff ? <DiffView diff={diff} isWhole={false} /> : null;
  const edits = shownEdits(row).filter(({ by }) => by !== "formatter");
  const formatted = row.edits.filter(({ by }) => by === "formatter");
  const first = diff && edits[0];
  const rest = first ? edits.slice(1) : edits;
  return (
    <>
      {first && <EditCard edit={first} diff={diff} />}
      {rest.length > 0 && (
        <ul className="tray-edits row-edits">
          {rest.map((edit) => (
            <EditLine key={edit.editId} edit={edit} />
          ))}
        </ul>
      )}
      {formatted.map(({ editId, added, removed }) => (
        <p key={editId} className="cut-note">
          {t("A formatter changed it while it was saved:")} <PlusMinus added={added} removed={removed} />
        </p>
      ))}
    </>
  );
});

function EditCard({ edit, diff }: { edit: EditState; diff: Diff }) {
  const place = useRef<HTMLDivElement>(null);
  const review = useEditReview(edit, place);
  return (
    <div ref={place} className="edit-card" data-state={edit.state}>
      <DiffView diff={diff} isWhole={false} choice={review.choice} />
      <EditActions edit={edit} review={review} />
    </div>
  );
}

/** An attempt that somebody's typing overtook, and that was made again, is nothing to look at. */
export function shownEdits({ edits }: ToolRow): readonly EditState[] {
  const written = edits.filter(({ state }) => state !== "failed");
  return written.length > 0 ? written : edits.slice(-1);
}

export const PlusMinus = ({ added, removed }: { added: number; removed: number }) => (
  <span className="plus-minus">
    <span className="sr-only">{t("{added} lines added, {removed} removed", { added, removed })}</span>
    <span aria-hidden="true">
      <span className="plus">+{added}</span> <span className="minus">−{removed}</span>
    </span>
  </span>
);

/** A change as one line: which file, how much, and what to do with it; on request what it is. */
export function EditLine({ edit }: { edit: EditState }) {
  const post = usePost();
  const roots = useView((view) => view.surroundings.roots);
  const [isOpen, setOpen] = useState(false);
  const place = useRef<HTMLLIElement>(null);
  const review = useEditReview(edit, place, isOpen);
  const path = shortPath(edit.path, roots);
  const { folder, name } = splitPath(path);
  const isMove = edit.from !== undefined;
  return (
    <li ref={place} data-state={edit.state}>
      {isMove ? (
        <Icon name="arrow-right" />
      ) : (
        <IconButton
          icon="chevron-right"
          className={isOpen ? "edit-fold is-open" : "edit-fold"}
          label={t("Show the changes in {path}", { path })}
          aria-expanded={isOpen}
          onClick={() => setOpen(!isOpen)}
        />
      )}
      <button
        type="button"
        className="tray-file"
        title={t("Open {path}", { path: edit.path })}
        onClick={() => post({ type: "openFile", path: edit.path })}
      >
        <span className="tray-name">{name}</span>
        <span className="tray-folder">{folder}</span>
      </button>
      {!isMove && <PlusMinus added={edit.added} removed={edit.removed} />}
      <EditActions edit={edit} review={review} />
      {isOpen && review.outcome?.hunks && (
        <DiffView diff={toDiff(edit, path, review.outcome)} isWhole={false} choice={review.choice} />
      )}
    </li>
  );
}

const toDiff = (
  { added, removed }: EditState,
  path: string,
  { hunks = [], hiddenLines }: EditOutcome,
): Diff => ({
  kind: "diff",
  path,
  op: "modify",
  added,
  removed,
  hunks,
  hiddenLines,
  beforeHash: "",
  afterHash: "",
});
