import type * as vscode from "vscode";
import type { LiveEvent } from "../../core/live-event.ts";
import type { Status } from "../../core/rows.ts";
import { type HostToView, PROTOCOL, receive, ViewToHost } from "../../protocol/view.ts";
import type { ChatEvent, Chats } from "./chats.ts";
import type { Chat } from "./engine.ts";
import { isWithin } from "./message-size.ts";
import type { PanelView } from "./panel-view.ts";

/** Rows of one page of history. */
const PAGE = 200;
/** A message with pictures in it may be large, every other one may not. */
const MAX_PROMPT_CHARS = 32_000_000;
const MAX_MESSAGE_CHARS = 1_500_000;
/** One display frame: more often would only make the page work, not move. */
const FLUSH_MS = 16;

export interface PanelParts {
  readonly view: PanelView;
  readonly chats: Chats;
  readonly log: vscode.LogOutputChannel;
  /** What happens for a message; rejections are shown to the person. */
  act(message: ViewToHost): Promise<void>;
  /** Keys go to the page now, or no longer. */
  onFocus(isFocused: boolean): void;
  surroundings(): Promise<Extract<HostToView, { type: "surroundings" }>["surroundings"]>;
  draft(): string;
  statusOf(chat: Chat): Status;
  /** The page has been told everything but what belongs to open cards. */
  onSnapshot(): void;
}

/**
 * The message pump between the conversation and the page. The page is disposable: it says `ready`, gets a snapshot,
 * then events. While it is hidden nothing is sent; when it comes back it starts from a new snapshot.
 */
export class Panel {
  readonly #parts: PanelParts;
  readonly #subscriptions: vscode.Disposable[];
  #isReady = false;
  /** The page has its first snapshot; what came before would be overwritten by it. */
  #isShown = false;
  #told: Promise<void> = Promise.resolve();
  #live: LiveEvent[] = [];
  #flush: NodeJS.Timeout | undefined;
  #flushedAt = 0;
  /** Messages for a page that is still loading, e.g. from "Ask About Selection". */
  #later: HostToView[] = [];

  constructor(parts: PanelParts) {
    this.#parts = parts;
    const { view, chats } = parts;
    this.#subscriptions = [
      view.onDidHide(() => this.#hide()),
      chats.onDidSwitch(() => void this.snapshot()),
      chats.onDidHappen((event) => this.#forward(event)),
      chats.onDidChangeRunning((isRunning) => this.send({ type: "running", isRunning })),
    ];
    const take = receive(
      ViewToHost,
      (message) => void this.#take(message),
      (why) => parts.log.warn(`A message of the panel was dropped: ${why}`),
    );
    view.connect((raw) => {
      if (isWithin(raw, isPrompt(raw) ? MAX_PROMPT_CHARS : MAX_MESSAGE_CHARS)) take(raw);
      else parts.log.warn("A message of the panel was dropped: it is too large.");
    });
  }

  async #take(message: ViewToHost): Promise<void> {
    if (message.type === "ready") return this.#start(message.protocol);
    if (message.type === "older") return this.#older(message.beforeKey);
    if (message.type === "focused") return this.#parts.onFocus(message.isFocused);
    if (message.type === "problem") return this.#parts.log.error(`Panel: ${message.message}`);
    await this.#parts.act(message);
  }

  async #start(protocol: number): Promise<void> {
    if (protocol !== PROTOCOL) {
      // An update replaced the files under a running page.
      this.#parts.log.warn(`The panel speaks protocol ${protocol}, not ${PROTOCOL}; it is loaded again.`);
      this.#parts.view.load();
      return;
    }
    this.#isReady = true;
    this.#isShown = false;
    await this.snapshot();
    this.#isShown = this.#isReady;
    if (this.#isShown) for (const message of this.#later.splice(0)) this.send(message);
  }

  /** Everything the page needs, from nothing. Never rejects. */
  snapshot(): Promise<void> {
    this.#told = this.#tell();
    return this.#told;
  }

  /** Resolves once the page has been told of the conversation that is open: another one takes it back to its start. */
  settled(): Promise<void> {
    return this.#told;
  }

  async #tell(): Promise<void> {
    if (!this.#isReady) return;
    try {
      const [chat, surroundings] = await Promise.all([this.#parts.chats.ready(), this.#parts.surroundings()]);
      if (!this.#isReady) return;
      // What is waiting to be sent is in the rows already.
      this.#live = [];
      const { rows } = chat.transcript;
      this.send({
        type: "snapshot",
        protocol: PROTOCOL,
        sessionId: chat.session.id,
        rows: rows.slice(-PAGE),
        hasOlder: rows.length > PAGE,
        status: this.#parts.statusOf(chat),
        isRunning: chat.isRunning,
        surroundings,
        draft: this.#parts.draft(),
      });
      this.#parts.onSnapshot();
    } catch (thrown) {
      this.#parts.log.error(thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown));
      const text = thrown instanceof Error ? thrown.message : String(thrown);
      this.send({ type: "toast", level: "error", text });
    }
  }

  /** Facts around the conversation changed: account, models, attachments, trust, folders. */
  async tellSurroundings(): Promise<void> {
    if (this.#isReady) this.send({ type: "surroundings", surroundings: await this.#parts.surroundings() });
  }

  #older(beforeKey: string): void {
    const { rows } = this.#parts.chats.current?.transcript ?? { rows: [] };
    const end = rows.findIndex((row) => row.key === beforeKey);
    if (end < 0) return;
    const start = Math.max(0, end - PAGE);
    this.send({ type: "older", rows: rows.slice(start, end), hasOlder: start > 0 });
  }

  #forward(event: ChatEvent): void {
    if (!this.#isReady) return;
    if ("live" in event) {
      this.#live.push(event.live);
      // While a reply pours in, timers wait for the end of it.
      if (performance.now() - this.#flushedAt >= FLUSH_MS) this.#flushLive();
      else this.#flush ??= setTimeout(() => this.#flushLive(), FLUSH_MS);
      return;
    }
    this.#flushLive();
    this.send({ type: "event", event: event.durable });
  }

  #flushLive(): void {
    clearTimeout(this.#flush);
    this.#flush = undefined;
    this.#flushedAt = performance.now();
    const events = joinDeltas(this.#live);
    this.#live = [];
    if (events.length > 0) this.send({ type: "live", events });
  }

  send(message: HostToView): void {
    if (this.#isReady) void this.#parts.view.post(message);
  }

  /** Sends now, or as soon as the page is there. */
  sendSoon(message: HostToView): void {
    if (this.#isShown) this.send(message);
    else this.#later = [...this.#later.slice(-20), message];
  }

  #hide(): void {
    this.#isReady = false;
    this.#isShown = false;
    this.#parts.onFocus(false);
    clearTimeout(this.#flush);
    this.#flush = undefined;
    this.#live = [];
  }

  dispose(): void {
    this.#hide();
    for (const subscription of this.#subscriptions) subscription.dispose();
  }
}

/** Neighbouring deltas of one stream become one: the page folds and draws each only once. */
export function joinDeltas(events: readonly LiveEvent[]): LiveEvent[] {
  const joined: LiveEvent[] = [];
  for (const event of events) {
    const last = joined.at(-1);
    if (
      (event.type === "text" || event.type === "thinking") &&
      last?.type === event.type &&
      last.agentId === event.agentId
    ) {
      joined[joined.length - 1] = { ...last, delta: last.delta + event.delta };
    } else if (event.type === "call") {
      // What has arrived of the arguments is shown in short, so the page does not need it.
      const { json: _, ...shown } = event;
      if (last?.type === "call" && last.callId === event.callId) joined[joined.length - 1] = shown;
      else joined.push(shown);
    } else {
      joined.push(event);
    }
  }
  return joined;
}

const isPrompt = (raw: unknown): boolean =>
  typeof raw === "object" && raw !== null && "type" in raw && raw.type === "prompt";
