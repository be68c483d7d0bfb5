import type { Fallback } from "../core/agent.ts";
import type { ContextStrategy } from "../core/context.ts";
import type { BudgetLimits, PriceOf } from "../core/cost.ts";
import type { InstructionChoices } from "../core/instruction-choices.ts";
import type { Mode } from "../core/mode.ts";
import type { ModelProvider } from "../core/model.ts";
import type { Host, Spending, Storage } from "../core/ports.ts";
import type { Whereabouts } from "../core/presence.ts";
import type { Secrets } from "../core/secrets.ts";
import type { Session } from "../core/session.ts";
import type { ToolSource } from "../core/tool-source.ts";
import type { RuleFile } from "../safety/rule-files/places.ts";
import type { AgentExtras } from "./agent-extras.ts";
import type { WrittenRule } from "./permissions.ts";

/** What a conversation is opened with: everything that differs between the editor and the command line. */
export interface AppOptions {
  readonly host: Host;
  readonly storage: Storage;
  readonly provider: ModelProvider;
  readonly context: ContextStrategy;
  readonly cwd: string;
  /** Workspace folders, canonical; empty when none is open. */
  readonly roots: readonly string[];
  readonly home: string;
  /** Folders of our own that may be read without asking. */
  readonly readable: readonly string[];
  readonly version: string;
  readonly isTrusted: () => boolean;
  /** Whether git runs in the workspace in any case, with the programs that its configuration names. Default: no. */
  readonly runsGit?: boolean;
  /** Who can be asked: without anybody asks become denials, and what needs somebody who is away waits in their queue. */
  readonly whereabouts: Pick<Whereabouts, "now" | "onChange">;
  /** Whether the mode Bypass may be used here and now; where it may not, it counts as Ask. Default: no. */
  readonly mayBypass?: () => boolean;
  readonly model: string;
  readonly effort: string;
  readonly maxOutputTokens: number;
  readonly maxSteps: number;
  /** Models that go on with a turn, one after the other, where the one before stays overloaded. Default: none. */
  readonly fallbacks?: readonly Fallback[];
  /** Whether an agent that has changed files is asked to check its work before it finishes. Default: no. */
  readonly checksBeforeFinishing?: () => boolean;
  /** Whether the cache may be kept warm, where that pays, while somebody writes or a turn waits. Default: no. */
  readonly keepsWarm?: () => boolean;
  /** What may be spent, as the user wants it now. Default: no limits. */
  readonly budget?: () => BudgetLimits;
  /** What all conversations of the user cost today. Default: nobody keeps it, and there is no limit for a day. */
  readonly spending?: Spending;
  /** Prices that the user set, which go before those we know. Default: none. */
  readonly priceOf?: PriceOf;
  /** Who judges commands in the mode Auto, and for how long in milliseconds. Default, and for "": a fast model, 10,000. */
  readonly classifier?: { readonly model?: () => string; readonly withinMs?: number };
  /** How long may be looked for what rules need to know, in milliseconds; what takes longer asks. Default 30,000. */
  readonly lookMs?: number;
  /** Tools of other programs, which somebody asked for. The conversation ends what they were started as. Default: none. */
  readonly servers?: ToolSource;
  /** What the main agent has beside what is built in; asked for at every turn. Default: nothing. */
  readonly extras?: () => AgentExtras;
  /** Of `roots` those that paths of rules are relative to. Default: all of them. */
  readonly anchoredRoots?: readonly string[];
  readonly mode: Mode;
  /** False when nobody has chosen the mode, so that a settings file may. Default: true. */
  readonly isModeChosen?: boolean;
  readonly rules: readonly WrittenRule[];
  /** Settings files in which rules may stand besides. Default: none. */
  readonly ruleFiles?: readonly RuleFile[];
  /** Which instruction files the user wants. Default: CLAUDE.md, and AGENTS.md where there is none. */
  readonly instructions?: () => InstructionChoices;
  /** Whether there is anything at a path, told at once. Default: the host is asked. */
  readonly isThere?: (path: string) => boolean;
  /** The variables of the process: what is secret in them is replaced wherever it stands. Default: none. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Keys of the user's accounts, as they are now. */
  readonly ownKeys?: () => readonly string[];
  /** False when the user wants what tools bring as it is. Default: true. */
  readonly redactsSecrets?: () => boolean;
  /**
   * Reads the session from beside it, from when it is open and only what happens then; returns what is done once it is closed, which
   * never rejects. What a person typed and a model said may hold secrets. Default: nobody does.
   */
  readonly watch?: (session: Session, secrets: Pick<Secrets, "ready" | "hide">) => () => Promise<unknown>;
  /** An existing session to go on with, or the id of a new one. */
  readonly sessionId: string;
  readonly isNew: boolean;
}
