import { useEffect, useRef, useState } from "react";
import type { SessionSummary } from "../../../src/protocol/view.ts";
import { t } from "../l10n.ts";
import { usePanel, usePost, useView } from "../state/panel.tsx";
import { dayOf, formatAgo } from "../text/format.ts";
import { Button, IconButton } from "../ui/button.tsx";
import { Icon } from "../ui/icon.tsx";

const DAY_MS = 86_400_000;

function groupOf(at: number, now: number): string {
  if (dayOf(at) === dayOf(now)) return t("Today");
  if (dayOf(at) === dayOf(now - DAY_MS)) return t("Yesterday");
  return now - at < 7 * DAY_MS ? t("This week") : t("Earlier");
}

/** Earlier conversations: found by title, resumed with a click, deleted after a question. */
export function HistoryView() {
  const { store, host } = usePanel();
  const sessions = useView((view) => view.sessions);
  const current = useView((view) => view.sessionId);
  const [query, setQuery] = useState("");
  const search = useRef<HTMLInputElement>(null);
  useEffect(() => {
    host.post({ type: "listSessions" });
    search.current?.focus();
  }, [host]);
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const found = sessions?.filter(({ title }) => words.every((word) => title.toLowerCase().includes(word)));
  return (
    <main className="history" aria-label={t("History")}>
      <header className="history-head">
        <h1>{t("History")}</h1>
        <Button icon="add" onClick={() => host.post({ type: "newChat" })}>
          {t("New chat")}
        </Button>
        <IconButton
          icon="close"
          label={t("Back to the conversation")}
          onClick={() => store.change({ page: "chat" })}
        />
      </header>
      <div className="history-search">
        <Icon name="search" />
        <input
          ref={search}
          type="search"
          className="text-input"
          aria-label={t("Search conversations")}
          placeholder={t("Search conversations")}
          value={query}
          onChange={(event) => setQuery(event.target.value)}
        />
      </div>
      <HistoryList sessions={found} current={current} isFiltered={words.length > 0} />
    </main>
  );
}

type ListProps = { sessions: readonly SessionSummary[] | undefined; current: string; isFiltered: boolean };

function HistoryList({ sessions, current, isFiltered }: ListProps) {
  const now = Date.now();
  if (!sessions) return <p className="history-empty">{t("Looking for conversations…")}</p>;
  if (sessions.length === 0) {
    return (
      <p className="history-empty">
        {isFiltered
          ? t("No conversation has these words in its title.")
          : t("No conversations yet. They appear here, and stay until you delete them.")}
      </p>
    );
  }
  const groups = Map.groupBy(
    sessions.toSorted((a, b) => b.at - a.at),
    (session) => groupOf(session.at, now),
  );
  return (
    <div className="history-list">
      {[...groups].map(([name, members]) => (
        <section key={name} aria-label={name}>
          <h2>{name}</h2>
          <ul>
            {members.map((session) => (
              <HistoryEntry key={session.id} session={session} isCurrent={session.id === current} now={now} />
            ))}
          </ul>
        </section>
      ))}
    </div>
  );
}

function whenOf({ mark, at }: SessionSummary, now: number): string {
  const when = formatAgo(at, now);
  if (mark === "left") return t("left by a rewind · {when}", { when });
  return mark === "forked" ? t("fork · {when}", { when }) : when;
}

function HistoryEntry({
  session,
  isCurrent,
  now,
}: {
  session: SessionSummary;
  isCurrent: boolean;
  now: number;
}) {
  const post = usePost();
  const { store } = usePanel();
  const [isAsking, setAsking] = useState(false);
  const title = session.title || t("Untitled");
  const resume = (): void => {
    if (!isCurrent) post({ type: "openSession", id: session.id });
    store.change({ page: "chat" });
  };
  if (isAsking) {
    return (
      <li className="history-entry is-asking">
        <span className="history-title">{t("Delete “{title}”?", { title })}</span>
        <Button kind="danger" onClick={() => post({ type: "deleteSession", id: session.id })}>
          {t("Delete")}
        </Button>
        <button
          type="button"
          className="button secondary"
          ref={(element) => element?.focus()}
          onClick={() => setAsking(false)}
        >
          {t("Cancel")}
        </button>
      </li>
    );
  }
  return (
    <li className="history-entry" data-current={isCurrent}>
      <button
        type="button"
        className="history-open"
        aria-current={isCurrent ? "true" : undefined}
        onClick={resume}
      >
        <span className="history-title">{title}</span>
        <span className="history-when">
          {session.isLocked && !isCurrent
            ? t("open elsewhere")
            : isCurrent
              ? t("open")
              : whenOf(session, now)}
        </span>
      </button>
      {!isCurrent && !session.isLocked && (
        <IconButton icon="trash" label={t("Delete {title}", { title })} onClick={() => setAsking(true)} />
      )}
    </li>
  );
}
