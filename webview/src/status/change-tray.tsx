import type { EditState } from "../../../src/core/rows.ts";
import { t, tn } from "../l10n.ts";
import { EditActions, PlusMinus } from "../rows/edit-card.tsx";
import { usePost, useView } from "../state/panel.tsx";
import { shortPath, splitPath } from "../text/format.ts";
import { Button } from "../ui/button.tsx";
import { Icon } from "../ui/icon.tsx";
import { useUiFlag } from "./ui-flag.ts";

/** Changes nobody has decided about yet. */
export function ChangeTray() {
  const edits = useView((view) => view.status.pendingEdits);
  const isAsking = useView((view) => view.waiting !== undefined);
  const isReadOnly = useView((view) => view.surroundings.readOnlyBecause !== undefined);
  const post = usePost();
  const [isChosen, setOpen] = useUiFlag("isTrayOpen");
  if (edits.length === 0) return null;
  const files = new Set(edits.map((edit) => edit.path)).size;
  const isOpen = isChosen && !isAsking;
  const reviewAll = (verdict: "keep" | "undo") => () => post({ type: "review", verdict, editIds: "all" });
  return (
    <section className="strip" aria-label={t("Changes to review")}>
      <div className="strip-line">
        <button
          type="button"
          className="strip-head"
          aria-expanded={isOpen}
          onClick={() => setOpen(!isChosen)}
        >
          <Icon name="chevron-right" className={isOpen ? "chevron is-open" : "chevron"} />
          <span className="strip-count">{tn(files, "{n} file", "{n} files")}</span>
          <PlusMinus added={sum(edits, "added")} removed={sum(edits, "removed")} />
        </button>
        {!isReadOnly && (
          <div className="strip-actions">
            <Button onClick={reviewAll("keep")}>{t("Keep all")}</Button>
            <Button onClick={reviewAll("undo")}>{t("Undo all")}</Button>
          </div>
        )}
      </div>
      {isOpen && (
        <ul className="tray-edits">
          {edits.map((edit) => (
            <TrayEdit key={edit.editId} edit={edit} />
          ))}
        </ul>
      )}
    </section>
  );
}

const sum = (edits: readonly EditState[], field: "added" | "removed"): number =>
  edits.reduce((total, edit) => total + edit[field], 0);

function TrayEdit({ edit }: { edit: EditState }) {
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
        <span className="tray-folder">{folder}</span>
      </button>
      <PlusMinus added={edit.added} removed={edit.removed} />
      <EditActions edit={edit} />
    </li>
  );
}
