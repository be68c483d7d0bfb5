import { type AgentDefinition, MAIN_ONLY, mainFrom, subAgentFrom } from "../agents/defined.ts";
import { answersTo, mainAgent, subAgents } from "../agents/index.ts";
import type { AgentProfile } from "../agents/profile.ts";
import type { OwnAgents } from "../app/agent-extras.ts";
import type { App } from "../app/app.ts";
import { MODE_NAMES } from "../app/mode-names.ts";
import { cutText } from "../core/cut-text.ts";
import { AgentError } from "../core/errors.ts";
import { isLooser, type Mode } from "../core/mode.ts";
import { factsOf } from "../models/model-table.ts";
import { AGENT_TYPES, agentOf } from "../tools/agent.ts";
import type { Flags } from "./flags.ts";
import { type ReadAgents, readAgents, understandAgents } from "./read-agents.ts";

/** Of one description, as a model chooses by it. */
const MOST_CHARS = 600;
/** Of all of them: some thousand tokens, sent with every request. Longer ones are cut alike. */
const LISTING_CHARS = 4_000;

/** Those of `--agents` and `--agent`. Throws `invalid_input`. */
export const agentsOfFlags = ({ agents, agent }: Pick<Flags, "agents" | "agent">): OwnAgents =>
  ownAgents(agents === undefined ? { definitions: [], problems: [] } : readAgents(agents), agent);

/** Those that a program described. Throws `invalid_input`. */
export const agentsGiven = (given: unknown, as: string | undefined): OwnAgents =>
  ownAgents(understandAgents(given), as);

/** The agents that were described beside our own; one of the same name takes the place of ours. `as`: who the session runs as. */
function ownAgents({ definitions, problems }: ReadAgents, as: string | undefined): OwnAgents {
  const defined = definitions.map((given) => takingOver(subAgentFrom(given)));
  const ours = subAgents.filter((one) => !defined.some((mine) => answersTo(mine, one.name)));
  const all = [...ours, ...defined];
  const chosen = definitions.find((given) => as !== undefined && answersTo(subAgentFrom(given), as));
  const starts = chosen?.starts;
  const profiles = starts ? all.filter((one) => starts.some((name) => answersTo(one, name))) : all;
  return {
    profiles,
    get main() {
      return as === undefined ? undefined : mainNamed(as, definitions);
    },
    tool: agentOf(listing(profiles)),
    named: (name) => profiles.find((one) => answersTo(one, name)),
    choiceOf(profile, given) {
      refuseIdle(profile, definitions);
      const { model = given.model, effort = given.effort } = profile;
      const efforts = factsOf(model)?.efforts;
      return { model, effort: efforts === undefined || efforts.includes(effort) ? effort : "" };
    },
    problemsIn: (mode) => [
      ...problems,
      ...definitions.flatMap((given) => problemsOf(given, mode, given === chosen)),
    ],
  };
}

/** Ours are called by their other names as well, so whoever stands in for one of them is, too. */
function takingOver(profile: AgentProfile): AgentProfile {
  const ours = subAgents.find((one) => answersTo(one, profile.name));
  return ours ? { ...profile, aliases: [ours.name, ...(ours.aliases ?? [])] } : profile;
}

function mainNamed(as: string, definitions: readonly AgentDefinition[]): AgentProfile {
  const given = definitions.find((one) => answersTo(subAgentFrom(one), as));
  if (given) {
    const profile = mainFrom(given);
    refuseIdle(profile, definitions);
    return profile;
  }
  const known = [mainAgent, ...subAgents.filter(({ forks }) => !forks)];
  const ours = known.find((one) => answersTo(one, as));
  if (ours) return ours;
  const names = [...definitions, ...known].map(({ name }) => name).join(", ");
  throw new AgentError(
    "invalid_input",
    `There is no agent ${JSON.stringify(as)} for --agent. There are ${names}.`,
  );
}

/** Tools were named, and none of them is there: it would do its work blindly. */
function refuseIdle({ name, tools }: AgentProfile, definitions: readonly AgentDefinition[]): void {
  const given = definitions.find((one) => one.name === name);
  if (!given?.needsTools || tools === "all" || tools.length > 0) return;
  throw new AgentError("invalid_input", `The agent ${name} has no tools: none of those it names is there.`);
}

function problemsOf({ name, mode, tools }: AgentDefinition, now: Mode, isMain: boolean): string[] {
  const never = isMain ? [] : (tools ?? []).filter((tool) => MAIN_ONLY.includes(tool));
  return [
    ...(mode && isLooser(mode, now)
      ? [
          `${name}: its permissionMode ${wireName(mode)} would allow more than the mode of the session, ${wireName(now)}, so it does not count; start with --permission-mode ${wireName(mode)}.`,
        ]
      : []),
    ...(never.length > 0 ? [`${name}: sub-agents do not get ${never.join(", ")}.`] : []),
  ];
}

/** As it is written on the command line. */
const wireName = (mode: Mode): string =>
  Object.entries(MODE_NAMES).findLast(([name, meant]) => meant === mode && name !== "manual")?.[0] ?? mode;

/** What there is to choose from, in the words of who described it, as far as there is room. */
function listing(profiles: readonly AgentProfile[]): string {
  const [ours, theirs] = [profiles.filter(isOurs), profiles.filter((one) => !isOurs(one))];
  const room = LISTING_CHARS - theirs.reduce((sum, { name }) => sum + name.length + 4, 0);
  const share = Math.min(MOST_CHARS, Math.max(0, Math.floor(room / Math.max(1, theirs.length))));
  const short = ours.map(({ name }) => AGENT_TYPES[name] ?? name).join(", ");
  const long = theirs.map(({ name, description }) => {
    const said = description.trim().replaceAll(/\s+/g, " ");
    const shown = said.length <= share ? said : share < 20 ? "" : `${cutText(said, share - 1)}…`;
    return shown === "" ? `- ${name}` : `- ${name}: ${shown}`;
  });
  return [short === "" ? "" : `${short}.`, ...long].join("\n").trimStart();
}

const isOurs = (profile: AgentProfile): boolean => subAgents.includes(profile);

/** The session runs as the agent that was chosen: with its model and its mode, unless others were asked for. */
export function beginAs(app: App, agents: OwnAgents, { model }: Pick<Flags, "model">): void {
  const { main } = agents;
  if (!main) return;
  if (model === undefined) {
    const choice = agents.choiceOf(main, app.choice);
    app.setModel(choice.model, choice.effort);
  }
  if (main.mode && isLooser(app.mode, main.mode)) app.setMode(main.mode);
}
