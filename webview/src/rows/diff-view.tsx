import { memo, type ReactNode, useState } from "react";
import type { Detail, Hunk } from "../../../src/core/detail.ts";
import { t, tn } from "../l10n.ts";
import { ScrollBox } from "../ui/scroll-box.tsx";
import { VisibleText } from "../ui/visible-text.tsx";

export type Diff = Extract<Detail, { kind: "diff" }>;
type Line = { readonly sign: " " | "+" | "-"; readonly number: number; readonly text: string };

const FOLDED_LINES = 24;

/** Which hunks are wanted; all of them to begin with. */
export interface HunkChoice {
  readonly left: readonly number[];
  toggle(index: number): void;
  /** What became of a hunk that there is nothing to choose about. Where it is given, what is left out is not struck through. */
  readonly settled?: (index: number) => string | undefined;
}

const isOut = ({ left, settled }: HunkChoice, index: number): boolean =>
  settled === undefined && left.includes(index);

/** Numbers the lines of a hunk: removed lines as they were, all others as they will be. */
export function numberLines(hunk: Hunk): readonly Line[] {
  let before = hunk.oldStart;
  let after = hunk.newStart;
  return hunk.lines.map((line) => {
    const sign = line[0] === "+" || line[0] === "-" ? line[0] : " ";
    const number = sign === "-" ? before : after;
    if (sign !== "+") before += 1;
    if (sign !== "-") after += 1;
    return { sign, number, text: line.slice(1) };
  });
}

/** A change, line by line. `isWhole` shows every line it was given; otherwise long changes start folded. */
export const DiffView = memo(function DiffView({
  diff,
  isWhole,
  choice,
}: {
  diff: Diff;
  isWhole: boolean;
  choice?: HunkChoice | undefined;
}) {
  const [isUnfolded, setUnfolded] = useState(isWhole);
  const total = diff.hunks.reduce((sum, hunk) => sum + hunk.lines.length, 0);
  let room = isUnfolded ? Number.POSITIVE_INFINITY : FOLDED_LINES;
  return (
    <div className="diff">
      <ScrollBox className="diff-scroll" label={t("Changes in {path}", { path: diff.path })}>
        <table role="presentation" className="diff-lines">
          {diff.hunks.map((hunk, index) => {
            const lines = numberLines(hunk).slice(0, Math.max(0, room));
            room -= hunk.lines.length;
            return lines.length === 0 ? null : (
              // biome-ignore lint/suspicious/noArrayIndexKey: hunks of a change never move
              <HunkView key={index} lines={lines} isOut={choice !== undefined && isOut(choice, index)}>
                {choice ? (
                  <HunkBox index={index} of={diff.hunks.length} hunk={hunk} choice={choice} />
                ) : (
                  (hunk.cell && cellName(hunk.cell)) || (index > 0 && t("line {n}", { n: hunk.newStart }))
                )}
              </HunkView>
            );
          })}
        </table>
        {total === 0 && (
          <p className="cut-note">{diff.op === "delete" ? t("The file is removed.") : t("An empty file.")}</p>
        )}
      </ScrollBox>
      {!isUnfolded && total > FOLDED_LINES && (
        <button type="button" className="show-all" onClick={() => setUnfolded(true)}>
          {t("Show {n} more lines", { n: total - FOLDED_LINES })}
        </button>
      )}
      {diff.hiddenLines > 0 && (
        <p className="cut-note">
          {tn(
            diff.hiddenLines,
            "{n} more line is too much to show here.",
            "{n} more lines are too many to show here.",
          )}
        </p>
      )}
    </div>
  );
});

const SIGN_WORDS = { "+": "added", "-": "removed", " ": "" } as const;

/** The line that changes, after the ones around it. */
function firstChange({ lines, newStart }: Hunk): number {
  const around = lines.findIndex((line) => !line.startsWith(" "));
  return newStart + Math.max(0, around);
}

/** A cell of a notebook as people know it. */
export const cellName = ({ at, type, id }: NonNullable<Hunk["cell"]>): string =>
  at === 0 ? t("Notebook metadata") : [t("Cell {n}", { n: at }), type, id].filter(Boolean).join(" · ");

function HunkBox(props: { index: number; of: number; hunk: Hunk; choice: HunkChoice }) {
  const { index, of, hunk, choice } = props;
  const place = { n: index + 1, all: of };
  const words = hunk.cell
    ? t("Change {n} of {all}: {cell}", { ...place, cell: cellName(hunk.cell) })
    : t("Change {n} of {all}, line {line}", { ...place, line: firstChange(hunk) });
  const settled = choice.settled?.(index);
  if (settled !== undefined) {
    return (
      <span className="hunk-choice is-settled">
        {words} · {settled}
      </span>
    );
  }
  return (
    <label className="hunk-choice">
      <input type="checkbox" checked={!choice.left.includes(index)} onChange={() => choice.toggle(index)} />
      {words}
    </label>
  );
}

function HunkView(props: { lines: readonly Line[]; isOut: boolean; children: ReactNode }) {
  const { lines, isOut, children } = props;
  return (
    <tbody className={isOut ? "hunk-out" : undefined}>
      {children && (
        <tr className="hunk-gap">
          <td colSpan={3}>{children}</td>
        </tr>
      )}
      {lines.map((line, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines of a hunk never move
        <tr key={index} className="diff-line" data-sign={SIGN_WORDS[line.sign]}>
          <td className="diff-number">{line.number}</td>
          <td className="diff-sign">{line.sign === "-" ? "−" : line.sign}</td>
          <td className="diff-text">
            <VisibleText text={line.text} />
          </td>
        </tr>
      ))}
    </tbody>
  );
}
