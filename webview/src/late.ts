import { CommandParts } from "./asks/command-parts.tsx";
import { LaterQueue } from "./asks/later-queue.tsx";
import { PlanCard } from "./asks/plan-card.tsx";
import { QuestionCard } from "./asks/question-card.tsx";
import { RuleEditor } from "./asks/rule-editor.tsx";
import { QueueList } from "./composer/queue.tsx";
import { HistoryView } from "./history/history-view.tsx";
import { complete } from "./markdown/complete.ts";
import { TrayList } from "./status/tray-list.tsx";

/** What the panel's start has no need of. One file: every further late one would split what they share once more. */
export const LATE = {
  CommandParts,
  RuleEditor,
  HistoryView,
  LaterQueue,
  PlanCard,
  QuestionCard,
  QueueList,
  TrayList,
  complete,
};
