import { useEffect, useMemo, useState } from "react";
import { HUNKS_A_PAGE, type PendingEntry, type PendingHunk } from "../../../src/protocol/pending.ts";
import { t, tn } from "../l10n.ts";
import { cellName, type Diff, DiffView } from "../rows/diff-view.tsx";
import { PlusMinus } from "../rows/edit-card.tsx";
import { usePost, useView } from "../state/panel.tsx";
import { DecideButtons } from "./decide-buttons.tsx";

/** The hunks of one file, asked for when they are looked at and again when they are others. */
export function TrayHunks({ entry, path }: { entry: PendingEntry; path: string }) {
  const post = usePost();
  const known = useView((view) => view.pending.hunks.get(entry.path));
  const [wanted, setWanted] = useState(HUNKS_A_PAGE);
  const isCurrent = known?.version === entry.version;
  const from = isCurrent ? known.hunks.length : 0;
  const isMissing = from < Math.min(wanted, entry.hunks);
  // biome-ignore lint/correctness/useExhaustiveDependencies: of a newer version the same page is asked for again
  useEffect(() => {
    if (isMissing) post({ type: "hunks", path: entry.path, from });
  }, [isMissing, from, entry.path, entry.version, post]);
  if (!known) return <div className="tray-loading" aria-busy="true" />;
  const decide = (verdict: "keep" | "undo", { baseStart, baseCount, start, count }: PendingHunk): void =>
    post({
      type: "decide",
      path: entry.path,
      hash: known.hash,
      verdict,
      hunks: [{ baseStart, baseCount, start, count }],
    });
  const hidden = entry.hunks - known.hunks.length;
  return (
    <>
      <ul className="tray-hunk-list" aria-label={t("Hunks of {path}", { path })}>
        {known.hunks.map((hunk) => (
          <TrayHunk
            key={`${hunk.baseStart},${hunk.baseCount},${hunk.start}`}
            hunk={hunk}
            entry={entry}
            path={path}
            decide={(verdict) => decide(verdict, hunk)}
          />
        ))}
      </ul>
      {hidden > 0 && isCurrent && (
        <button
          type="button"
          className="show-all"
          onClick={() => setWanted(known.hunks.length + HUNKS_A_PAGE)}
        >
          {tn(Math.min(hidden, HUNKS_A_PAGE), "Show {n} more hunk", "Show {n} more hunks")}
        </button>
      )}
    </>
  );
}

interface HunkProps {
  readonly hunk: PendingHunk;
  readonly entry: PendingEntry;
  readonly path: string;
  readonly decide: (verdict: "keep" | "undo") => void;
}

function TrayHunk({ hunk, entry, path, decide }: HunkProps) {
  const post = usePost();
  const { line, count, baseCount, isMixed } = hunk;
  const { cell, lines } = hunk.hunk;
  const countOf = (sign: string): number => lines.filter((text) => text.startsWith(sign)).length;
  const diff = useMemo(() => toDiff(hunk, path), [hunk, path]);
  return (
    <li>
      <div className="tray-line">
        <button
          type="button"
          className="tray-file tray-place"
          title={t("Go to line {line} of {path}", { line, path })}
          onClick={() => post({ type: "openFile", path: entry.path, line })}
        >
          <span className="tray-name">
            {cell ? cellName({ ...cell, id: undefined }) : t("Line {line}", { line })}
          </span>
          <PlusMinus added={cell ? countOf("+") : count} removed={cell ? countOf("-") : baseCount} />
          {isMixed && <span className="tray-folder">{t("with changes of yours")}</span>}
        </button>
        <DecideButtons
          decide={decide}
          keep={t("Keep the hunk at line {line} of {path}", { line, path })}
          undo={t("Undo the hunk at line {line} of {path}", { line, path })}
        />
      </div>
      <DiffView diff={diff} isWhole={false} />
    </li>
  );
}

const toDiff = ({ hunk, hiddenLines, count, baseCount }: PendingHunk, path: string): Diff => ({
  kind: "diff",
  path,
  op: "modify",
  added: count,
  removed: baseCount,
  hunks: [{ ...hunk, cell: undefined }],
  hiddenLines,
  beforeHash: "",
  afterHash: "",
});
