import type { Agent, Environment } from "./agent.ts";
import type { ContextView, Occasion, Room, SideAnswer, SideQuestion } from "./context.ts";
import { boundaryOf, findLast, toRequest } from "./conversation.ts";
import { AgentError, toAgentError } from "./errors.ts";
import type { AgentEvent } from "./event.ts";
import { windowNearlyFull } from "./habits/remaining.ts";
import { lineageOf } from "./lineage.ts";
import { text } from "./message.ts";
import type { ModelRequest } from "./model.ts";

/** Somebody wants room to be made before the next request of a turn that runs. */
export interface RoomWish {
  readonly focus: string;
  /** Exactly one of these is called, once. */
  granted(room: Room | undefined): void;
  /** With an AgentError, or with the reason of the signal. */
  failed(thrown: unknown): void;
}

/**
 * Makes room in an agent's window where its strategy finds that worth it. Nothing is written before it is whole, so that
 * stopping it half-way changes nothing. Resolves to undefined when there was nothing to do.
 */
export async function makeRoom(
  agent: Agent,
  env: Environment,
  signal: AbortSignal,
  occasion: Occasion = "step",
  focus = "",
): Promise<Room | undefined> {
  const room = await env.context.makeRoom(viewOf(agent, env, signal, occasion, focus), signal);
  if (!room) return undefined;
  signal.throwIfAborted();
  for (const event of room.events) env.session.append(agent.id, event);
  if (room.warning !== undefined)
    env.session.append(agent.id, { type: "notice", kind: "warning", text: room.warning });
  if (room.warning !== undefined && room.events.length === 0 && occasion === "step")
    env.session.append(agent.id, windowNearlyFull());
  // What has to stand beside the newest message went with the rest: instructions, above all.
  if (room.events.some(({ type }) => type === "compacted")) await env.catchUp(agent, signal);
  return room;
}

/** What somebody wished for while the turn ran. That it could not be done is theirs to know, and no reason to end the turn. */
export async function grantWish(agent: Agent, env: Environment, signal: AbortSignal): Promise<void> {
  const wish = env.takeRoomWish?.(agent.id);
  if (!wish) return;
  try {
    wish.granted(await makeRoom(agent, env, signal, "hand", wish.focus));
  } catch (thrown) {
    wish.failed(signal.aborted ? thrown : toAgentError(thrown));
    signal.throwIfAborted();
  }
}

function viewOf(
  agent: Agent,
  env: Environment,
  signal: AbortSignal,
  occasion: Occasion,
  focus: string,
): ContextView {
  const log = env.session.events;
  return {
    agentId: agent.id,
    model: agent.model,
    events: lineageOf(log, agent.id),
    occasion,
    focus,
    canSign: async () => (await env.provider.canSign?.(agent.model)) === true,
    maxOutputTokens: agent.maxOutputTokens,
    count: async (request) => env.provider.countTokens?.(request, signal),
    boundary: boundaryOf(log),
    now: env.host.clock.now(),
    request: (more = []) => {
      const next = env.session.lastSeq + 1;
      const added = more.map((body, i): AgentEvent => ({ seq: next + i, at: 0, agentId: agent.id, ...body }));
      return toRequest([...log, ...added], agent.id, agent.maxOutputTokens);
    },
    ask: (question) => ask(question, agent, env, signal),
  };
}

async function ask(
  question: SideQuestion,
  agent: Agent,
  env: Environment,
  signal: AbortSignal,
): Promise<SideAnswer> {
  env.session.broadcast({ type: "room", agentId: agent.id });
  const request = sideRequest(question, env.session.events, agent);
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await askOnce(request, env, signal);
    } catch (thrown) {
      signal.throwIfAborted();
      const { recovery, retryAfterMs } = toAgentError(thrown);
      const waitMs = retryAfterMs ?? WAITS_MS[attempt] ?? 0;
      if (recovery !== "retry" || attempt >= WAITS_MS.length || waitMs > LONGEST_WAIT_MS) throw thrown;
      await env.host.clock.sleep(waitMs, signal);
    }
  }
}

/** What is over soon is no reason to lose what a summary would keep; what is not is told. In milliseconds. */
const WAITS_MS = [300, 2_000, 8_000];
const LONGEST_WAIT_MS = 60_000;

async function askOnce(request: ModelRequest, env: Environment, signal: AbortSignal): Promise<SideAnswer> {
  for await (const chunk of env.provider.stream(request, signal)) {
    if (chunk.type !== "done") continue;
    if (chunk.stopReason === "model_context_window_exceeded")
      throw new AgentError("context_overflow", "The summary ran into the end of the model's context window.");
    return { content: chunk.content, usage: chunk.usage, stopReason: chunk.stopReason };
  }
  signal.throwIfAborted();
  throw new AgentError("network", "The model's stream ended before its reply did.");
}

/** An earlier request, byte for byte, and the question behind it: so that nearly all of it comes from the cache. */
function sideRequest(
  { upToSeq, prompt, isSigned }: SideQuestion,
  log: readonly AgentEvent[],
  agent: Agent,
): ModelRequest {
  // A fork may end before it began: at a request of the agent it was forked from.
  const began = findLast(log, agent.id, "agent.started")?.seq ?? -1;
  const seen = log.filter(
    ({ seq, type, agentId }) =>
      seq <= upToSeq || type === "cleared" || type === "compacted" || (agentId === agent.id && seq <= began),
  );
  const request = toRequest(seen, agent.id, agent.maxOutputTokens);
  if (isSigned) return { ...request, compaction: { instructions: prompt } };
  // Behind a system message only another one may stand.
  const role = request.messages.at(-1)?.role === "system" ? "system" : "user";
  return { ...request, messages: [...request.messages, { role, content: [text(prompt)] }] };
}
