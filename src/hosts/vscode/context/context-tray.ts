import * as vscode from "vscode";
import type { PriceOf } from "../../../core/cost.ts";
import type { AgentEvent } from "../../../core/event.ts";
import type { ModelInfo } from "../../../core/model.ts";
import type { LimitState } from "../../../protocol/context-report.ts";
import type { TrayPage } from "../../../protocol/slash.ts";
import type { HostToView, ViewToHost } from "../../../protocol/view.ts";
import type { ChatEvent, Chats } from "../chats.ts";
import type { Chat, Engine } from "../engine.ts";

interface Parts {
  readonly chats: Chats;
  readonly engine: Pick<Engine, "contextReport">;
  send(message: HostToView): void;
  /** Shows what went wrong. Never rejects. */
  attempt(work: () => unknown): Promise<void>;
  /** What is known of the account's models, and the one of the next turn. */
  models(): readonly ModelInfo[];
  model(): string;
  priceOf: PriceOf;
  /** Whether the user set any limit in dollars. */
  hasLimits(): boolean;
  reveal(): Promise<void>;
}
type Asked<T extends ViewToHost["type"]> = Extract<ViewToHost, { type: T }>;

/** After these the window, its costs or its instructions are others. */
const CHANGING: ReadonlySet<AgentEvent["type"]> = new Set([
  "assistant",
  "compacted",
  "cleared",
  "pinned",
  "finished",
  "instructions",
  "cache.broken",
  "spent",
]);
/** Several of them often come together, and a report looks at the whole conversation. */
const TOGETHER_MS = 150;

/** What fills the model's window, as the panel's tray shows it, and what a person does about it. Nothing is worked out while nobody looks. */
export class ContextTray {
  readonly #parts: Parts;
  readonly #subscriptions: readonly vscode.Disposable[];
  #isOpen = false;
  #timer: NodeJS.Timeout | undefined;
  #compacting: { readonly chat: Chat; readonly isWaiting: boolean } | undefined;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#subscriptions = [
      parts.chats.onDidHappen((event) => this.#follow(event)),
      // What waited for the end of a turn begins with it.
      parts.chats.onDidChangeRunning(() => this.#compacting?.isWaiting && this.#tellCompacting(false)),
    ];
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
    clearTimeout(this.#timer);
  }

  /** Opens the tray in the panel. */
  async open(page: TrayPage): Promise<void> {
    await this.#parts.reveal();
    this.#parts.send({ type: "tray", page });
  }

  say(text: string): void {
    this.#parts.send({ type: "toast", level: "info", text });
  }

  /** Somebody looks at the tray, or no longer. */
  async look({ isOpen }: Asked<"context">): Promise<void> {
    this.#isOpen = isOpen;
    if (isOpen) await this.#tell();
  }

  /** The page begins anew: it says itself whether somebody looks, and is told what goes on. */
  begin(): void {
    void this.#parts.attempt(() => this.#tellLimits());
    if (this.#compacting) this.#tellCompacting(this.#compacting.isWaiting);
  }

  /** Makes room now; what came of it is said. Rejects with `locked`, or with what the provider said. */
  async compact(keep: string): Promise<void> {
    const chat = await this.#parts.chats.ready();
    if (this.#compacting?.chat === chat) return;
    this.#compacting = { chat, isWaiting: chat.isRunning };
    this.#tellCompacting(chat.isRunning);
    try {
      const made = await chat.contextDesk.compact(keep);
      // That it was done is a row of the conversation.
      if (made.kind === "nothing") this.say(made.because);
    } catch (thrown) {
      if (!isAbort(thrown)) throw thrown;
      this.say(vscode.l10n.t("Stopped. The conversation is as it was."));
    } finally {
      this.#compacting = undefined;
      this.#parts.send({ type: "compacting", state: "off" });
    }
  }

  #tellCompacting(isWaiting: boolean): void {
    const chat = this.#compacting?.chat;
    if (!chat) return;
    this.#compacting = { chat, isWaiting };
    if (chat === this.#parts.chats.current)
      this.#parts.send({ type: "compacting", state: isWaiting ? "waiting" : "on" });
  }

  /** Stops making room; all is as it was. */
  stop(): void {
    const chat = this.#compacting?.chat;
    if (chat !== undefined && chat === this.#parts.chats.current) chat.stop();
  }

  /** The person lets it cost more. */
  raise({ scope, dollars }: Asked<"raiseLimit">): void {
    this.#parts.chats.current?.budget.raise(scope, dollars);
  }

  editSummary({ text }: Asked<"editSummary">): void {
    this.#parts.chats.current?.contextDesk.editSummary(text);
  }

  /** Takes results out of what is sent from now on. */
  drop({ callIds }: Asked<"dropResults">): void {
    const dropped = this.#parts.chats.current?.contextDesk.drop(callIds) ?? 0;
    if (dropped === 0) this.say(vscode.l10n.t("That is no longer in the window."));
  }

  pin({ callIds, seq, isPinned }: Asked<"pin">): void {
    const desk = this.#parts.chats.current?.contextDesk;
    for (const target of seq === undefined ? callIds : [seq, ...callIds]) desk?.pin(target, isPinned);
  }

  #follow(event: ChatEvent): void {
    if (!("durable" in event)) return;
    if (tellsOfMoney(event.durable)) void this.#parts.attempt(() => this.#tellLimits());
    if (!this.#isOpen || !CHANGING.has(event.durable.type)) return;
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      void this.#parts.attempt(() => this.#tell());
    }, TOGETHER_MS);
  }

  async #tell(): Promise<void> {
    const { chats, engine, models, model, priceOf, send } = this.#parts;
    const chat = await chats.ready();
    const [report, limits] = await Promise.all([
      engine.contextReport({ events: chat.session.events, models: models(), model: model(), priceOf }),
      limitsOf(chat),
    ]);
    if (this.#isOpen && chats.current === chat)
      send({ type: "context", sessionId: chat.session.id, report: { ...report, limits } });
  }

  /** What is near or beyond a limit stays above the composer, with what can be done. */
  async #tellLimits(): Promise<void> {
    const { chats, send, hasLimits } = this.#parts;
    const chat = chats.current;
    const limits = chat && hasLimits() ? await limitsOf(chat) : [];
    if (chats.current !== chat) return;
    send({ type: "limits", near: limits.filter(({ spent, dollars }) => spent >= NEAR * dollars) });
  }
}

/** From this share of it on somebody may want to raise a limit. */
const NEAR = 0.8;

async function limitsOf(chat: Chat): Promise<LimitState[]> {
  const { session, today, limits } = await chat.budget.figures();
  return limits.flatMap(({ scope, dollars }) => {
    const spent = scope === "day" ? today : session.dollars;
    return spent === undefined ? [] : [{ scope, dollars, spent }];
  });
}

/** A limit has come near, was reached, or was raised. */
const tellsOfMoney = (event: AgentEvent): boolean =>
  event.type === "budget.raised" ||
  (event.type === "notice" && event.kind === "warning") ||
  (event.type === "finished" && event.error?.kind === "budget");

const isAbort = (thrown: unknown): boolean => thrown instanceof Error && thrown.name === "AbortError";
