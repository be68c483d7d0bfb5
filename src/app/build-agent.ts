import { agentNamed, mainAgent, subAgents } from "../agents/index.ts";
import { type AgentProfile, isOffered } from "../agents/profile.ts";
import { narrow, type Policy, policyFromRules } from "../core/access.ts";
import type { Agent, Environment } from "../core/agent.ts";
import { within } from "../core/async.ts";
import { lastPrefix } from "../core/conversation.ts";
import { AgentError } from "../core/errors.ts";
import { type EventOf, MAIN } from "../core/event.ts";
import { isLooser, type Mode } from "../core/mode.ts";
import { TOOL_SEARCH } from "../core/tool.ts";
import { type Facts, renderSystem } from "../prompts/index.ts";
import { isJudgedByContent } from "../safety/judged-by-content.ts";
import { refusePath } from "../safety/path-safety.ts";
import { withExtras } from "./agent-extras.ts";
import { toolsFor, withTools } from "./agent-tools.ts";
import type { AppOptions } from "./app-options.ts";

export type Hooks = Pick<
  Environment,
  | "session"
  | "host"
  | "secrets"
  | "cacheWatch"
  | "person"
  | "catchUp"
  | "hasHistory"
  | "notify"
  | "outlives"
  | "takeRoomWish"
  | "remember"
  | "cardRules"
> & {
  readonly facts: () => Promise<Facts>;
  readonly isRemoved: (toolName: string) => boolean;
  readonly beforeCalls: NonNullable<Environment["beforeCalls"]>;
  /** The mode of the conversation, as it is now. */
  readonly mode: () => Mode;
  /** What the conversation would allow if it were in that mode. */
  readonly policyIn: (mode: Mode) => Policy;
};
/** A file system that hangs must not hang the conversation; what could not be found out asks. In milliseconds. */
const LOOK_MS = 30_000;

/** What the main agent runs on. */
export type Choice = { readonly model: string; readonly effort: string };

/** The agents of one turn: the main one under a chosen model, and an environment in which it can have children. */
export async function createAgents(options: AppOptions, policy: Policy, hooks: Hooks) {
  const facts = await hooks.facts();
  const own = options.extras?.().agents;
  const toolsOf = (profile: AgentProfile): (() => Agent["tools"]) =>
    toolsFor({
      isWanted: (name) => isOffered(profile, name) && !hooks.isRemoved(name),
      ...{ own: own?.tool, maySearch: !hooks.isRemoved(TOOL_SEARCH), servers: options.servers },
    });
  const build = (profile: AgentProfile, id: string, choice: Choice, ceiling: Policy): Agent =>
    withTools(built(profile, id, choice, ceiling), toolsOf(profile));
  const built = (
    profile: AgentProfile,
    id: string,
    choice: Choice,
    ceiling: Policy,
  ): Omit<Agent, "tools"> => ({
    id,
    name: profile.name,
    model: choice.model,
    ...(choice.effort !== "" && { effort: choice.effort }),
    system: renderSystem({
      ...facts,
      ...(profile.ignoresInstructions && { instructions: [] }),
      agentPrompt: profile.forks ? mainAgent.prompt : profile.prompt,
      ...(id === MAIN && { isForPerson: true }),
    }),
    ...(profile.forks && { forkNote: profile.prompt }),
    policy: narrow(ceiling, policyOf(profile, id, hooks)),
    maxSteps: Math.min(profile.maxSteps, options.maxSteps),
    maxOutputTokens: options.maxOutputTokens,
  });
  const env: Environment = {
    ...hooks,
    beforeCalls: (calls, signal) => within(options.lookMs ?? LOOK_MS, hooks.beforeCalls(calls, signal)),
    provider: options.provider,
    context: options.context,
    checksBeforeFinishing: options.checksBeforeFinishing ?? (() => false),
    fallback: (model) => {
      const { fallbacks = [] } = options;
      return fallbacks[fallbacks.findIndex((one) => one.model === model) + 1];
    },
    cwd: options.cwd,
    roots: options.roots,
    readable: options.readable,
    comparison: () => import("./compare-texts.ts"),
    async judgeContent(policy, prepared, context) {
      if (!prepared.accesses.some(({ kind, target }) => kind === "write" && isJudgedByContent(target)))
        return policy;
      return (await import("./judge-content.ts")).judgeContent(policy, prepared, context);
    },
    refusePath: (path, use) => refusePath(path, options.host.platform, { use, roots: options.roots }),
    child(parent, name, id) {
      const profile = own ? own.named(name) : agentNamed(name);
      if (!profile) {
        const types = (own?.profiles ?? subAgents).map((one) => one.name).join(", ");
        throw new AgentError("invalid_input", `There is no agent type ${name}. Types: ${types}.`);
      }
      const choice = { model: parent.model, effort: parent.effort ?? "" };
      return build(profile, id, own?.choiceOf(profile, choice) ?? choice, parent.policy);
    },
  };
  return {
    env,
    main: (choice: Choice): Agent => {
      const before = own?.main ? undefined : lastPrefix(hooks.session.events, MAIN);
      const agent = build(own?.main ?? asBefore(before), MAIN, choice, policy);
      return withExtras(withPromptOf(before, agent), options.extras?.());
    },
  };
}

/** Rules of the profile, and its own mode where that is stricter than the one of the conversation. */
function policyOf({ rules, mode }: AgentProfile, id: string, hooks: Hooks): Policy {
  const policy = policyFromRules(rules);
  // The main agent has begun in its mode, and a person may have changed that since.
  if (mode === undefined || id === MAIN) return policy;
  const inMode = narrow(policy, hooks.policyIn(mode));
  return (access) => (isLooser(mode, hooks.mode()) ? policy : inMode)(access);
}

/** Nobody says who the session runs as: it stays with the agent it was with, and with what that had. */
const asBefore = (before: EventOf<"prefix"> | undefined): AgentProfile =>
  before?.profile === undefined
    ? mainAgent
    : { ...mainAgent, name: before.profile, tools: before.tools.map(({ name }) => name) };

const withPromptOf = (before: EventOf<"prefix"> | undefined, agent: Agent): Agent =>
  before?.profile === undefined
    ? agent
    : withTools({ ...agent, system: [before.system[0] ?? "", ...agent.system.slice(1)] }, () => agent.tools);
