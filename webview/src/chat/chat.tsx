import { AskDock } from "../asks/ask-dock.tsx";
import { Composer } from "../composer/composer.tsx";
import { t } from "../l10n.ts";
import { useView } from "../state/panel.tsx";
import { Banners } from "../status/banners.tsx";
import { ChangeTray } from "../status/change-tray.tsx";
import { Toasts } from "../status/toasts.tsx";
import { TodoStrip } from "../status/todo-strip.tsx";
import { useLate } from "../ui/use-late.ts";
import { Conversation } from "./conversation.tsx";
import { Welcome } from "./welcome.tsx";

export function Chat() {
  const isEmpty = useView((view) => view.rows.length === 0 && !view.isRunning);
  const sessionId = useView((view) => view.sessionId);
  return (
    <main className="chat" aria-label={t("Chat")} data-session={sessionId}>
      <h1 className="sr-only">{t("Conversation with Plumb")}</h1>
      <Banners />
      {isEmpty ? <Welcome /> : <Conversation />}
      <div className="dock">
        <Toasts />
        <AskDock />
        <div className="strips">
          <TodoStrip />
          <ChangeTray />
          <Queue />
        </div>
        <Composer />
      </div>
    </main>
  );
}

function Queue() {
  const QueueList = useLate(useView((view) => view.status.queue.length > 0))?.QueueList;
  return QueueList ? <QueueList /> : null;
}
