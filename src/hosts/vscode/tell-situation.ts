import * as vscode from "vscode";
import type { Status } from "../../core/rows.ts";
import type { Accounts } from "./accounts.ts";
import { type Attention, badgeFor } from "./attention.ts";
import type { Chats } from "./chats.ts";
import type { Chat } from "./engine.ts";
import type { HunkReview } from "./hunks/hunk-review.ts";
import type { ModelChoice } from "./model-choice.ts";
import type { PanelView } from "./panel-view.ts";
import type { Presence } from "./presence.ts";
import { waitingCards } from "./waiting.ts";
import type { WindowMemory } from "./window-memory.ts";

interface Parts {
  readonly chats: Chats;
  readonly accounts: Accounts;
  readonly hunks: HunkReview;
  readonly models: ModelChoice;
  readonly presence: Presence;
  readonly view: PanelView;
  readonly attention: Attention;
  readonly memory: WindowMemory;
  readonly reveal: () => Promise<void>;
}

/** How a conversation stands, in the mode that counts here and now. */
export const statusOf = (chat: Chat): Status => ({ ...chat.transcript.status, mode: chat.mode });

/** Tells outside of the panel how things stand: status bar, badge, what a restart has to know, and a notice when somebody is needed. */
export async function tellSituation(parts: Parts): Promise<void> {
  const { chats, accounts, hunks, models, presence, view, attention, memory, reveal } = parts;
  const account = await accounts.kind();
  const chat = chats.current;
  if (!chat) return attention.showIdle(account);
  const status = decidableIn(chat);
  const pending = hunks.pending.counted;
  attention.show({ status, isRunning: chat.isRunning, account, pending, isAway: presence.isAway });
  const description =
    account === "tour" ? vscode.l10n.t("Tour, no AI") : models.nameOf(models.now().model || status.model);
  view.describe(description, badgeFor(status.openQuestions.length + status.later.length, pending.total));
  await memory.keepWaiting(
    [status.openQuestions, status.later, status.pendingEdits].some(({ length }) => length > 0),
  );
  if (view.isVisible || chat.readOnlyBecause !== undefined) return;
  void attention.tellWaiting(waitingCards(chat), {
    reveal,
    decide: (verdict, card) => chat.answerPermission({ ...card, verdict, scope: "once" }),
  });
}

/** What another window works on waits for nobody here. */
function decidableIn(chat: Chat): Status {
  const status = statusOf(chat);
  const nothing = { openQuestions: [], later: [], pendingEdits: [] };
  return chat.readOnlyBecause === undefined ? status : { ...status, ...nothing };
}
