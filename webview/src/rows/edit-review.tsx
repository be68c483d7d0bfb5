import { type RefObject, useState } from "react";
import type { EditState } from "../../../src/core/rows.ts";
import type { EditHunkState } from "../../../src/protocol/pending.ts";
import { t } from "../l10n.ts";
import { usePost, useView } from "../state/panel.tsx";
import type { EditOutcome } from "../state/pending.ts";
import { shortPath } from "../text/format.ts";
import { Button, IconButton } from "../ui/button.tsx";
import type { HunkChoice } from "./diff-view.tsx";
import { useOutcome } from "./use-outcome.ts";

export interface EditReview {
  readonly outcome: EditOutcome | undefined;
  /** Hunks that are still to decide, of those that are chosen. */
  readonly chosen: readonly number[];
  /** True when not all of the edit is meant: some hunks are decided, or not chosen. */
  readonly isPart: boolean;
  /** For the diff of an edit with several hunks. */
  readonly choice: HunkChoice | undefined;
}

/** What became of the hunks of an edit, and which of the rest are chosen to be decided together. */
export function useEditReview(
  edit: EditState,
  place: RefObject<HTMLElement | null>,
  withLines = false,
): EditReview {
  const outcome = useOutcome(edit, place, withLines);
  const [left, setLeft] = useState<readonly number[]>([]);
  const states = outcome?.states ?? [];
  const pending = states.flatMap((state, index) => (state === "pending" ? [index] : []));
  const chosen = pending.filter((index) => !left.includes(index));
  const toggle = (index: number): void =>
    setLeft(left.includes(index) ? left.filter((one) => one !== index) : [...left, index]);
  const settled = (index: number): string | undefined => {
    const state = states[index];
    return state === undefined || state === "pending" ? undefined : hunkWord(state);
  };
  const canChoose = states.length > 1 && edit.state !== "failed" && outcome?.hash !== "";
  return {
    outcome,
    chosen,
    isPart: chosen.length < states.length,
    choice: canChoose || (states.length > 1 && pending.length === 0) ? { left, toggle, settled } : undefined,
  };
}

/** Where there is little room these buttons show only their icon. */
const tip = (label: string) => ({ "aria-label": label, title: label });

/** Keep and Undo of an edit, or of the hunks of it that are chosen; once nothing is left to decide, what became of it. */
export function EditActions({ edit, review }: { edit: EditState; review: EditReview }) {
  const post = usePost();
  const roots = useView((view) => view.surroundings.roots);
  const isReadOnly = useView((view) => view.surroundings.readOnlyBecause !== undefined);
  const path = shortPath(edit.path, roots);
  const { outcome, chosen, isPart } = review;
  const isPending = edit.state === "pending" && (outcome === undefined || outcome.states.includes("pending"));
  // A file that can only be settled as a whole has no hash.
  const part = outcome !== undefined && isPart && outcome.hash !== "" ? outcome : undefined;
  const decide = (verdict: "keep" | "undo"): void => {
    const { editId } = edit;
    if (part) post({ type: "decideEdit", editId, hash: part.hash, verdict, hunks: [...chosen] });
    else post({ type: "review", verdict, editIds: [editId] });
  };
  return (
    <div className={part ? "edit-actions is-part" : "edit-actions"}>
      {isPending && !isReadOnly ? (
        <Decide
          words={part ? selectedWords(path) : wholeWords(path)}
          isDisabled={part !== undefined && chosen.length === 0}
          decide={decide}
        />
      ) : (
        <span className="edit-state">{editWord(edit.state, outcome)}</span>
      )}
      {edit.state !== "failed" && (
        <IconButton
          icon="diff-multiple"
          label={t("Open the diff of {path}", { path })}
          onClick={() => post({ type: "openDiff", editId: edit.editId })}
        />
      )}
    </div>
  );
}

const wholeWords = (path: string) => ({
  keep: t("Keep"),
  undo: t("Undo"),
  keepTip: t("Keep the change in {path}", { path }),
  undoTip: t("Undo the change in {path}", { path }),
});
const selectedWords = (path: string) => ({
  keep: t("Keep selected"),
  undo: t("Undo selected"),
  keepTip: t("Keep selected changes in {path}", { path }),
  undoTip: t("Undo selected changes in {path}", { path }),
});

interface DecideProps {
  readonly words: ReturnType<typeof wholeWords>;
  readonly isDisabled: boolean;
  readonly decide: (verdict: "keep" | "undo") => void;
}

function Decide({ words, isDisabled, decide }: DecideProps) {
  return (
    <>
      <Button icon="check" disabled={isDisabled} {...tip(words.keepTip)} onClick={() => decide("keep")}>
        {words.keep}
      </Button>
      <Button icon="discard" disabled={isDisabled} {...tip(words.undoTip)} onClick={() => decide("undo")}>
        {words.undo}
      </Button>
    </>
  );
}

function hunkWord(state: Exclude<EditHunkState, "pending">): string {
  switch (state) {
    case "kept":
      return t("Kept");
    case "undone":
      return t("Undone");
    case "changed":
      return t("Changed since");
    default:
      return state satisfies never;
  }
}

/** In one word or two; the hunks' own words are in the diff. */
function editWord(state: EditState["state"], outcome: EditOutcome | undefined): string {
  if (state === "failed") return t("Not written");
  const states = new Set(outcome?.states);
  const [only] = states;
  if (states.size === 1 && only !== undefined && only !== "pending") return hunkWord(only);
  if (states.has("pending") || (states.size === 0 && state === "pending")) return t("To review");
  if (states.size > 1) return states.has("kept") ? t("Partly kept") : t("Changed since");
  return state === "kept" ? t("Kept") : t("Undone");
}
