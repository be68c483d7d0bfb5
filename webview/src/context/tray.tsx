import { type KeyboardEvent, useEffect, useId, useRef } from "react";
import type { ContextReport } from "../../../src/protocol/context-report.ts";
import type { TrayPage } from "../../../src/protocol/slash.ts";
import { t } from "../l10n.ts";
import { usePanel, useView } from "../state/panel.tsx";
import { IconButton } from "../ui/button.tsx";
import { CostPage } from "./cost-page.tsx";
import { HelpPage } from "./help-page.tsx";
import { InstructionsPage } from "./instructions-page.tsx";
import { useReport } from "./use-report.ts";
import { WindowPage, windowWords } from "./window-page.tsx";

const PAGES: readonly TrayPage[] = ["window", "cost", "instructions", "help"];

function nameOf(page: TrayPage): string {
  switch (page) {
    case "window":
      return t("Context");
    case "cost":
      return t("Cost");
    case "instructions":
      return t("Instructions");
    case "help":
      return t("Commands");
    default:
      return page satisfies never;
  }
}

/** What fills the model's window, what it costs, and which instructions count: as the host knows it now. */
export function ContextTray({ page }: { page: TrayPage }) {
  const { host, store } = usePanel();
  const sessionId = useView((view) => view.sessionId);
  const root = useRef<HTMLElement>(null);
  const id = useId();
  const report = useReport();
  // biome-ignore lint/correctness/useExhaustiveDependencies: of another conversation everything is asked again
  useEffect(() => {
    host.post({ type: "context", isOpen: true });
    return () => host.post({ type: "context", isOpen: false });
  }, [host, sessionId]);
  useSaying(page, report);
  const show = (next: TrayPage | undefined): void => store.change({ tray: next });
  const close = (): void => {
    const hadFocus = root.current?.contains(document.activeElement);
    show(undefined);
    if (hadFocus) document.querySelector<HTMLElement>(".composer-text")?.focus();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== "Escape" || event.nativeEvent.isComposing) return;
    event.stopPropagation();
    event.preventDefault();
    close();
  };
  return (
    <section ref={root} className="context-tray" aria-label={t("Context of the model")} onKeyDown={onKeyDown}>
      <div className="context-head">
        <Tabs id={id} page={page} show={show} />
        <IconButton icon="close" label={t("Close (Esc)")} onClick={close} />
      </div>
      <div
        id={`${id}-page`}
        role="tabpanel"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        tabIndex={0}
        aria-label={nameOf(page)}
        className="context-page"
      >
        {page === "help" ? (
          <HelpPage />
        ) : report === undefined ? (
          <p className="context-note" aria-busy="true">
            {t("Looking…")}
          </p>
        ) : page === "window" ? (
          <WindowPage report={report} />
        ) : page === "cost" ? (
          <CostPage report={report} />
        ) : (
          <InstructionsPage report={report} />
        )}
      </div>
    </section>
  );
}

/** A screen reader hears that it is open, and how to get there: the keyboard stays where it was. */
function useSaying(page: TrayPage, report: ContextReport | undefined): void {
  const { store } = usePanel();
  const isHere = report !== undefined || page === "help";
  // biome-ignore lint/correctness/useExhaustiveDependencies: figures that change are not said again
  useEffect(() => {
    if (!isHere || document.activeElement?.closest(".context-tray")) return;
    const about = page === "window" && report ? windowWords(report) : nameOf(page);
    store.say(t("{about}. Press Alt+Up Arrow to go there.", { about }));
  }, [page, isHere, store]);
}

type TabsProps = { id: string; page: TrayPage; show: (page: TrayPage) => void };

function Tabs({ id, page, show }: TabsProps) {
  const list = useRef<HTMLDivElement>(null);
  const onKeyDown = (event: KeyboardEvent, from: TrayPage): void => {
    const by = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (by === 0) return;
    event.preventDefault();
    const at = (PAGES.indexOf(from) + by + PAGES.length) % PAGES.length;
    show(PAGES[at] ?? "window");
    list.current?.querySelectorAll("button")[at]?.focus();
  };
  return (
    <div ref={list} role="tablist" aria-label={t("Context of the model")} className="context-tabs">
      {PAGES.map((one) => (
        <button
          key={one}
          type="button"
          role="tab"
          aria-selected={one === page}
          aria-controls={`${id}-page`}
          tabIndex={one === page ? 0 : -1}
          onClick={() => show(one)}
          onKeyDown={(event) => onKeyDown(event, one)}
        >
          {nameOf(one)}
        </button>
      ))}
    </div>
  );
}
