import { memo } from "react";
import type { EditState, ToolRow } from "../../../src/core/rows.ts";
import { t } from "../l10n.ts";
import { usePost, useView } from "../state/panel.tsx";
import { shortPath, splitPath } from "../text/format.ts";
import { Button, IconButton } from "../ui/button.tsx";
import { DiffView } from "./diff-view.tsx";

/** The edits a call made, with the lines they changed. */
export const EditCards = memo(function EditCards({ row }: { row: ToolRow }) {
  const diff = row.detail?.kind === "diff" ? row.detail : undefined;
  if (row.edits.length === 0) return diff ? <DiffView diff={diff} isWhole={false} /> : null;
  const edits = shownEdits(row);
  const first = diff && edits[0];
  const rest = first ? edits.slice(1) : edits;
  return (
    <>
      {first && (
        <div className="edit-card" data-state={first.state}>
          <DiffView diff={diff} isWhole={false} />
          <EditActions edit={first} />
        </div>
      )}
      {rest.length > 0 && (
        <ul className="tray-edits row-edits">
          {rest.map((edit) => (
            <EditLine key={edit.editId} edit={edit} />
          ))}
        </ul>
      )}
    </>
  );
});

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

/** Where there is little room these buttons show only their icon. */
const tip = (label: string) => ({ "aria-label": label, title: label });

export function EditActions({ edit }: { edit: EditState }) {
  const post = usePost();
  const roots = useView((view) => view.surroundings.roots);
  const isReadOnly = useView((view) => view.surroundings.readOnlyBecause !== undefined);
  const path = shortPath(edit.path, roots);
  const review = (verdict: "keep" | "undo") => () =>
    post({ type: "review", verdict, editIds: [edit.editId] });
  const openDiff = () => post({ type: "openDiff", editId: edit.editId });
  return (
    <div className="edit-actions">
      {edit.state === "pending" && !isReadOnly ? (
        <>
          <Button icon="check" {...tip(t("Keep the change in {path}", { path }))} onClick={review("keep")}>
            {t("Keep")}
          </Button>
          <Button icon="discard" {...tip(t("Undo the change in {path}", { path }))} onClick={review("undo")}>
            {t("Undo")}
          </Button>
        </>
      ) : (
        <span className="edit-state">{editWord(edit.state)}</span>
      )}
      {edit.state !== "failed" && (
        <IconButton icon="diff-multiple" label={t("Open the diff of {path}", { path })} onClick={openDiff} />
      )}
    </div>
  );
}

export function editWord(state: EditState["state"]): string {
  switch (state) {
    case "pending":
      return t("To review");
    case "kept":
      return t("Kept");
    case "undone":
      return t("Undone");
    case "failed":
      return t("Not written");
    default:
      return state satisfies never;
  }
}

/** A change as one line: which file, how much, and what to do with it. */
export function EditLine({ edit }: { edit: EditState }) {
  const post = usePost();
  const roots = useView((view) => view.surroundings.roots);
  const { folder, name } = splitPath(shortPath(edit.path, roots));
  return (
    <li>
      <button
        type="button"
        className="tray-file"
        title={t("Open {path}", { path: edit.path })}
        onClick={() => post({ type: "openFile", path: edit.path })}
      >
        <span className="tray-name">{name}</span>
        <span className="tray-folder">{edit.by === "formatter" ? t("by the formatter") : folder}</span>
      </button>
      <PlusMinus added={edit.added} removed={edit.removed} />
      <EditActions edit={edit} />
    </li>
  );
}
