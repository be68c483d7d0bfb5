import type { MouseEvent, ReactNode } from "react";
import { t } from "../l10n.ts";
import { Button } from "../ui/button.tsx";

interface Props {
  readonly decide: (verdict: "keep" | "undo") => void;
  /** What is kept or undone, for readers and as tips: where there is little room the buttons show only their icon. */
  readonly keep: string;
  readonly undo: string;
  readonly children?: ReactNode;
}

/** Keep and Undo of one thing in a list. */
export function DecideButtons({ decide, keep, undo, children }: Props) {
  // What comes next slides under the pointer: the second click of a double click must not decide about it.
  const on = (verdict: "keep" | "undo") => (event: MouseEvent) => {
    if (event.detail < 2) decide(verdict);
  };
  return (
    <div className="edit-actions">
      <Button icon="check" data-act="keep" aria-label={keep} title={keep} onClick={on("keep")}>
        {t("Keep")}
      </Button>
      <Button icon="discard" data-act="undo" aria-label={undo} title={undo} onClick={on("undo")}>
        {t("Undo")}
      </Button>
      {children}
    </div>
  );
}
