import { randomUUID } from "node:crypto";
import { realpathSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import type { AgentProfile } from "../agents/profile.ts";
import type { AgentExtras } from "../app/agent-extras.ts";
import type { AppOptions } from "../app/app-options.ts";
import type { WrittenRule } from "../app/permissions.ts";
import { listSessions } from "../app/sessions.ts";
import { COMPACT_AT_PERCENT, contextPolicy } from "../context/policy.ts";
import { AgentError } from "../core/errors.ts";
import { isLooser, type Mode } from "../core/mode.ts";
import type { ModelProvider } from "../core/model.ts";
import type { Storage } from "../core/ports.ts";
import type { Whereabouts } from "../core/presence.ts";
import { TOOL_SEARCH } from "../core/tool.ts";
import { lateSpending } from "../hosts/node/late-spending.ts";
import { createNodeHost } from "../hosts/node/node-host.ts";
import { createStorage, defaultDataDir, workspaceKey } from "../hosts/node/node-storage.ts";
import { ownSettingsText } from "../hosts/node/own-settings-text.ts";
import { isRootOfMachine } from "../hosts/node/privileges.ts";
import { isThere, ruleFilesHere } from "../hosts/node/rule-file-places.ts";
import { readUserSandbox } from "../hosts/node/sandbox/user-file.ts";
import type { UserBudget } from "../hosts/node/user-budget.ts";
import { readUserInstructions } from "../hosts/node/user-instructions.ts";
import { createAnthropicProvider } from "../models/anthropic.ts";
import { factsOf } from "../models/model-table.ts";
import type { RuleScope } from "../safety/rule-files/places.ts";
import { builtinTools } from "../tools/index.ts";
import { type Flags, modeOf } from "./flags.ts";
import { modelNamed } from "./model-name.ts";
import type { GivenSettings } from "./settings-flag.ts";
import { VERSION } from "./version.ts";

/** What a conversation is opened with, and what has to be said about it. */
export interface Start {
  readonly options: AppOptions;
  /** The mode that somebody asked for; a session that goes on keeps its own otherwise. */
  readonly mode: Mode | undefined;
  /** Of the model and the effort: whether somebody asked for them, so that they go before those of the session. */
  readonly isModelChosen: boolean;
  /** Who somebody wants the session to run as, by name. */
  readonly as: string | undefined;
  readonly problems: readonly string[];
}

/** Who the program works for, besides flags. */
export interface Caller {
  readonly whereabouts: Whereabouts;
  readonly extras: () => AgentExtras;
  /** Default: that of this process. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Of a session that was closed: gets what is still under way to a collector, and resolves to what was lost, in words. */
  readonly sending: (rest: Promise<string | undefined>) => Promise<unknown>;
  /** What makes the requests. Default: the global `fetch`, which whoever embeds the agent may have changed. */
  readonly fetch?: typeof fetch;
}

/** Reads flags and environment. Rejects with `no_key`, `not_found`, `invalid_input`. */
export async function startFrom(flags: Flags, cwd: string, caller: Caller): Promise<Start> {
  const { environment = process.env } = caller;
  const apiKey = environment["ANTHROPIC_API_KEY"];
  if (!apiKey) throw new AgentError("no_key", "There is no API key: set ANTHROPIC_API_KEY.");
  const dataDir = defaultDataDir(environment);
  const text = ownSettingsText(dataDir);
  const [sandbox, own, instructions] = await Promise.all([
    readUserSandbox(dataDir, flags.sandbox),
    budgetOf(text, dataDir),
    readUserInstructions(text),
  ]);
  await refuseMistyped(flags);
  const settings = await settingsOf(flags, cwd);
  const agent = agentOf(flags, caller);
  const mode = narrowed(modeOf(flags) ?? settings?.mode, agent?.mode);
  refuseBypass(mode, settings?.forbidsBypass === true);
  const roots = [cwd, ...foldersOf([...flags.addDir, ...(settings?.directories ?? [])], cwd)];
  const host = createNodeHost({ roots, dataDir, version: VERSION, sandbox: () => sandbox });
  const storage = await storageOf(flags, createStorage({ dataDir, workspaceKey: workspaceKey(cwd) }));
  const session = await sessionOf(flags, storage);
  const model =
    flags.model ?? agent?.model ?? (environment["ANTHROPIC_MODEL"] || undefined) ?? settings?.model;
  const effort = flags.effort ?? agent?.effort ?? settings?.effort;
  const options: AppOptions = {
    host,
    storage,
    provider: providerOf(apiKey, caller),
    context: contextPolicy({ compactAt: () => COMPACT_AT_PERCENT, modelOf: factsOf }),
    cwd,
    roots,
    anchoredRoots: [cwd],
    home: homedir(),
    environment,
    ownKeys: () => [apiKey],
    readable: ["blobs", "tasks"].map((folder) => join(realpathSync(dataDir), folder)),
    version: VERSION,
    isTrusted: () => true,
    whereabouts: caller.whereabouts,
    extras: caller.extras,
    ...(await serversOf(flags, cwd, environment, roots)),
    model: modelNamed(model ?? "default"),
    effort: effort ?? "",
    maxOutputTokens: 32_000,
    maxSteps: flags.maxTurns,
    checksBeforeFinishing: () => true,
    ...(await fallbacksOf(flags, modelNamed(model ?? "default"))),
    budget: () => ({ ...own.limits, run: flags.maxBudgetUsd }),
    priceOf: own.priceOf,
    spending: lateSpending({ dataDir, now: host.clock.now }),
    mode: mode ?? "ask",
    isModeChosen: mode !== undefined,
    mayBypass: () => mode === "bypass",
    rules: rulesOf(flags, settings),
    instructions: () => instructions,
    ruleFiles: ruleFilesHere({ roots: [cwd], dataDir }).filter(({ scope }) => counts(scope, flags)),
    isThere,
    ...(isTelemetryNamed(text, environment) && (await watching(text, environment, own, caller))),
    ...session,
  };
  const problems = (settings?.problems ?? []).map((problem) => `--settings: ${problem}.`);
  return { options, mode, isModelChosen: (model ?? effort) !== undefined, as: agent?.name, problems };
}

/** Read only where it can say something: most people have set none. A name that is spelled in escapes is one as well. */
async function budgetOf(text: string | undefined, dataDir: string): Promise<UserBudget> {
  const saysNothing = text !== undefined && !/"(?:budget|prices)"|\\u/.test(text);
  if (saysNothing) return { limits: {}, priceOf: () => undefined };
  return (await import("../hosts/node/user-budget.ts")).readUserBudget(dataDir);
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Whether it has to be looked at at all. */
const isTelemetryNamed = (text: string | undefined, environment: Environment): boolean =>
  Boolean(environment["PLUMB_TELEMETRY"]) || text?.includes('"telemetry"') === true;

async function watching(
  text: string | undefined,
  environment: Environment,
  { priceOf }: UserBudget,
  { sending }: Caller,
): Promise<Pick<AppOptions, "watch">> {
  const { watching: begin } = await import("./telemetry.ts");
  return begin(text, environment, { priceOf, sending });
}

function providerOf(apiKey: string, { environment = process.env, fetch }: Caller): ModelProvider {
  const baseUrl = environment["ANTHROPIC_BASE_URL"];
  if (baseUrl && !/^https?:$/.test(URL.parse(baseUrl)?.protocol ?? ""))
    throw new AgentError(
      "invalid_input",
      `ANTHROPIC_BASE_URL is no http or https address: ${JSON.stringify(baseUrl)}.`,
    );
  return createAnthropicProvider({ apiKey, ...(baseUrl && { baseUrl }), ...(fetch && { fetch }) });
}

/** Names as they should be are seen to be so at once. */
async function refuseMistyped({ allowedTools, disallowedTools }: Flags): Promise<void> {
  const isOurs = (rule: string): boolean =>
    builtinTools.some(({ spec }) => rule === spec.name || rule.startsWith(`${spec.name}(`));
  if ([...allowedTools, ...disallowedTools].every(isOurs)) return;
  const mistyped = await import("./mistyped-tools.ts");
  mistyped.refuseMistyped("--allowed-tools", allowedTools);
  mistyped.refuseMistyped("--disallowed-tools", disallowedTools);
}

async function settingsOf({ settings }: Flags, cwd: string): Promise<GivenSettings | undefined> {
  if (settings === undefined) return undefined;
  return (await import("./settings-flag.ts")).readSettings(settings, cwd);
}

/** Who the session runs as. A program that talks with us may describe them later. */
function agentOf({ inputFormat }: Flags, { extras }: Caller): AgentProfile | undefined {
  try {
    return extras().agents?.main;
  } catch (thrown) {
    if (inputFormat === "stream-json") return undefined;
    throw thrown;
  }
}

async function serversOf(
  { mcpConfig }: Flags,
  cwd: string,
  environment: Environment,
  roots: readonly string[],
): Promise<Pick<AppOptions, "servers">> {
  if (mcpConfig === undefined) return {};
  const { serversIn } = await import("./tool-servers.ts");
  return { servers: serversIn(mcpConfig, { cwd, environment, roots }) };
}

async function fallbacksOf({ fallbackModel }: Flags, first: string): Promise<Pick<AppOptions, "fallbacks">> {
  if (fallbackModel === undefined) return {};
  return { fallbacks: (await import("./fallback-models.ts")).fallbacksIn(fallbackModel, first) };
}

/** An agent's own mode counts where it is the stricter one. */
const narrowed = (mode: Mode | undefined, own: Mode | undefined): Mode | undefined =>
  own && isLooser(mode ?? "ask", own) ? own : mode;

function refuseBypass(mode: Mode | undefined, isForbidden: boolean): void {
  if (mode !== "bypass") return;
  if (isForbidden) throw new AgentError("invalid_input", "The settings forbid the mode bypass.");
  if (!isRootOfMachine()) return;
  throw new AgentError(
    "invalid_input",
    "The mode bypass is not for root: a mistake could reach the whole machine. Use an ordinary user or a container.",
  );
}

/** Canonical. What is no folder ends the program. */
function foldersOf(names: readonly string[], cwd: string): string[] {
  return names.map((name) => {
    try {
      const path = realpathSync(resolve(cwd, name));
      if (statSync(path).isDirectory()) return path;
    } catch {
      // Said below.
    }
    throw new AgentError("not_found", `${JSON.stringify(name)} is no folder that can be added.`);
  });
}

async function storageOf({ sessionPersistence }: Flags, storage: Storage): Promise<Storage> {
  if (sessionPersistence) return storage;
  return (await import("../hosts/node/unkept-storage.ts")).withoutKeeping(storage);
}

async function sessionOf(
  flags: Flags,
  storage: Storage,
): Promise<{ readonly sessionId: string; readonly isNew: boolean }> {
  const { resume, sessionId } = flags;
  if (resume !== undefined || sessionId !== undefined) {
    const { findSession, refuseTaken } = await import("./find-session.ts");
    if (sessionId !== undefined) await refuseTaken(storage, sessionId);
    if (resume !== undefined) return { sessionId: await findSession(storage, resume), isNew: false };
  }
  if (!flags.continue) return { sessionId: sessionId ?? randomUUID(), isNew: true };
  const [newest] = await listSessions(storage);
  if (!newest)
    throw new AgentError(
      "not_found",
      "There is no earlier session in this folder; leave out --continue to begin one.",
    );
  return { sessionId: newest.id, isNew: false };
}

/** Tools that are not on the list, which then do not exist for the model. */
function toolsLeftOut(list: string | undefined): string[] {
  if (list === undefined || list === "default") return [];
  // Tools that were chosen are there from the beginning; nothing has to look for them.
  const names = [...builtinTools.map(({ spec }) => spec.name), TOOL_SEARCH];
  const wanted = list.split(/[\s,]+/).filter((name) => name !== "");
  const unknown = wanted.find((name) => !names.includes(name));
  if (unknown !== undefined)
    throw new AgentError("invalid_input", `There is no tool ${unknown}. There are ${names.join(", ")}.`);
  return names.filter((name) => !wanted.includes(name));
}

/** Managed settings count in any case. */
function counts(scope: RuleScope, { settingSources }: Flags): boolean {
  const names = settingSources?.split(/[\s,]+/).filter((name) => name !== "");
  const unknown = names?.find((name) => !["user", "project", "local"].includes(name));
  if (unknown !== undefined)
    throw new AgentError(
      "invalid_input",
      `--setting-sources: ${JSON.stringify(unknown)} is none of user, project and local.`,
    );
  return scope === "managed" || names === undefined || names.includes(scope);
}

const rulesOf = (flags: Flags, settings: GivenSettings | undefined): WrittenRule[] => [
  ...written("allow", flags.allowedTools),
  ...written("deny", [...flags.disallowedTools, ...toolsLeftOut(flags.tools)]),
  ...(settings?.rules ?? []),
];

const written = (verdict: "allow" | "deny", texts: readonly string[]): WrittenRule[] =>
  texts.map((rule) => ({ verdict, text: rule, source: "command line" }));
