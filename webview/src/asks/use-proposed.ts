import { useMemo, useState } from "react";
import type { Detail } from "../../../src/core/detail.ts";
import type { Approval, ToolRow } from "../../../src/core/rows.ts";
import type { Diff, HunkChoice } from "../rows/diff-view.tsx";
import { usePost, useView } from "../state/panel.tsx";

/** A change of a file that waits for an answer, as the user has made it so far. */
export interface Proposed {
  readonly diff: Diff;
  /** The user changed the text in the editor. */
  readonly isAmended: boolean;
  /** Absent with a single hunk, and when not all of them can be shown here: then they are chosen in the editor. */
  readonly choice: HunkChoice | undefined;
  /** What the answer says of the text it is about. */
  readonly answer: { readonly of: string; readonly hunks?: number[] };
  /** How many hunks are wanted, of how many. */
  readonly wanted: number;
  readonly all: number;
  open(): void;
}

/** Undefined for what is no change of a file, and for one that nobody could edit. */
export function useProposed(row: ToolRow, { detail, hash }: Approval): Proposed | undefined {
  const post = usePost();
  const touched = useView((view) => view.proposal);
  const mine = touched?.callId === row.key && touched.hash === hash ? touched : undefined;
  // At once here, and told to the host, which knows it when the panel is opened again.
  const [chosen, setChosen] = useState<{ of: string; left: readonly number[] }>();
  return useMemo(() => {
    const diff = asDiff(mine?.detail ?? detail);
    if (!diff || diff.op === "delete") return undefined;
    const of = diff.afterHash;
    const all = diff.hunks.length;
    const known = chosen?.of === of ? chosen.left : mine?.of === of ? mine.left : undefined;
    const left = (known ?? []).filter((index) => index < all);
    const toggle = (index: number): void => {
      const next = left.includes(index) ? left.filter((other) => other !== index) : [...left, index];
      setChosen({ of, left: next });
      post({ type: "leaveOut", callId: row.key, hash, of, left: next });
    };
    const hunks = diff.hunks.map((_, index) => index).filter((index) => !left.includes(index));
    return {
      diff,
      isAmended: mine?.detail !== undefined,
      choice: all > 1 && diff.hiddenLines === 0 ? { left, toggle } : undefined,
      answer: { of, ...(left.length > 0 && { hunks }) },
      wanted: hunks.length,
      all,
      open: () => post({ type: "openProposal", callId: row.key }),
    };
  }, [chosen, detail, hash, mine, post, row.key]);
}

const asDiff = (detail: Detail): Diff | undefined => (detail.kind === "diff" ? detail : undefined);
