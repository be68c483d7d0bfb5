import { dollarsOf, type PriceOf } from "../core/cost.ts";
import type { Usage } from "../core/message.ts";
import type { AgentSpan } from "./agent-span.ts";
import { GEN_AI, PLUMB } from "./gen-ai.ts";
import { modelWord } from "./safe-words.ts";
import type { Attributes, Signal } from "./signals.ts";

/** Requests to the model: a span each, and what they used and cost. */
export class RequestSpans {
  readonly #from: { readonly provider: string; readonly priceOf: PriceOf };
  readonly #common: Attributes;
  readonly #tell: (...signals: Signal[]) => void;

  constructor(
    from: { readonly provider: string; readonly priceOf: PriceOf },
    common: Attributes,
    tell: (signal: Signal) => void,
  ) {
    this.#from = from;
    this.#common = common;
    this.#tell = (...signals) => {
      for (const signal of signals) tell(signal);
    };
  }

  /** A request, whatever became of it. */
  told(
    agent: AgentSpan,
    model: string,
    { from, to, attributes, error }: { from: number; to: number; attributes: Attributes; error?: string },
  ): void {
    const requestModel = modelWord(model);
    const failed = error === undefined ? {} : { [GEN_AI.errorType]: error };
    const about = {
      ...{ [GEN_AI.operation]: "chat", [GEN_AI.provider]: this.#from.provider },
      [GEN_AI.requestModel]: requestModel,
    };
    agent.requests += 1;
    const span = `${agent.span}:${agent.requests}`;
    this.#tell(
      {
        ...{ type: "begin", span, parent: agent.span ?? "", name: `chat ${requestModel}`, kind: "client" },
        ...{ at: from, attributes: { ...this.#common, ...about, [GEN_AI.stream]: true } },
      },
      {
        ...{ type: "end", span, at: to, attributes: { ...attributes, ...failed } },
        isFault: error !== undefined && error !== "cancelled",
      },
      {
        ...{ type: "measure", metric: "gen_ai.client.operation.duration", value: (to - from) / 1_000 },
        attributes: { ...about, ...failed },
      },
    );
    const first = attributes[GEN_AI.firstChunk];
    if (typeof first === "number")
      this.#tell({
        ...{ type: "measure", metric: "gen_ai.client.operation.time_to_first_chunk", value: first },
        attributes: about,
      });
  }

  /** Counts what a request used and cost; returns that for its span. */
  pay(agent: AgentSpan, model: string, usage: Usage, purpose?: string): Attributes {
    const { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens } = usage;
    const input = inputTokens + cacheReadTokens + cacheWriteTokens;
    const about = {
      ...{ [GEN_AI.operation]: "chat", [GEN_AI.provider]: this.#from.provider },
      [GEN_AI.requestModel]: modelWord(model),
      ...(purpose !== undefined && { [PLUMB.purpose]: purpose }),
    };
    const count = (
      metric: "gen_ai.client.token.usage" | "plumb.cache.tokens",
      value: number,
      of: Attributes,
    ) => this.#tell({ type: "measure", metric, value, attributes: { ...about, ...of } });
    count("gen_ai.client.token.usage", input, { [GEN_AI.tokenType]: "input" });
    count("gen_ai.client.token.usage", outputTokens, { [GEN_AI.tokenType]: "output" });
    if (cacheReadTokens > 0) count("plumb.cache.tokens", cacheReadTokens, { [PLUMB.cache]: "read" });
    if (cacheWriteTokens > 0) count("plumb.cache.tokens", cacheWriteTokens, { [PLUMB.cache]: "write" });
    const price = this.#from.priceOf(model);
    const cost = price && dollarsOf(usage, price);
    if (cost !== undefined)
      this.#tell({ type: "measure", metric: "plumb.cost", value: cost, attributes: about });
    agent.pay(input, outputTokens, cost);
    return {
      ...{ [GEN_AI.inputTokens]: input, [GEN_AI.outputTokens]: outputTokens },
      ...{ [GEN_AI.cacheRead]: cacheReadTokens, [GEN_AI.cacheCreation]: cacheWriteTokens },
      ...(cost !== undefined && { [PLUMB.cost]: cost }),
    };
  }
}
