import type { Agent, Environment } from "./agent.ts";
import { toRequest } from "./conversation.ts";
import { AgentError, toAgentError } from "./errors.ts";
import { withDistinctIds } from "./habits/distinct-ids.ts";
import { grantWish, makeRoom } from "./make-room.ts";
import type { Block, Usage } from "./message.ts";
import type { SentRequest } from "./model.ts";
import { asSentence } from "./sentence.ts";

const MAX_ATTEMPTS = 8;
/** Where another model can go on, some seconds of an overload are enough. */
const ATTEMPTS_BEFORE_FALLBACK = 6;
/** Most that is waited before each further attempt, in milliseconds: most failures are over within a second. */
const BACKOFF_MS = [150, 300, 600, 2_000, 8_000, 32_000, 32_000];
const LONGEST_SERVER_WAIT_MS = 10 * 60_000;

interface Reply {
  readonly content: Block[];
  readonly usage: Usage;
  readonly stopReason: string;
  readonly messageId?: string;
  readonly cacheMiss?: string;
}
/** What was shown of a reply that never became whole. */
class Shown {
  readonly #text: string[] = [];
  readonly #thinking: string[] = [];
  add(type: "text" | "thinking", delta: string): void {
    (type === "text" ? this.#text : this.#thinking).push(delta);
  }
  take(): { text: string; thinking: string } {
    return { text: this.#text.splice(0).join(""), thinking: this.#thinking.splice(0).join("") };
  }
}

/** One model reply: makes room if needed, streams it, retries what is worth retrying, logs the result. */
export async function askModel(agent: Agent, env: Environment, signal: AbortSignal): Promise<void> {
  await grantWish(agent, env, signal);
  await makeRoom(agent, env, signal);
  const shown = new Shown();
  const mostFor = ({ kind }: AgentError): number =>
    kind === "overloaded" && env.fallback?.(agent.model) ? ATTEMPTS_BEFORE_FALLBACK : MAX_ATTEMPTS;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await oneReply(agent, env, signal, shown);
    } catch (thrown) {
      if (signal.aborted) {
        keepPartial(agent, env, shown, "cancelled");
        throw thrown;
      }
      const error = toAgentError(thrown);
      const most = mostFor(error);
      if (attempt >= most || error.recovery === "stop" || error.recovery === "tell_model") {
        keepPartial(agent, env, shown, "failed");
        throw error;
      }
      shown.take();
      env.session.broadcast({ type: "discarded", agentId: agent.id });
      await recover(error, { attempt, most }, agent, env, signal);
    }
  }
}

async function oneReply(agent: Agent, env: Environment, signal: AbortSignal, shown: Shown): Promise<void> {
  const sawSeq = env.session.lastSeq;
  const startedAt = env.host.clock.now();
  const watched = env.cacheWatch?.begin(agent.id, env.session.events, startedAt);
  const { content, usage, stopReason, messageId, cacheMiss } = await stream(
    agent,
    env,
    signal,
    shown,
    watched?.sent,
  );
  if (stopReason === "model_context_window_exceeded") {
    throw new AgentError("context_overflow", "The reply ran into the end of the model's context window.");
  }
  if (stopReason === "refusal") throw new AgentError("refusal", "The model declined to go on.");
  env.session.append(agent.id, {
    type: "assistant",
    content: withDistinctIds(content, env.session),
    usage,
    model: agent.model,
    stopReason,
    sawSeq,
    durationMs: env.host.clock.now() - startedAt,
    ...(messageId !== undefined && { messageId }),
  });
  const broken = await watched?.answered(usage, cacheMiss);
  if (broken) env.session.append(agent.id, { type: "cache.broken", ...broken });
  if (stopReason === "max_tokens" && !content.some((block) => block.type === "tool_use")) {
    throw new AgentError("output_limit", "The reply was cut at the model's output limit.");
  }
}

function keepPartial(agent: Agent, env: Environment, shown: Shown, reason: "cancelled" | "failed"): void {
  const said = shown.take();
  if (said.text === "" && said.thinking === "") return;
  env.session.append(agent.id, { type: "partial", ...said, reason });
}

async function recover(
  error: AgentError,
  { attempt, most }: { readonly attempt: number; readonly most: number },
  agent: Agent,
  env: Environment,
  signal: AbortSignal,
): Promise<void> {
  if (error.recovery === "compact") {
    const room = await makeRoom(agent, env, signal, "overflow");
    if (!room || room.events.length === 0) throw error;
    return;
  }
  const waitMs = backoffMs(attempt, error.retryAfterMs);
  const atMs = env.host.clock.now() + waitMs;
  const reason = `${asSentence(error.message)} ${error.hint}`;
  env.session.append(agent.id, {
    type: "notice",
    kind: "retry",
    text: `${asSentence(error.message)} Attempt ${attempt} of ${most}.`,
  });
  env.session.broadcast({
    type: "retry",
    agentId: agent.id,
    atMs,
    attempt,
    maxAttempts: most,
    reason,
    kind: error.kind,
  });
  await env.host.clock.sleep(waitMs, signal);
}

/** Full jitter, so that many windows do not come back at the same moment; the server's own word goes first. */
function backoffMs(attempt: number, retryAfterMs: number | undefined): number {
  if (retryAfterMs !== undefined) return Math.min(retryAfterMs, LONGEST_SERVER_WAIT_MS);
  return Math.ceil(Math.random() * (BACKOFF_MS[attempt - 1] ?? BACKOFF_MS.at(-1) ?? 0));
}

async function stream(
  agent: Agent,
  env: Environment,
  signal: AbortSignal,
  shown: Shown,
  onSent?: (sent: SentRequest) => void,
): Promise<Reply> {
  const request = toRequest(env.session.events, agent.id, agent.maxOutputTokens);
  const told = new Map<string, number>();
  for await (const chunk of env.provider.stream(request, signal, onSent)) {
    if (chunk.type === "done") return chunk;
    if (chunk.type === "call") {
      const { id: callId, name, inputSoFar } = chunk;
      env.session.broadcast({
        type: "call",
        agentId: agent.id,
        callId,
        name,
        preview: previewOf(name, inputSoFar),
        chars: inputSoFar.length,
        json: inputSoFar.slice(told.get(callId) ?? 0),
      });
      told.set(callId, inputSoFar.length);
    } else {
      shown.add(chunk.type, chunk.delta);
      env.session.broadcast({ type: chunk.type, agentId: agent.id, delta: chunk.delta });
    }
  }
  signal.throwIfAborted();
  throw new AgentError("network", "The model's stream ended before its reply did.");
}

const TELLING = /"(?:file_path|command|pattern|url|description|path)"\s*:\s*"((?:[^"\\]|\\.){1,120})/;

/** What can be said of a call whose arguments are still arriving. */
function previewOf(name: string, inputSoFar: string): string {
  const found = TELLING.exec(inputSoFar.slice(0, 2_000))?.[1];
  return found === undefined ? name : `${name} ${found.replaceAll("\\n", " ").replaceAll('\\"', '"')}`;
}
