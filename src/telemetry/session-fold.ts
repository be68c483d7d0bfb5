import type { PriceOf } from "../core/cost.ts";
import { type AgentEvent, type EventOf, MAIN, parentCallOf } from "../core/event.ts";
import type { LiveEvent } from "../core/live-event.ts";
import { isToolUse } from "../core/message.ts";
import { AgentSpan } from "./agent-span.ts";
import { CallSpans } from "./call-spans.ts";
import { Content } from "./content.ts";
import { GEN_AI, PLUMB } from "./gen-ai.ts";
import { RequestSpans } from "./request-spans.ts";
import { agentWord, errorWord, idWord } from "./safe-words.ts";
import type { Attributes, Signal } from "./signals.ts";

export interface FoldOptions {
  readonly sessionId: string;
  /** As the conventions name it. */
  readonly provider: string;
  readonly priceOf: PriceOf;
  /** Takes secrets out of a text. With it, what was said, asked for and brought is told as well. */
  readonly hide?: (text: string) => string;
}

/** Errors that come of a request to the model. */
const OF_REQUESTS: ReadonlySet<string> = new Set([
  ...["rate_limited", "overloaded", "network", "context_overflow", "bad_history", "auth", "billing"],
  ...["unknown_model", "invalid_request", "refusal"],
]);

/**
 * What a collector is told of a session: a fold over its log and of the moments in which replies begin. Nothing in it is content
 * unless the user asked for that: words that a model, a file or a repository chose are replaced (`safe-words.ts`).
 */
export class SessionFold {
  readonly #content: Content | undefined;
  readonly #common: Attributes;
  readonly #agents = new Map<string, AgentSpan>();
  readonly #calls: CallSpans;
  readonly #requests: RequestSpans;
  #turns = 0;
  #out: Signal[] = [];

  constructor(options: FoldOptions) {
    this.#content = options.hide && new Content(options.hide);
    const id = idWord(options.sessionId);
    this.#common = {
      [GEN_AI.provider]: options.provider,
      ...(id !== undefined && { [GEN_AI.conversation]: id }),
    };
    const tell = (signal: Signal): void => void this.#out.push(signal);
    this.#calls = new CallSpans(this.#content, tell);
    this.#requests = new RequestSpans(options, this.#common, tell);
  }

  /** What was before: it was told at its time, or is nobody's business. Only names are taken from it. */
  recall(events: readonly AgentEvent[]): void {
    for (const event of events) this.#learn(event);
  }

  /** Takes the next event of the log; returns what is to be told. */
  apply(event: AgentEvent): readonly Signal[] {
    this.#learn(event);
    this.#take(event);
    const out = this.#out;
    this.#out = [];
    return out;
  }

  /** Something of a reply, or of an attempt at one, at `at`. */
  live({ type, agentId }: Pick<LiveEvent, "type" | "agentId">, at: number): void {
    const agent = this.#agent(agentId);
    if (type === "text" || type === "thinking" || type === "call") agent.firstChunkAt ??= at;
    else if (type === "discarded") agent.firstChunkAt = undefined;
    else if (type === "room") agent.roomFrom = at;
  }

  /** The session is closed: what is open ends without having ended. */
  end(at: number): readonly Signal[] {
    for (const id of [...this.#agents.keys()].reverse()) this.#endAgent(id, at, "interrupted", undefined);
    const out = this.#out;
    this.#out = [];
    return out;
  }

  #learn(event: AgentEvent): void {
    if (event.type === "prefix") {
      const agent = this.#agent(event.agentId);
      agent.model = event.model;
      agent.effort = event.effort;
      this.#calls.knowTools(event.tools.map(({ name }) => name));
    } else if (event.type === "agent.started") this.#agent(event.agentId).name = agentWord(event.name);
    else if (event.type === "assistant")
      for (const block of event.content) if (isToolUse(block)) this.#calls.know(block);
  }

  #take(event: AgentEvent): void {
    switch (event.type) {
      case "user":
        // A task that ended speaks to the agent, and starts no turn by itself.
        if (event.origin !== "task") this.#open(event.agentId, event.at);
        if (this.#content) this.#agent(event.agentId).hears(this.#content.said("user", event.content));
        break;
      case "prefix":
      case "agent.started":
        this.#open(event.agentId, event.at);
        break;
      case "assistant":
        this.#reply(event);
        break;
      case "notice":
        if (event.kind === "retry") this.#open(event.agentId, event.at).failedAttempt();
        return;
      case "partial":
        this.#open(event.agentId, event.at).isAsking = true;
        return;
      case "compacted":
        this.#summary(event);
        break;
      case "classified":
        this.#requests.pay(this.#agent(event.agentId), event.model, event.usage, "classifier");
        return;
      case "spent":
        this.#requests.pay(this.#agent(event.agentId), event.model, event.usage, "stopped");
        return;
      case "finished":
        this.#finish(event);
        return;
      default:
        this.#takeCall(event);
        return;
    }
    this.#agent(event.agentId).movedAt(event.at);
  }

  #takeCall(event: AgentEvent): void {
    switch (event.type) {
      case "permission.asked":
      case "tool.started":
        this.#calls.apply(event, this.#open(event.agentId, event.at));
        return;
      case "permission.decided":
        this.#calls.decided(event);
        return;
      case "tool.finished": {
        // A question of ours has an end as well, and is no call.
        if (!this.#calls.isKnown(event.callId)) return;
        const agent = this.#open(event.agentId, event.at);
        this.#calls.finished(event, agent);
        if (this.#content) agent.hears(this.#content.brought(event.callId, event.content));
        agent.movedAt(event.at);
        return;
      }
      case "reminder":
      case "instructions":
      case "cleared":
        this.#agent(event.agentId).movedAt(event.at);
        return;
      default:
        return;
    }
  }

  #agent(id: string): AgentSpan {
    const known = this.#agents.get(id);
    if (known) return known;
    const agent = new AgentSpan(id === MAIN ? "plumb" : "custom");
    this.#agents.set(id, agent);
    return agent;
  }

  /** The agent, with its span begun. */
  #open(id: string, at: number): AgentSpan {
    const agent = this.#agent(id);
    if (agent.span !== undefined) return agent;
    this.#turns += 1;
    const parent = this.#parentOf(id);
    agent.begin(`${id}#${this.#turns}`, at);
    this.#out.push({
      ...{ type: "begin", span: `${id}#${this.#turns}`, kind: "internal", at },
      ...(parent !== undefined && { parent }),
      name: `invoke_agent ${agent.name}`,
      attributes: { [GEN_AI.operation]: "invoke_agent", ...this.#common, [GEN_AI.agent]: agent.name },
    });
    return agent;
  }

  #parentOf(id: string): string | undefined {
    const callId = parentCallOf(id);
    if (callId === undefined) return undefined;
    return this.#calls.spanOf(callId) ?? this.#agents.get(id.slice(0, id.lastIndexOf("/")))?.span;
  }

  #reply(event: EventOf<"assistant">): void {
    const began = event.at - (event.durationMs ?? 0);
    const agent = this.#open(event.agentId, began);
    agent.steps += 1;
    const cost = this.#requests.pay(this.#agent(event.agentId), event.model, event.usage);
    this.#requests.told(agent, event.model, {
      ...{ from: Math.min(began, agent.askedFrom ?? began), to: event.at },
      attributes: { ...agent.replyAttributes(event, began, this.#content), ...cost },
    });
    agent.answered();
  }

  #summary(event: EventOf<"compacted">): void {
    const agent = this.#agent(event.agentId);
    const from = agent.roomFrom ?? event.at;
    agent.roomFrom = undefined;
    if (!event.usage) return;
    const cost = this.#requests.pay(this.#agent(event.agentId), agent.model, event.usage, "summary");
    // By hand, between two turns: there is nothing it would be a part of.
    if (agent.span === undefined) return;
    this.#requests.told(agent, agent.model, {
      from,
      to: event.at,
      attributes: { ...cost, [PLUMB.purpose]: "summary" },
    });
  }

  #finish({ agentId, at, outcome, error }: EventOf<"finished">): void {
    const agent = this.#open(agentId, at);
    const isOfRequest = error !== undefined && OF_REQUESTS.has(error.kind);
    // A reply was being waited for, and none came.
    if (isOfRequest || (outcome !== "done" && agent.isWaiting))
      this.#requests.told(agent, agent.model, {
        ...{ from: agent.askedFrom ?? agent.lastAt ?? at, to: at, attributes: agent.attempts() },
        error: error ? errorWord(error.kind) : "cancelled",
      });
    agent.answered();
    // Sub-agents of a turn end with it.
    if (agentId === MAIN)
      for (const id of [...this.#agents.keys()].reverse())
        if (id !== MAIN) this.#endAgent(id, at, "interrupted", undefined);
    this.#endAgent(agentId, at, outcome, error && errorWord(error.kind));
  }

  #endAgent(id: string, at: number, outcome: string, error: string | undefined): void {
    const agent = this.#agents.get(id);
    if (agent?.span === undefined) return;
    this.#calls.endAll(agent.span, at);
    const failed = error === undefined ? {} : { [GEN_AI.errorType]: error };
    this.#out.push(
      {
        ...{ type: "end", span: agent.span, at, isFault: error !== undefined },
        attributes: { ...agent.totals(), ...failed, [PLUMB.outcome]: outcome },
      },
      {
        ...{ type: "measure", metric: "gen_ai.invoke_agent.duration", value: (at - agent.begunAt) / 1_000 },
        attributes: { [GEN_AI.agent]: agent.name, ...failed },
      },
    );
    agent.ended();
  }
}
