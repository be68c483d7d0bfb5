import { type KeyboardEvent, lazy, Suspense, useEffect } from "react";
import { PROTOCOL } from "../../src/protocol/view.ts";
import { Chat } from "./chat/chat.tsx";
import { t } from "./l10n.ts";
import { type Panel, PanelProvider, usePanel, useView } from "./state/panel.tsx";
import { Announcer } from "./ui/announcer.tsx";
import { Button } from "./ui/button.tsx";
import { ErrorBoundary } from "./ui/error-boundary.tsx";
import { focusFirst, goToQuestion } from "./ui/go-to-question.ts";

/** Rarely needed, so not part of what every start reads. */
const HistoryView = lazy(async () => ({
  default: (await import("./late.ts")).LATE.HistoryView,
}));

export function App({ panel }: { panel: Panel }) {
  const askAgain = (retry: () => void): void => {
    retry();
    panel.host.post({ type: "ready", protocol: PROTOCOL });
  };
  return (
    <PanelProvider panel={panel}>
      <ErrorBoundary
        onError={(message) => panel.host.post({ type: "problem", message })}
        fallback={(message, retry) => (
          <Broken
            title={t("The panel had a problem.")}
            text={t("Your conversation is safe; only its picture broke: {message}", { message })}
          >
            <Button kind="primary" onClick={() => askAgain(retry)}>
              {t("Show it again")}
            </Button>
          </Broken>
        )}
      >
        <Page />
      </ErrorBoundary>
    </PanelProvider>
  );
}

function Page() {
  const phase = useView((view) => view.phase);
  const page = useView((view) => view.page);
  const { host, store } = usePanel();
  const isRunning = useView((view) => view.isRunning);
  useCommands();
  if (phase === "mismatch") {
    return (
      <Broken
        title={t("Plumb was updated.")}
        text={t(
          "This panel and the extension are different versions. Reload the window to go on; nothing is lost.",
        )}
      >
        <Button kind="primary" onClick={() => host.post({ type: "reloadWindow" })}>
          {t("Reload the window")}
        </Button>
      </Broken>
    );
  }
  if (phase === "connecting") return <div className="connecting" aria-busy="true" />;
  const leave = (): void => {
    if (page === "history") store.change({ page: "chat" });
    else if (isRunning) host.post({ type: "stop" });
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: keys that work wherever the focus is in the panel
    <div className="panel" onKeyDown={(event) => onPanelKey(event, leave)}>
      {page === "history" ? (
        <Suspense fallback={<div className="connecting" aria-busy="true" />}>
          <HistoryView />
        </Suspense>
      ) : (
        <Chat />
      )}
      <Announcer />
    </div>
  );
}

/** Keys that work wherever the focus is in the panel. */
function onPanelKey(event: KeyboardEvent, leave: () => void): void {
  if (event.nativeEvent.isComposing) return;
  if (event.key === "Escape") leave();
  else if (event.altKey && event.key === "ArrowUp")
    focusFirst("[data-waiting]", ".context-tray [aria-selected=true]", '[data-region="conversation"]');
  else if (event.altKey && event.key === "ArrowDown") focusFirst(".composer-text");
  else return;
  event.preventDefault();
}

/** The host's "go to what waits"; the composer listens to its own commands. */
function useCommands(): void {
  const { store } = usePanel();
  useEffect(
    () =>
      store.onCommand((command) => {
        if (command.type !== "focus" || command.target === "composer") return false;
        const doesWait = (): boolean =>
          store.view.waiting !== undefined || store.view.status.later.length > 0;
        if (command.target === "question") nextFrame(() => goToQuestion(doesWait));
        return true;
      }),
    [store],
  );
}

/** When what was told just now is known. */
const nextFrame = (run: () => void): void => {
  requestAnimationFrame(() => requestAnimationFrame(run));
};

function Broken({ title, text, children }: { title: string; text: string; children?: React.ReactNode }) {
  return (
    <main className="broken">
      <div role="alert">
        <h1>{title}</h1>
        <p>{text}</p>
      </div>
      {children}
    </main>
  );
}
