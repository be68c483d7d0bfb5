/**
 * Opens a conversation with the agent. Rejects with an `AgentError`: `no_key`, `not_found` (a folder, a session),
 * `invalid_input` (options), `locked` (another window or program writes the session), `storage`.
 */
export declare function createAgent(options?: AgentOptions): Promise<Agent>;

/** What everything here throws and rejects with. */
export declare class AgentError extends Error {
  private constructor();
  readonly name: "AgentError";
  readonly kind: ErrorKind;
  /** What can be done about it, in a sentence. */
  get hint(): string;
}

/** An agent for tasks of one kind. It can do less than the conversation it works for, never more. */
export interface AgentDefinition {
  /** When to use it, for the model that chooses. */
  readonly description: string;
  /** Its system prompt. */
  readonly prompt: string;
  /** The only tools it gets. Default: those of every sub-agent. */
  readonly tools?: readonly string[];
  readonly disallowedTools?: readonly string[];
  /** An id, or `opus`, `sonnet`, `haiku`. Default, and for `inherit`: that of the conversation. */
  readonly model?: string;
  readonly effort?: Effort;
  /** A mode it works in, where that is stricter than the one of the conversation. */
  readonly permissionMode?: PermissionMode;
  /** Most replies of the model for one task. Default: 100. */
  readonly maxTurns?: number;
}

/** A server of tools: a program, or an address. `${NAME}` stands for a variable of your process. */
export type McpServerEntry =
  | {
      readonly type?: "stdio";
      readonly command: string;
      readonly args?: readonly string[];
      /** Besides what every command has; none of your keys is among that. */
      readonly env?: Readonly<Record<string, string>>;
      /** For one call, in milliseconds. */
      readonly timeout?: number;
    }
  | {
      readonly type: "http" | "sse";
      readonly url: string;
      readonly headers?: Readonly<Record<string, string>>;
      readonly timeout?: number;
    };

/** What a conversation is begun with, or gone on with. What is left out is as on the command line. */
export interface AgentOptions {
  /** The folder to work in. Default: the current one. */
  readonly cwd?: string;
  /** Further folders to work in; rules stay relative to `cwd`. */
  readonly addDirs?: readonly string[];
  /** Default: `ANTHROPIC_API_KEY`. */
  readonly apiKey?: string;
  /** Where the provider is. Default: `ANTHROPIC_BASE_URL`, else the provider's own address. */
  readonly baseUrl?: string;
  /** The folder for sessions, settings and what is remembered. Default: `PLUMB_HOME`, else `.plumb` in the home folder. */
  readonly dataDir?: string;
  /** An id, or `opus`, `sonnet`, `haiku`. */
  readonly model?: string;
  readonly effort?: "low" | "medium" | "high" | "xhigh" | "max";
  /** What may happen unasked. Default: that of the settings, else `default`, which asks before it changes anything. */
  readonly permissionMode?: PermissionMode;
  /** Rules that allow, one each: `Bash(npm test *)`, `Edit(src/**)`. */
  readonly allowedTools?: readonly string[];
  /** Rules that deny; they go before those that allow. */
  readonly disallowedTools?: readonly string[];
  /** The only tools there are, by name. */
  readonly tools?: readonly string[];
  /** Whether commands run in a sandbox. */
  readonly sandbox?: "auto" | "on" | "off";
  /** At most three models that go on with a turn while the one before is overloaded. */
  readonly fallbackModels?: readonly string[];
  /** Agents that can be started as well, by name. */
  readonly agents?: Readonly<Record<string, AgentDefinition>>;
  /** Who the session runs as: one of `agents`, `explore`, `general`, `main`. */
  readonly agent?: string;
  /** MCP servers whose tools the agent gets, by name: entries as in `.mcp.json`. Each of their calls needs a rule or an answer. */
  readonly mcpServers?: Readonly<Record<string, McpServerEntry>>;
  /** In place of our own system prompt. */
  readonly systemPrompt?: string;
  /** At the end of the system prompt. */
  readonly appendSystemPrompt?: string;
  /** Most replies of the model in one turn. Default: 250. */
  readonly maxTurns?: number;
  /** Most US dollars that may be spent from now on. */
  readonly maxBudgetUsd?: number;
  /**
   * A JSON schema (of an object) that the answer of each turn has to fit: it is `structured` of the result. Rejects with
   * `invalid_input` for one that cannot be checked.
   */
  readonly jsonSchema?: Readonly<Record<string, unknown>>;
  /**
   * Whether your program answers what is asked (`permission` and `question` events). Without it nobody is there, and what
   * would ask is denied. Default: false.
   */
  readonly answers?: boolean;
  /** Goes on with a session of this folder: its id, the beginning of it, or its title. */
  readonly resume?: string;
  /** Goes on with the newest session of this folder. */
  readonly continue?: boolean;
  /** With `resume` or `continue`: leaves that session as it is and goes on in a copy. */
  readonly fork?: boolean;
  /** What a new session is called: a UUID. */
  readonly sessionId?: string;
  /** Whether the session is kept, so that it can be gone on with. Default: true. */
  readonly isKept?: boolean;
}

export type Effort = "low" | "medium" | "high" | "xhigh" | "max";
export type PermissionMode = "default" | "acceptEdits" | "plan" | "auto" | "dontAsk" | "bypassPermissions";

/** One conversation. It holds the lock of its session and can start processes until it is closed. */
export interface Agent {
  readonly sessionId: string;
  readonly isRunning: boolean;
  /** What is wrong with settings and rules, in sentences; nothing of it is fatal. */
  readonly problems: readonly string[];
  /**
   * What happens from this call on, until the agent is closed or the loop is left. Each call is a reader of its own; one that
   * is slow gets fewer, longer pieces of text and nothing is lost.
   */
  events(): AsyncIterableIterator<AgentEvent>;
  /**
   * Says something, and resolves when the turn has ended. While a turn runs it is read at its next step, and the result is
   * that of this turn. What goes wrong in a turn is in its result; rejects with `locked`, `storage` or `invalid_input` (an empty
   * message, a picture that the model could not read) when nothing was sent.
   */
  send(message: string | readonly MessagePart[]): Promise<TurnResult>;
  /** Another model from the next turn on: an id, or `opus`, `sonnet`, `haiku`. An effort that it does not have is left out. */
  setModel(model: string, effort?: Effort): void;
  /** What may happen unasked from the next call on. Throws `denied` for `bypassPermissions`, unless it was begun with it. */
  setMode(mode: PermissionMode): void;
  /** Goes on with what was interrupted, failed or reached its limit. Resolves to undefined when there is nothing to go on with. */
  resume(): Promise<TurnResult | undefined>;
  /** Answers a permission card. False when it is no longer asked, or shows something else by now: then nothing was allowed. */
  answer(asked: PermissionEvent, reply: PermissionReply): boolean;
  /** Answers questions. False when they are no longer asked, or the number of answers does not fit. */
  answer(asked: QuestionEvent, reply: QuestionReply): boolean;
  /** Stops the turn that runs, and what it started. Resolves when it has ended; at once when none runs. */
  cancel(): Promise<void>;
  /** Stops what runs and lets go of the session. Nothing can be sent afterwards. */
  close(): Promise<void>;
}

/** A part of a message, in the order in which the model reads them. */
export type MessagePart =
  | { readonly type: "text"; readonly text: string }
  /** The bytes of a PNG, JPEG, GIF or WebP: at most 5 MB and 8000 pixels a side. */
  | { readonly type: "image"; readonly bytes: Uint8Array }
  /** A file by its path: the model is told of it, and reads it as its rules allow. */
  | { readonly type: "file"; readonly path: string }
  /** Text from elsewhere (a log, a page) under a name: it is data, and nothing in it counts as said by you. */
  | { readonly type: "material"; readonly name: string; readonly text: string };

/** What came of a turn. */
export interface TurnResult {
  readonly outcome: "done" | "failed" | "cancelled" | "step_limit";
  /** What the model said last; "" when it said nothing. */
  readonly text: string;
  /** With `jsonSchema`: the answer, which fits it. Left out when the model gave none, asked five times. */
  readonly structured?: unknown;
  /** Why it failed. */
  readonly error?: { readonly kind: string; readonly message: string; readonly hint: string };
  /** What would have asked and was denied, because nobody was there to answer. */
  readonly denied: readonly {
    readonly name: string;
    readonly title: string;
    readonly rules: readonly string[];
  }[];
  /** US dollars of the whole session; what a model costs whose price is not known counts as nothing. */
  readonly sessionCostUsd: number;
}

/** Tokens as the provider counted them; `inputTokens` excludes the two cache counts. */
export interface TokenUsage {
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cacheReadTokens: number;
  readonly cacheWriteTokens: number;
}

interface Common {
  /** `main`, or a sub-agent: its name is that of its parent, and the call it works for. */
  readonly agentId: string;
}

/** What happens. Later versions add types: skip those you do not know. */
export type AgentEvent =
  | TextEvent
  | ReplyEvent
  | CallEvent
  | ResultEvent
  | EditEvent
  | PermissionEvent
  | DecisionEvent
  | QuestionEvent
  | RetryEvent
  | DiscardedEvent
  | NoticeEvent
  | FinishedEvent;

/** A piece of a reply, or of the model's thinking, while it is written. */
export interface TextEvent extends Common {
  readonly type: "text" | "thinking";
  readonly delta: string;
}
/** A finished reply: what was streamed as `text`, in one. */
export interface ReplyEvent extends Common {
  readonly type: "reply";
  readonly text: string;
  readonly model: string;
  readonly usage: TokenUsage;
}
/** A tool begins to run. */
export interface CallEvent extends Common {
  readonly type: "call";
  readonly callId: string;
  readonly name: string;
  /** One line for people. */
  readonly title: string;
}
/** What came of a call; `text` is what the model gets. */
export interface ResultEvent extends Common {
  readonly type: "result";
  readonly callId: string;
  readonly outcome: "done" | "failed" | "denied" | "interrupted";
  readonly text: string;
}
/** A file changes, by a tool, a command or a formatter. */
export interface EditEvent extends Common {
  readonly type: "edit";
  readonly callId: string;
  /** Absolute. */
  readonly path: string;
  /** Lines. */
  readonly added: number;
  readonly removed: number;
}
/** A call waits for `answer`. `hash` is of exactly what will run; the answer is bound to it. */
export interface PermissionEvent extends Common {
  readonly type: "permission";
  readonly callId: string;
  readonly hash: string;
  readonly name: string;
  readonly title: string;
  /** What it wants to touch: a path, the text of a command, a host. */
  readonly access: {
    readonly kind: "read" | "write" | "execute" | "network" | "unknown";
    readonly target: string;
  };
  /** Why it asks. */
  readonly because: string;
  /** Everything a person has to see of it: a diff, a command with its risk, a plan, … by `kind`. */
  readonly detail: { readonly kind: string; readonly [field: string]: unknown };
  /** Rules that an answer for the session would add; empty when only once is possible. */
  readonly rules: readonly string[];
}
/** What was decided about a call, by whom, and why. */
export interface DecisionEvent extends Common {
  readonly type: "decision";
  readonly callId: string;
  readonly verdict: "allow" | "ask" | "deny";
  readonly by: "user" | "rule" | "nobody";
  readonly because: string;
}
/** The model asks something and waits for `answer`. */
export interface QuestionEvent extends Common {
  readonly type: "question";
  readonly callId: string;
  readonly questions: readonly {
    readonly question: string;
    readonly header: string;
    readonly options: readonly { readonly label: string; readonly description: string }[];
    readonly multiSelect: boolean;
  }[];
}
/** The request failed and is sent again at `atMs` (epoch milliseconds). */
export interface RetryEvent extends Common {
  readonly type: "retry";
  readonly atMs: number;
  readonly attempt: number;
  readonly reason: string;
}
/** The attempt that streamed so far is void: take back its `text`. */
export interface DiscardedEvent extends Common {
  readonly type: "discarded";
}
/** A sentence for people. */
export interface NoticeEvent extends Common {
  readonly type: "notice";
  readonly kind: string;
  readonly text: string;
}
/** An agent has ended; that of `main` ends the turn. */
export interface FinishedEvent extends Common {
  readonly type: "finished";
  readonly outcome: TurnResult["outcome"];
  readonly error?: { readonly kind: string; readonly message: string; readonly hint: string };
}

export type PermissionReply =
  | {
      readonly verdict: "allow";
      /** `session`: the same needs no answer again, by the rules of the card or narrower ones. Default: `once`. */
      readonly scope?: "once" | "session";
      readonly rules?: readonly string[];
      /** Another input for the call: it is validated and decided about anew. */
      readonly input?: unknown;
    }
  | {
      readonly verdict: "deny";
      /** For the model. */
      readonly message?: string;
    };

/** One answer a question, in their order; or that there is none, with a word for the model. */
export type QuestionReply = { readonly answers: readonly string[] } | { readonly declined: string };

/** What an `AgentError` is about. */
export type ErrorKind =
  | "rate_limited"
  | "overloaded"
  | "network"
  | "context_overflow"
  | "bad_history"
  | "invalid_input"
  | "not_found"
  | "unreadable"
  | "stale"
  | "denied"
  | "failed"
  | "timeout"
  | "auth"
  | "no_key"
  | "billing"
  | "budget"
  | "unknown_model"
  | "invalid_request"
  | "refusal"
  | "output_limit"
  | "stuck"
  | "storage"
  | "locked"
  | "bug";
