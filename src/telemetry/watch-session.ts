import type { PriceOf } from "../core/cost.ts";
import type { AgentEvent } from "../core/event.ts";
import type { Secrets } from "../core/secrets.ts";
import type { Session } from "../core/session.ts";
import type { TelemetryChoice } from "../core/telemetry-choice.ts";
import type { Pipeline, PipelineOptions } from "./pipeline.ts";
import type { SessionFold } from "./session-fold.ts";

export interface WatchOptions extends TelemetryChoice, Omit<PipelineOptions, "endpoint"> {
  readonly provider: string;
  readonly priceOf: PriceOf;
}

type KnownSecrets = Pick<Secrets, "ready" | "hide">;

export interface Watched {
  /**
   * Stops watching and sends what waits, for at most `withinMs` milliseconds (default 2,000). Resolves to what was lost, in words;
   * undefined when nothing was. Never rejects, and does it once.
   */
  close(withinMs?: number): Promise<string | undefined>;
}

/** Most that one session keeps in mind before the rest of this is loaded; what goes beyond it is not told. */
const MAX_WAITING = 10_000;
const FLUSH_MS = 2_000;

type Happened =
  | { readonly durable: AgentEvent }
  | { readonly live: Parameters<SessionFold["live"]>[0]; readonly at: number };

/**
 * Tells a collector of a session, from beside it: another reader of its log. The SDK is loaded when the first reply begins, or
 * the turn ends without one: by then nothing waits for this program.
 */
export function watchSession(session: Session, secrets: KnownSecrets, options: WatchOptions): Watched {
  const past = [...session.events];
  let waiting: Happened[] = [];
  let loading: Promise<void> | undefined;
  let parts: { readonly fold: SessionFold; readonly pipeline: Pipeline } | undefined;
  let closing: Promise<string | undefined> | undefined;

  const take = (what: Happened): void => {
    if (!parts) {
      if (waiting.length < MAX_WAITING) waiting.push(what);
      return;
    }
    const { fold, pipeline } = parts;
    if ("live" in what) fold.live(what.live, what.at);
    else for (const signal of fold.apply(what.durable)) pipeline.tell(signal);
  };
  const load = async (): Promise<void> => {
    const [{ SessionFold: Fold }, { Pipeline: To }] = await Promise.all([
      import("./session-fold.ts"),
      import("./pipeline.ts"),
    ]);
    // What somebody typed may hold one.
    if (options.includesContent) await secrets.ready();
    const { provider, priceOf, includesContent } = options;
    const hide = (text: string): string => secrets.hide(text);
    const fold = new Fold({ sessionId: session.id, provider, priceOf, ...(includesContent && { hide }) });
    fold.recall(past);
    parts = { fold, pipeline: new To(options) };
    for (const what of waiting) take(what);
    waiting = [];
  };
  const stop = session.subscribe((event) => {
    try {
      if ("durable" in event) take({ durable: event.durable });
      else take({ live: { type: event.live.type, agentId: event.live.agentId }, at: Date.now() });
    } catch {
      // What is beside the work must not stop it.
    }
    if (loading !== undefined || !("live" in event || TIME_TO_LOAD.has(event.durable.type))) return;
    loading = load();
    // Said when it is closed.
    loading.catch(() => undefined);
  });
  const close = async (withinMs: number): Promise<string | undefined> => {
    stop();
    // Nothing was asked of a model.
    if (loading === undefined) return undefined;
    try {
      await loading;
    } catch (thrown) {
      return `What sends telemetry could not be loaded: ${thrown instanceof Error ? thrown.message : String(thrown)}`;
    }
    if (!parts) return undefined;
    for (const signal of parts.fold.end(Date.now())) parts.pipeline.tell(signal);
    return parts.pipeline.close(withinMs);
  };
  return {
    close(withinMs = FLUSH_MS) {
      closing ??= close(withinMs);
      return closing;
    },
  };
}

const TIME_TO_LOAD: ReadonlySet<AgentEvent["type"]> = new Set([
  "assistant",
  "notice",
  "tool.started",
  "finished",
]);

/** The same for every session that is opened; `sending` gets what is still under way when one is closed. */
export const watcher =
  (options: WatchOptions, sending: (rest: Promise<string | undefined>) => Promise<unknown>) =>
  (session: Session, secrets: KnownSecrets): (() => Promise<unknown>) => {
    const watched = watchSession(session, secrets, options);
    return () => sending(watched.close());
  };
