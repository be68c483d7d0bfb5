import { Composer } from "../composer/composer.tsx";
import { useShare } from "../composer/meter.tsx";
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
        <Asks />
        <Tray />
        <div className="strips">
          <TodoStrip />
          <ChangeTray />
          <Queue />
        </div>
        <WindowLine />
        <Composer />
      </div>
    </main>
  );
}

function Asks() {
  const isNeeded = useView((view) => view.waiting !== undefined || view.status.later.length > 0);
  const AskDock = useLate(isNeeded)?.AskDock;
  return AskDock ? <AskDock /> : null;
}

function Queue() {
  const QueueList = useLate(useView((view) => view.status.queue.length > 0))?.QueueList;
  return QueueList ? <QueueList /> : null;
}

function Tray() {
  const page = useView((view) => view.tray);
  // A question needs the room.
  const isAsking = useView((view) => view.waiting !== undefined);
  const ContextTray = useLate(page !== undefined)?.ContextTray;
  return !isAsking && page !== undefined && ContextTray ? <ContextTray page={page} /> : null;
}

/** From this share of the model's window on there may be something to say about it. */
const NEARLY_FULL = 0.75;

function WindowLine() {
  const isCompacting = useView((view) => view.compacting !== "off");
  const hasLimits = useView((view) => view.limits.length > 0);
  const isNeeded = useShare() >= NEARLY_FULL || isCompacting || hasLimits;
  const ContextLine = useLate(isNeeded)?.ContextLine;
  return isNeeded && ContextLine ? <ContextLine /> : null;
}
