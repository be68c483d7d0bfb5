import { AskDock } from "./asks/ask-dock.tsx";
import { QueueList } from "./composer/queue.tsx";
import { CompactionCard } from "./context/compaction-card.tsx";
import { ContextLine } from "./context/context-line.tsx";
import { ContextTray } from "./context/tray.tsx";
import { HistoryView } from "./history/history-view.tsx";
import { complete } from "./markdown/complete.ts";
import { TrayList } from "./status/tray-list.tsx";

/** What the panel's start has no need of. One file: every further late one would split what they share once more. */
export const LATE = {
  AskDock,
  CompactionCard,
  ContextLine,
  ContextTray,
  HistoryView,
  QueueList,
  TrayList,
  complete,
};
