import { exploreAgent } from "./explore.ts";
import { forkAgent } from "./fork.ts";
import { generalAgent } from "./general.ts";
import type { AgentProfile } from "./profile.ts";

export { mainAgent } from "./main.ts";

/** Agents that another agent can start, in the order they are offered. */
export const subAgents: readonly AgentProfile[] = [exploreAgent, generalAgent, forkAgent];

const plain = (name: string): string => name.toLowerCase().replaceAll(/[\s_-]/g, "");

/** Whether this is a name of that agent, whatever its case and separators. */
export const answersTo = ({ name, aliases = [] }: AgentProfile, called: string): boolean =>
  [name, ...aliases].some((known) => plain(known) === plain(called));

/** The sub-agent of that name; undefined when there is none. */
export const agentNamed = (name: string): AgentProfile | undefined =>
  subAgents.find((profile) => answersTo(profile, name));
