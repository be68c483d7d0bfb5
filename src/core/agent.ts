import type { Policy } from "./access.ts";
import type { CacheWatch } from "./cache-watch.ts";
import type { ContextStrategy } from "./context.ts";
import type { EventOf } from "./event.ts";
import type { RoomWish } from "./make-room.ts";
import type { ToolUseBlock } from "./message.ts";
import type { ModelProvider } from "./model.ts";
import type { CardRules } from "./offered-rules.ts";
import type { Host, Person } from "./ports.ts";
import type { Secrets } from "./secrets.ts";
import type { Session } from "./session.ts";
import type { PreparedCall, PreviewContext, Tool } from "./tool.ts";

/** An agent is a value: prompt + tools + permissions + budget. Main agent and sub-agents differ only in these. */
export interface Agent {
  readonly id: string;
  readonly name: string;
  readonly model: string;
  readonly effort?: string;
  readonly system: readonly string[];
  readonly tools: readonly Tool[];
  /** Of an agent that begins with all its parent has before it, and sends its parent's system and tools: what it is told about that. */
  readonly forkNote?: string;
  readonly policy: Policy;
  readonly maxSteps: number;
  readonly maxOutputTokens: number;
  /** Whether what was frozen holds all that whoever started it chose; where it does not, it begins anew. Default: yes. */
  readonly fitsPrefix?: (frozen: Pick<EventOf<"prefix">, "system" | "tools">) => boolean;
  /** True once a call has brought what the turn was for, so that it ends. */
  readonly isAnswered?: () => boolean;
}

/** How two texts differ. */
export interface TextComparison {
  /** Changed lines, for people. */
  countChanges(before: string, after: string, by?: "formatter"): { added: number; removed: number };
  /** The text before a change with only some hunks of its diff in it. */
  chooseHunks(before: string, after: string, chosen: readonly number[]): string;
}

/** A model that can stand in for another one. */
export interface Fallback {
  readonly model: string;
  /** Undefined when nobody knows which it has. */
  readonly efforts: readonly string[] | undefined;
}

/** What an agent runs in. Shared by a whole family of agents. */
export interface Environment {
  readonly session: Session;
  readonly host: Host;
  readonly provider: ModelProvider;
  readonly context: ContextStrategy;
  /** Default: nobody watches. */
  readonly cacheWatch?: CacheWatch;
  readonly person: Person;
  /** Default: nothing is a secret. */
  readonly secrets?: Secrets;
  readonly cwd: string;
  readonly roots: readonly string[];
  readonly readable: readonly string[];
  /** Builds the named sub-agent under `id`, already narrowed to `parent`'s permissions. Throws `not_found`. */
  child(parent: Agent, name: string, id: string): Agent;
  /** Why a path cannot be what it looks like (control characters, device names, …), in words; undefined when it is fine. */
  refusePath(path: string, use: "read" | "write"): string | undefined;
  /** The policy for one call, tightened by what the call would make of the content of a file. Rejects when that fails. */
  judgeContent?(policy: Policy, prepared: PreparedCall, context: PreviewContext): Promise<Policy>;
  /** Before the calls of a reply are decided: what the policy has to know for that. Never rejects. */
  beforeCalls?(calls: readonly ToolUseBlock[], signal: AbortSignal): Promise<void>;
  /** Whether something was changed at a path before, decided about or not, be a file there or gone. */
  hasHistory(path: string): boolean;
  /** Loaded with the first call, never before the first request. */
  comparison(): Promise<TextComparison>;
  /** Before each request: appends what others changed in files that `agent` has seen. Rejects only when aborted. */
  catchUp(agent: Agent, signal: AbortSignal): Promise<void>;
  /** What somebody wants room to be made for before the next request of this agent. It is taken once. */
  takeRoomWish?(agentId: string): RoomWish | undefined;
  /** Which model goes on with the turn where this one stays overloaded. Default: none. */
  readonly fallback?: (model: string) => Fallback | undefined;
  /** Whether an agent that has changed files is asked to check its work before it finishes. Default: no. */
  readonly checksBeforeFinishing?: () => boolean;
  /** Appends what `later` resolves to as data for `agentId`, whenever that is. */
  notify(agentId: string, later: Promise<string>): void;
  /** Closing the conversation waits for what may go on after its call was stopped. */
  outlives(work: Promise<unknown>): void;
  /** Default: a card can only be answered for once. */
  readonly cardRules?: CardRules;
  /** Keeps a rule the user chose on a card: the caller has already logged it. */
  remember(scope: "session" | "workspace", rules: readonly string[]): Promise<void>;
}
