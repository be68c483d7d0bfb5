/**
 * Names of the GenAI semantic conventions, which are in development: those that were last released with the general ones
 * (1.41), and of their own repository since (1.42.0-dev) the durations of agents and tools. The SDK's constants do not have them.
 */
export const GEN_AI = {
  operation: "gen_ai.operation.name",
  provider: "gen_ai.provider.name",
  conversation: "gen_ai.conversation.id",
  agent: "gen_ai.agent.name",
  requestModel: "gen_ai.request.model",
  stream: "gen_ai.request.stream",
  responseId: "gen_ai.response.id",
  finishReasons: "gen_ai.response.finish_reasons",
  firstChunk: "gen_ai.response.time_to_first_chunk",
  /** All of the input, also what the cache held. */
  inputTokens: "gen_ai.usage.input_tokens",
  outputTokens: "gen_ai.usage.output_tokens",
  cacheRead: "gen_ai.usage.cache_read.input_tokens",
  cacheCreation: "gen_ai.usage.cache_creation.input_tokens",
  tokenType: "gen_ai.token.type",
  toolName: "gen_ai.tool.name",
  toolType: "gen_ai.tool.type",
  toolCallId: "gen_ai.tool.call.id",
  errorType: "error.type",
} as const;

/** Names of content: only where the user asked for it. */
export const CONTENT = {
  input: "gen_ai.input.messages",
  output: "gen_ai.output.messages",
  arguments: "gen_ai.tool.call.arguments",
  result: "gen_ai.tool.call.result",
} as const;

/** What no convention has a name for. */
export const PLUMB = {
  outcome: "plumb.outcome",
  /** US dollars. */
  cost: "plumb.cost",
  effort: "plumb.request.effort",
  attempts: "plumb.request.attempts",
  purpose: "plumb.request.purpose",
  toolOutcome: "plumb.tool.outcome",
  verdict: "plumb.permission.verdict",
  decidedBy: "plumb.permission.by",
  /** Seconds. */
  waited: "plumb.permission.wait",
  cache: "plumb.cache",
} as const;

const SECONDS = [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92];
const TURN_SECONDS = [0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8, 25.6, 51.2, 102.4, 204.8, 409.6];
const TOKENS = [1, 4, 16, 64, 256, 1_024, 4_096, 16_384, 65_536, 262_144, 1_048_576, 4_194_304, 16_777_216];

export interface Instrument {
  readonly unit: string;
  readonly description: string;
  /** Of a histogram; left out for a counter. */
  readonly boundaries?: readonly number[];
}

/** What is measured, under its name. Boundaries are those that the conventions ask for. */
const KNOWN = {
  "gen_ai.client.token.usage": {
    ...{ unit: "{token}", boundaries: TOKENS },
    description: "Number of input and output tokens used.",
  },
  "gen_ai.client.operation.duration": {
    ...{ unit: "s", boundaries: SECONDS },
    description: "GenAI operation duration.",
  },
  "gen_ai.client.operation.time_to_first_chunk": {
    ...{ unit: "s", boundaries: SECONDS },
    description: "Time from the request to the first chunk of its reply.",
  },
  "gen_ai.invoke_agent.duration": {
    ...{ unit: "s", boundaries: TURN_SECONDS },
    description: "Duration of a turn, or of a sub-agent.",
  },
  "gen_ai.execute_tool.duration": {
    ...{ unit: "s", boundaries: SECONDS },
    description: "Duration of a call that ran.",
  },
  "plumb.tool.calls": { unit: "{call}", description: "Calls of tools, by what became of them." },
  "plumb.permission.decisions": { unit: "{decision}", description: "Decisions about calls." },
  "plumb.cache.tokens": {
    unit: "{token}",
    description: "Input tokens read from the provider's cache, or written to it.",
  },
  "plumb.cost": { unit: "USD", description: "What requests cost, of models whose price is known." },
} as const satisfies Readonly<Record<string, Instrument>>;
export type MetricName = keyof typeof KNOWN;
export const INSTRUMENTS: Readonly<Record<MetricName, Instrument>> = KNOWN;
