import { Transcript } from "../../../src/core/transcript.ts";
import type { HostToView } from "../../../src/protocol/view.ts";
import { announcementFor, rememberedWords } from "./announce.ts";
import { Backlog, type Step } from "./backlog.ts";
import { OTHER_PROTOCOL } from "./host.ts";
import { foldHunks, foldPending } from "./pending.ts";
import { BLANK, type Command, findTool, isDrawn, type View } from "./view.ts";

type Listener = () => void;
type CommandListener = (command: Command) => boolean;
const MAX_TOASTS = 3;

/**
 * The fold: messages are applied in their order, and whoever looks is told at most once per frame.
 * `schedule` runs its argument before the next paint.
 */
export class PanelStore {
  #transcript = new Transcript();
  readonly #backlog = new Backlog();
  #view: View = BLANK;
  #next: Partial<View> = {};
  #isScheduled = false;
  #ids = 0;
  /** Milliseconds the host's clock is behind ours: over a remote connection they differ. */
  #clockOffset = Number.POSITIVE_INFINITY;
  readonly #listeners = new Set<Listener>();
  readonly #commandListeners = new Set<CommandListener>();
  #waitingCommands: Command[] = [];
  readonly #schedule: (run: () => void) => void;
  readonly #now: () => number;

  constructor(schedule: (run: () => void) => void, now: () => number = Date.now) {
    this.#schedule = schedule;
    this.#now = now;
  }

  get view(): View {
    return this.#view;
  }

  readonly subscribe = (listener: Listener): Listener => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** One-off wishes of the host. A wish nobody takes waits for somebody who does: a listener returns whether it did. */
  readonly onCommand = (listener: CommandListener): Listener => {
    this.#commandListeners.add(listener);
    this.#waitingCommands = this.#waitingCommands.filter((command) => !listener(command));
    return () => this.#commandListeners.delete(listener);
  };

  /** The host's clock in epoch milliseconds, as well as it can be known. */
  readonly hostNow = (): number => this.#now() - (Number.isFinite(this.#clockOffset) ? this.#clockOffset : 0);

  readonly apply = (message: HostToView): void => {
    switch (message.type) {
      case "snapshot":
        return this.#snapshot(message);
      case "event":
        this.#clockOffset = Math.min(this.#clockOffset, this.#now() - message.event.at);
        this.#backlog.add(message);
        if (message.event.type === "rules")
          this.#toast({ level: "info", text: rememberedWords(message.event) });
        return this.change({});
      case "live":
      case "running":
        this.#backlog.add(message);
        return this.change({});
      case "older":
        this.#transcript.prepend(message.rows);
        return this.change({ hasOlder: message.hasOlder, prepends: this.#peek().prepends + 1 });
      case "toast":
        return this.#toast(message);
      case "compose":
        return this.#command(message);
      case "focus":
        this.change({ page: message.target === "history" ? "history" : "chat" });
        return this.#command(message);
      case "files":
        return this.change({ files: { requestId: message.requestId, hits: message.files } });
      case "surroundings":
        return this.change({ surroundings: message.surroundings });
      case "proposal":
        return this.change({ proposal: message });
      case "rulesChecked":
        return this.change({ rulesChecked: message });
      case "pending":
        return this.change({ pending: foldPending(this.#peek().pending, message) });
      case "hunks":
        return this.change({ pending: foldHunks(this.#peek().pending, message) });
      case "edit":
        return this.change({ outcomes: new Map(this.#peek().outcomes).set(message.editId, message) });
      case "tray":
        return this.change({ page: "chat", tray: message.page });
      case "context":
        return this.change({ context: message });
      case "limits":
        return this.change({ limits: message.near });
      case "compacting":
        return this.change({ compacting: message.state });
      case "sessions":
        return this.change({ sessions: message.sessions });
      default:
        return message satisfies never;
    }
  };

  /** Changes what is not the host's: pages, toasts. */
  readonly change = (change: Partial<View>): void => {
    this.#next = { ...this.#next, ...change };
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    this.#schedule(() => this.#flush());
  };

  readonly dismissToast = (id: number): void =>
    this.change({ toasts: this.#peek().toasts.filter((toast) => toast.id !== id) });

  readonly say = (text: string): void => this.#announce({ urgency: "polite", text });

  #peek(): View {
    return { ...this.#view, ...this.#next };
  }

  #snapshot(message: Extract<HostToView, { type: "snapshot" }>): void {
    // What still waited is in these rows.
    this.#backlog.clear();
    this.#transcript = Transcript.from(message.rows, message.status);
    const { sessionId, hasOlder, isRunning, surroundings } = message;
    const isOther = sessionId !== this.#peek().sessionId;
    this.#ids += 1;
    this.change({
      phase: "ready",
      sessionId,
      hasOlder,
      isRunning,
      surroundings,
      draft: { text: message.draft, from: this.#ids },
      proposal: undefined,
      ...(isOther && { page: "chat", outcomes: new Map(), compacting: "off", limits: [] }),
    });
  }

  #toast(message: Omit<Extract<HostToView, { type: "toast" }>, "type">): void {
    if (message.text === OTHER_PROTOCOL) return this.change({ phase: "mismatch" });
    this.#ids += 1;
    const toast = { id: this.#ids, level: message.level, text: message.text };
    this.#announce({ urgency: message.level === "error" ? "assertive" : "polite", text: message.text });
    this.change({ toasts: [...this.#peek().toasts, toast].slice(-MAX_TOASTS) });
  }

  #announce(announcement: { urgency: "polite" | "assertive"; text: string } | undefined): void {
    if (!announcement) return this.change({});
    this.#ids += 1;
    this.change({ announcement: { ...announcement, id: this.#ids } });
  }

  #command(command: Command): void {
    const isTaken = [...this.#commandListeners].map((listener) => listener(command)).includes(true);
    if (!isTaken) this.#waitingCommands.push(command);
  }

  #take(step: Step): void {
    if (step.type === "live") for (const live of step.events) this.#transcript.applyLive(live);
    else if (step.type === "running") this.#next = { ...this.#next, isRunning: step.isRunning };
    else {
      this.#transcript.apply(step.event);
      const announcement = announcementFor(step.event);
      if (announcement) this.#announce(announcement);
    }
  }

  #flush(): void {
    for (const step of this.#backlog.take()) this.#take(step);
    this.#isScheduled = false;
    const { rows, status } = this.#transcript;
    const callId = status.openQuestions[0];
    this.#view = {
      ...this.#view,
      ...this.#next,
      rows: rows.filter(isDrawn),
      status,
      waiting: callId === undefined ? undefined : findTool(rows, callId),
    };
    this.#next = {};
    for (const listener of this.#listeners) listener();
    if (!this.#backlog.isEmpty) this.change({});
  }

  /** The key of the oldest row there is, drawn or not: what older rows come before. */
  get oldestKey(): string | undefined {
    return this.#transcript.rows[0]?.key;
  }
}
