import type { Agent } from "../core/agent.ts";
import type { Tool } from "../core/tool.ts";

/** What the main agent has beside what is built in: the wishes of whoever started the program. */
export interface AgentExtras {
  readonly tools?: readonly Tool[];
  /** In place of our own system prompt. */
  readonly system?: string;
  /** At its end. */
  readonly append?: string;
  /** True once a call has brought what the turn was for, so that it ends. */
  readonly isAnswered?: () => boolean;
}

/** The same agent with what was wished for. */
export function withExtras(agent: Agent, extras: AgentExtras | undefined): Agent {
  if (!extras) return agent;
  const { tools = [], system, append, isAnswered } = extras;
  const [product = "", ...session] = system === undefined ? agent.system : [system];
  const end = append === undefined ? [] : [append];
  // It is part of what is fixed for the session: the first block is the same for everybody.
  const whole = session.length > 0 ? [product, [...session, ...end].join("\n\n")] : [product, ...end];
  return {
    ...agent,
    system: whole,
    tools: [...agent.tools, ...tools],
    // Only what was chosen is compared: facts about the workspace change, and what was sent once stays as it is.
    fitsPrefix: (frozen) =>
      (system === undefined || frozen.system[0] === system) &&
      (append === undefined || endsWith(frozen.system.at(-1), append)) &&
      tools.every(({ spec }) => frozen.tools.some((tool) => JSON.stringify(tool) === JSON.stringify(spec))),
    ...(isAnswered && { isAnswered }),
  };
}

const endsWith = (block: string | undefined, words: string): boolean =>
  block === words || block?.endsWith(`\n\n${words}`) === true;
