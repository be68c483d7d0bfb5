import { exploreAgent } from "./explore.ts";
import { forkAgent } from "./fork.ts";
import { generalAgent } from "./general.ts";
import type { AgentProfile } from "./profile.ts";

export { mainAgent } from "./main.ts";

/** Agents that another agent can start, in the order they are offered. */
export const subAgents: readonly AgentProfile[] = [exploreAgent, generalAgent, forkAgent];

const plain = (name: string): string => name.toLowerCase().replaceAll(/[\s_-]/g, "");

/** The sub-agent of that name, whatever its case and separators; undefined when there is none. */
export const agentNamed = (name: string): AgentProfile | undefined =>
  subAgents.find((profile) =>
    [profile.name, ...(profile.aliases ?? [])].some((known) => plain(known) === plain(name)),
  );
