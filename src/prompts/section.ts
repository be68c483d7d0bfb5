import type { Mode } from "../core/mode.ts";
import type { GitState } from "../core/ports.ts";

/** What a prompt may depend on: fixed when a session starts, so that its prefix can be cached. */
export interface Facts {
  readonly platform: "darwin" | "linux" | "win32";
  readonly cwd: string;
  /** Workspace folders. */
  readonly roots: readonly string[];
  /** The day the session started, e.g. 2026-01-31. */
  readonly today: string;
  /** What runs commands, e.g. `bash`; undefined when nothing can. */
  readonly shell: string | undefined;
  readonly isTrusted: boolean;
  readonly isGitRepository: boolean;
  /** What the workspace says of itself. Left out while it is not trusted. */
  readonly workspace?: WorkspaceFacts;
  /** Instructions in force, outermost first. While the workspace is not trusted only the user's own are told. */
  readonly instructions: readonly InstructionFacts[];
  /** Who a sub-agent is; the main agent when left out. */
  readonly agentPrompt?: string;
  /** Whether a person reads its replies, whoever it is. Default: of the main agent only. */
  readonly isForPerson?: boolean;
  /** The mode the conversation begins in; Ask when left out. */
  readonly mode?: Mode;
}

/** All of it was written by others: names and words, not to be trusted. */
export interface WorkspaceFacts {
  /** Undefined where there is no repository, or git could not say in time. */
  readonly git: GitState | undefined;
  /** Names at the top of the working directory, folders with `/` at their end. */
  readonly top: readonly string[];
  /** How many more there are. */
  readonly more: number;
  /** Commands that build, test and check, e.g. `npm test`. */
  readonly commands: readonly string[];
}
export interface InstructionFacts {
  readonly path: string;
  readonly text: string;
  /** Of the user or the machine, and not of the workspace. */
  readonly isOwn?: boolean;
}

export interface PromptSection {
  readonly id: string;
  /** Raised whenever the wording changes: evaluations and bug reports quote `id@version`. */
  readonly version: number;
  /** `product` is the same for everybody and comes first; `session` depends on the place; `turn` is said beside a message. */
  readonly stability: "product" | "session" | "turn";
  /** Empty means: leave me out. */
  render(facts: Facts): string;
}
