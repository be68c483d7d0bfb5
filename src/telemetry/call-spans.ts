import type { EventOf } from "../core/event.ts";
import type { ToolUseBlock } from "../core/message.ts";
import type { AgentSpan } from "./agent-span.ts";
import type { Content } from "./content.ts";
import { GEN_AI, PLUMB } from "./gen-ai.ts";
import { errorWord, idWord, toolWord } from "./safe-words.ts";
import type { Attributes, Signal } from "./signals.ts";

interface Call {
  readonly id: string;
  /** Undefined for what no model called. */
  name: string | undefined;
  input?: unknown;
  askedAt?: number;
  begunAt?: number;
  /** The span of the agent that called. */
  of?: string;
  decision?: Attributes;
}

/** The calls of a session: a span each, from when it ran (or was asked about, when it never did) to its result. */
export class CallSpans {
  readonly #content: Content | undefined;
  readonly #tell: (signal: Signal) => void;
  readonly #tools = new Set<string>();
  readonly #calls = new Map<string, Call>();

  constructor(content: Content | undefined, tell: (signal: Signal) => void) {
    this.#content = content;
    this.#tell = tell;
  }

  /** Tools that an agent really has. */
  knowTools(names: readonly string[]): void {
    for (const name of names) this.#tools.add(name);
  }

  know({ id, name, input }: ToolUseBlock): void {
    this.#calls.set(id, { id, name, ...(this.#content && { input }) });
  }

  isKnown(callId: string): boolean {
    return this.#calls.get(callId)?.name !== undefined;
  }

  /** Of a call that runs. */
  spanOf(callId: string): string | undefined {
    return this.#calls.get(callId)?.begunAt === undefined ? undefined : spanName(callId);
  }

  apply(event: EventOf<"permission.asked"> | EventOf<"tool.started">, agent: AgentSpan): void {
    const call = this.#call(event.callId);
    // What it is called in the end: a name that was read for another one is that one.
    call.name = event.name;
    if (event.type === "permission.asked") call.askedAt ??= event.at;
    else this.#begin(call, event.at, agent);
  }

  decided({ callId, verdict, by, at }: EventOf<"permission.decided">): void {
    const call = this.#call(callId);
    const waited = call.askedAt === undefined ? undefined : (at - call.askedAt) / 1_000;
    const decision = { [PLUMB.verdict]: verdict, [PLUMB.decidedBy]: by };
    call.decision = { ...decision, ...(waited !== undefined && { [PLUMB.waited]: waited }) };
    this.#tell({
      ...{ type: "measure", metric: "plumb.permission.decisions", value: 1 },
      attributes: { [GEN_AI.toolName]: this.#word(call), ...decision },
    });
  }

  finished(event: EventOf<"tool.finished">, agent: AgentSpan): void {
    const { callId, at, outcome } = event;
    const call = this.#call(callId);
    const hasRun = call.begunAt !== undefined;
    const from = call.begunAt ?? Math.min(call.askedAt ?? at, at);
    if (!hasRun) this.#begin(call, from, agent);
    const isFault = outcome === "failed" || outcome === "interrupted";
    const failed = isFault ? { [GEN_AI.errorType]: faultOf(event) } : {};
    const toolName = { [GEN_AI.toolName]: this.#word(call) };
    this.#end(call, at, isFault, {
      ...{ [PLUMB.toolOutcome]: outcome, ...failed },
      ...this.#content?.result(event.content),
    });
    this.#tell({
      ...{ type: "measure", metric: "plumb.tool.calls", value: 1 },
      attributes: { ...toolName, [PLUMB.toolOutcome]: outcome },
    });
    if (hasRun)
      this.#tell({
        ...{ type: "measure", metric: "gen_ai.execute_tool.duration", value: (at - from) / 1_000 },
        attributes: { ...toolName, ...failed, [GEN_AI.agent]: agent.name },
      });
  }

  /** The agent that made them has ended. */
  endAll(agentSpan: string, at: number): void {
    for (const call of [...this.#calls.values()]) {
      if (call.of === agentSpan) this.#end(call, at, false, { [PLUMB.toolOutcome]: "interrupted" });
    }
  }

  #begin(call: Call, at: number, agent: AgentSpan): void {
    const { id, input, decision } = call;
    const callId = idWord(id);
    const name = this.#word(call);
    call.begunAt = at;
    call.of = agent.span ?? "";
    this.#tell({
      ...{
        type: "begin",
        span: spanName(id),
        parent: call.of,
        name: `execute_tool ${name}`,
        kind: "internal",
        at,
      },
      attributes: {
        ...{ [GEN_AI.operation]: "execute_tool", [GEN_AI.toolName]: name, [GEN_AI.toolType]: "function" },
        ...(callId !== undefined && { [GEN_AI.toolCallId]: callId }),
        ...this.#content?.arguments(input),
        ...decision,
      },
    });
  }

  #end({ id }: Call, at: number, isFault: boolean, attributes: Attributes): void {
    this.#calls.delete(id);
    this.#tell({ type: "end", span: spanName(id), at, isFault, attributes });
  }

  #call(id: string): Call {
    const known = this.#calls.get(id);
    if (known) return known;
    const call: Call = { id, name: undefined };
    this.#calls.set(id, call);
    return call;
  }

  #word({ name = "" }: Call): string {
    return toolWord(name, this.#tools);
  }
}

const spanName = (callId: string): string => `call:${callId}`;

const faultOf = ({ outcome, errorKind }: EventOf<"tool.finished">): string =>
  outcome === "interrupted" ? "interrupted" : errorWord(errorKind ?? "failed");
