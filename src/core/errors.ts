/** Every way a turn can go wrong, and what the loop does about it. */
const RECOVERY = {
  rate_limited: {
    recovery: "retry",
    hint: "The provider is limiting our rate. Plumb tries again by itself.",
  },
  overloaded: { recovery: "retry", hint: "The provider is busy. Plumb tries again by itself." },
  network: { recovery: "retry", hint: "Check your connection, proxy or firewall." },
  context_overflow: {
    recovery: "compact",
    hint: "The conversation no longer fits the model. Start a new chat.",
  },
  bad_history: {
    recovery: "stop",
    hint: "The provider refused the conversation. Please report this with the session log.",
  },
  invalid_input: { recovery: "tell_model", hint: "Fix the arguments and call the tool again." },
  not_found: { recovery: "tell_model", hint: "Check the path, or search for it first." },
  unreadable: {
    recovery: "tell_model",
    hint: "This content cannot be handled as text. Use another way, or ask the user.",
  },
  stale: { recovery: "tell_model", hint: "Read the file again, then redo the change on what is there now." },
  denied: { recovery: "tell_model", hint: "Do not repeat this call. Choose another way or ask the user." },
  failed: { recovery: "tell_model", hint: "Read the message above; try another way if it cannot work." },
  timeout: { recovery: "tell_model", hint: "Narrow the work, or run it in the background." },
  auth: { recovery: "stop", hint: "Sign in with a valid API key." },
  no_key: { recovery: "stop", hint: "Sign in with an API key, or try the offline tour." },
  billing: { recovery: "stop", hint: "Check the plan and spending limit of your account at the provider." },
  budget: {
    recovery: "stop",
    hint: "Nothing is lost. Raise the limit or take it away, then send again or go on.",
  },
  unknown_model: { recovery: "stop", hint: "Choose a model that your account offers." },
  invalid_request: {
    recovery: "stop",
    hint: "The provider refused the request. Try another model, or start a new chat.",
  },
  refusal: { recovery: "stop", hint: "The model declined to answer. Rephrase, or choose another model." },
  output_limit: { recovery: "stop", hint: "The reply reached the output limit. Send 'continue' to go on." },
  stuck: {
    recovery: "stop",
    hint: "Say what to do differently, or let it go on and try again.",
  },
  storage: {
    recovery: "stop",
    hint: "The session log cannot be written. Free disk space or check permissions, then send again.",
  },
  locked: {
    recovery: "stop",
    hint: "Another window or terminal writes this conversation. Close it there, or start a new chat.",
  },
  bug: { recovery: "stop", hint: "This is our fault. Please report it with the session log." },
} as const;

export type ErrorKind = keyof typeof RECOVERY;
export const isErrorKind = (kind: string): kind is ErrorKind => Object.hasOwn(RECOVERY, kind);
export type Recovery = (typeof RECOVERY)[ErrorKind]["recovery"];

export class AgentError extends Error {
  override readonly name = "AgentError";
  readonly kind: ErrorKind;
  /** Milliseconds the server asked us to wait; only for `retry` kinds. */
  readonly retryAfterMs: number | undefined;

  constructor(kind: ErrorKind, message: string, options: { cause?: unknown; retryAfterMs?: number } = {}) {
    super(message, { cause: options.cause });
    this.kind = kind;
    this.retryAfterMs = options.retryAfterMs;
  }

  get recovery(): Recovery {
    return RECOVERY[this.kind].recovery;
  }
  get hint(): string {
    return RECOVERY[this.kind].hint;
  }
}

/** Cancellation is not an error kind: check `signal.aborted` before calling this. */
export function toAgentError(thrown: unknown): AgentError {
  if (thrown instanceof AgentError) return thrown;
  return new AgentError("bug", thrown instanceof Error ? thrown.message : String(thrown), { cause: thrown });
}
