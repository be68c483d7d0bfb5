import { agentNamed, mainAgent, subAgents } from "../agents/index.ts";
import type { AgentProfile } from "../agents/profile.ts";
import { narrow, type Policy, policyFromRules } from "../core/access.ts";
import type { Agent, Environment } from "../core/agent.ts";
import { within } from "../core/async.ts";
import { AgentError } from "../core/errors.ts";
import { TOOL_SEARCH } from "../core/tool.ts";
import { type Facts, renderSystem } from "../prompts/index.ts";
import { isJudgedByContent } from "../safety/judged-by-content.ts";
import { refusePath } from "../safety/path-safety.ts";
import { builtinTools } from "../tools/index.ts";
import { offered } from "../tools/offered.ts";
import { withExtras } from "./agent-extras.ts";
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
};
/** A file system that hangs must not hang the conversation; what could not be found out asks. In milliseconds. */
const LOOK_MS = 30_000;

/** What the main agent runs on. */
export type Choice = { readonly model: string; readonly effort: string };

/** The agents of one turn: the main one under a chosen model, and an environment in which it can have children. */
export async function createAgents(options: AppOptions, policy: Policy, hooks: Hooks) {
  const facts = await hooks.facts();
  const build = (profile: AgentProfile, id: string, choice: Choice, ceiling: Policy): Agent => ({
    id,
    name: profile.name,
    model: choice.model,
    ...(choice.effort !== "" && { effort: choice.effort }),
    system: renderSystem({
      ...facts,
      ...(profile.ignoresInstructions && { instructions: [] }),
      agentPrompt: profile.forks ? mainAgent.prompt : profile.prompt,
    }),
    ...(profile.forks && { forkNote: profile.prompt }),
    tools: offered(
      builtinTools.filter(
        ({ spec }) =>
          (profile.tools === "all" || profile.tools.includes(spec.name)) && !hooks.isRemoved(spec.name),
      ),
      !hooks.isRemoved(TOOL_SEARCH),
    ),
    policy: narrow(ceiling, policyFromRules(profile.rules)),
    maxSteps: Math.min(profile.maxSteps, options.maxSteps),
    maxOutputTokens: options.maxOutputTokens,
  });
  const env: Environment = {
    ...hooks,
    beforeCalls: (calls, signal) => within(options.lookMs ?? LOOK_MS, hooks.beforeCalls(calls, signal)),
    provider: options.provider,
    context: options.context,
    checksBeforeFinishing: options.checksBeforeFinishing ?? (() => false),
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
      const profile = agentNamed(name);
      if (!profile)
        throw new AgentError(
          "invalid_input",
          `There is no agent type ${name}. Types: ${subAgents.map((one) => one.name).join(", ")}.`,
        );
      return build(profile, id, { model: parent.model, effort: parent.effort ?? "" }, parent.policy);
    },
  };
  return {
    env,
    main: (choice: Choice): Agent => withExtras(build(mainAgent, "main", choice, policy), options.extras?.()),
  };
}
