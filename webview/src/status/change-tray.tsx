import { useRef } from "react";
import { t, tn } from "../l10n.ts";
import { PlusMinus } from "../rows/edit-card.tsx";
import { usePost, useView } from "../state/panel.tsx";
import { hunkWords } from "../text/counts.ts";
import { Button } from "../ui/button.tsx";
import { Icon } from "../ui/icon.tsx";
import { useLate } from "../ui/use-late.ts";
import { useUiFlag } from "./ui-flag.ts";

/** Changes nobody has decided about yet: the same ones as the editor shows. */
export function ChangeTray() {
  const files = useView((view) => (view.pending.sessionId === view.sessionId ? view.pending.total.files : 0));
  const total = useView((view) => view.pending.total);
  const isAsking = useView((view) => view.waiting !== undefined);
  const post = usePost();
  const [isChosen, setOpen] = useUiFlag("isTrayOpen");
  const list = useRef<HTMLDivElement>(null);
  // As soon as there is something to show in it.
  const TrayList = useLate(files > 0)?.TrayList;
  if (files === 0) return null;
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
          <span className="strip-count tray-hunks">{hunkWords(total.hunks)}</span>
          <PlusMinus added={total.added} removed={total.removed} />
        </button>
        <div className="strip-actions">
          <Button onClick={reviewAll("keep")}>{t("Keep all")}</Button>
          <Button onClick={reviewAll("undo")}>{t("Undo all")}</Button>
        </div>
      </div>
      {isOpen && (
        // What is decided leaves the list, which must not become shorter while somebody works in it.
        // biome-ignore lint/a11y/noStaticElementInteractions: it only listens to what its buttons do
        <div
          ref={list}
          className="tray"
          onClickCapture={() => hold(list.current)}
          onPointerLeave={() => release(list.current)}
          onBlur={({ relatedTarget }) =>
            relatedTarget instanceof Node && !list.current?.contains(relatedTarget) && release(list.current)
          }
        >
          {TrayList ? <TrayList /> : <div className="tray-loading" aria-busy="true" />}
        </div>
      )}
    </section>
  );
}

function hold(element: HTMLElement | null): void {
  if (element) element.style.minHeight = `${element.offsetHeight}px`;
}
function release(element: HTMLElement | null): void {
  if (element) element.style.minHeight = "";
}
