import { useState } from "react";
import type { PendingEntry, WholeReason } from "../../../src/protocol/pending.ts";
import { t, tn } from "../l10n.ts";
import { PlusMinus } from "../rows/edit-card.tsx";
import { usePost, useView } from "../state/panel.tsx";
import { hunkWords } from "../text/counts.ts";
import { shortPath, splitPath } from "../text/format.ts";
import { Button, IconButton } from "../ui/button.tsx";
import { Icon, type IconName } from "../ui/icon.tsx";
import { DecideButtons } from "./decide-buttons.tsx";
import { TrayHunks } from "./tray-hunks.tsx";

/** More rows at once make the panel slow to open, and nobody reads them at once. */
const FILES_A_PAGE = 60;

/** Every file with something to decide, and on request what it is. */
export function TrayList() {
  const files = useView((view) => view.pending.files);
  const hunks = useView((view) => view.pending.total.hunks);
  const canUndoTurn = useView((view) => view.pending.canUndoTurn);
  const post = usePost();
  const [wanted, setWanted] = useState(FILES_A_PAGE);
  const hidden = files.length - wanted;
  return (
    <>
      <div className="tray-tools">
        {hunks > 0 && (
          <Button kind="quiet" icon="diff-multiple" onClick={() => post({ type: "reviewChanges" })}>
            {t("Review changes")}
          </Button>
        )}
        {canUndoTurn && (
          <Button kind="quiet" icon="discard" onClick={() => post({ type: "undoTurn" })}>
            {t("Undo this turn")}
          </Button>
        )}
      </div>
      <ul className="tray-files">
        {files.slice(0, wanted).map((entry) => (
          <TrayFile key={entry.path} entry={entry} isOnly={files.length === 1} />
        ))}
      </ul>
      {hidden > 0 && (
        <button type="button" className="show-all" onClick={() => setWanted(wanted + FILES_A_PAGE)}>
          {tn(Math.min(hidden, FILES_A_PAGE), "Show {n} more file", "Show {n} more files")}
        </button>
      )}
    </>
  );
}

function TrayFile({ entry, isOnly }: { entry: PendingEntry; isOnly: boolean }) {
  const post = usePost();
  const roots = useView((view) => view.surroundings.roots);
  const [choice, setOpen] = useState<boolean | undefined>(undefined);
  const path = shortPath(entry.path, roots);
  const isOpen = (choice ?? isOnly) && entry.whole === undefined;
  const decide = (verdict: "keep" | "undo"): void =>
    post({ type: "decide", path: entry.path, hash: entry.hash, verdict, hunks: "all" });
  return (
    <li>
      <div className="tray-line">
        <FileName entry={entry} path={path} isOpen={isOpen} toggle={() => setOpen(!isOpen)} />
        <DecideButtons
          decide={decide}
          keep={t("Keep the changes in {path}", { path })}
          undo={t("Undo the changes in {path}", { path })}
        >
          <IconButton
            icon="diff-multiple"
            label={t("Open the diff of {path}", { path })}
            onClick={() => post({ type: "openChanges", path: entry.path })}
          />
        </DecideButtons>
      </div>
      {entry.movedFrom !== undefined && entry.whole === undefined && (
        <p className="cut-note tray-moved">{movedWords(shortPath(entry.movedFrom, roots))}</p>
      )}
      {isOpen && <TrayHunks entry={entry} path={path} />}
    </li>
  );
}

type NameProps = { entry: PendingEntry; path: string; isOpen: boolean; toggle: () => void };

function FileName({ entry, path, isOpen, toggle }: NameProps) {
  const { folder, name } = splitPath(path);
  const roots = useView((view) => view.surroundings.roots);
  const from = entry.movedFrom === undefined ? "" : shortPath(entry.movedFrom, roots);
  const words = (
    <>
      <span className="tray-name">{name}</span>
      <span className="tray-folder">{folder}</span>
      <span className="tray-facts">
        {entry.whole === undefined && <span className="tray-hunks">{hunkWords(entry.hunks)}</span>}
        {entry.whole !== "moved" && <PlusMinus added={entry.added} removed={entry.removed} />}
      </span>
    </>
  );
  if (entry.whole !== undefined) {
    return (
      <div className="tray-file is-whole" title={entry.path}>
        <Icon name={ICONS[entry.whole] ?? "warning"} />
        {words}
        <span className="tray-why">{reasonWords(entry.whole, from)}</span>
      </div>
    );
  }
  return (
    <button type="button" className="tray-file" title={entry.path} aria-expanded={isOpen} onClick={toggle}>
      <Icon name="chevron-right" className={isOpen ? "chevron is-open" : "chevron"} />
      {words}
    </button>
  );
}

const ICONS: Partial<Record<WholeReason, IconName>> = { deleted: "trash", moved: "arrow-right" };
const movedWords = (from: string): string => t("Moved from {path}", { path: from });

function reasonWords(why: WholeReason, from: string): string {
  switch (why) {
    case "moved":
      return movedWords(from);
    case "deleted":
      return t("Deleted. Undo brings it back.");
    case "empty":
      return t("A new file with nothing in it. Undo removes it.");
    case "gone":
      return t("The file is no longer there.");
    case "binary":
      return t("It is no text, or too large to compare.");
    case "unreadable":
      return t("It cannot be shown line by line.");
    default:
      return why satisfies never;
  }
}
