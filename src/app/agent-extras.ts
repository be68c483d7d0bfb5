import type { AgentProfile } from "../agents/profile.ts";
import type { Agent } from "../core/agent.ts";
import type { EventOf } from "../core/event.ts";
import type { ToolSpec } from "../core/events/talk.ts";
import type { Mode } from "../core/mode.ts";
import type { Tool } from "../core/tool.ts";

type Choice = { readonly model: string; readonly effort: string };

/** Agents that whoever started the program described, with those of our own. */
export interface OwnAgents {
  /** All that can be started, in the order in which they are offered. */
  readonly profiles: readonly AgentProfile[];
  /** Who the session runs as, in place of the main agent. Throws `invalid_input` when there is nobody of that name. */
  readonly main: AgentProfile | undefined;
  /** The tool that starts them, which says what they are for. */
  readonly tool: Tool;
  /** The agent of that name, whatever its case and separators. */
  named(name: string): AgentProfile | undefined;
  /** What an agent thinks with, when its parent thinks with `given`. Throws `invalid_input` when it has nothing to work with. */
  choiceOf(profile: AgentProfile, given: Choice): Choice;
  /** What of the descriptions does not count while the conversation is in this mode, in sentences. */
  problemsIn(mode: Mode): readonly string[];
}

/** What the main agent has beside what is built in: the wishes of whoever started the program. */
export interface AgentExtras {
  readonly tools?: readonly Tool[];
  /** In place of our own system prompt. */
  readonly system?: string;
  /** At its end. */
  readonly append?: string;
  readonly agents?: OwnAgents;
  /** True once a call has brought what the turn was for, so that it ends. */
  readonly isAnswered?: () => boolean;
}

/** The same agent with what was wished for. */
export function withExtras(agent: Agent, extras: AgentExtras | undefined): Agent {
  if (!extras) return agent;
  const { tools = [], system, append, agents, isAnswered } = extras;
  const [product = "", ...session] = system === undefined ? agent.system : [system];
  const end = append === undefined ? [] : [append];
  // It is part of what is fixed for the session: the first block is the same for everybody.
  const whole = session.length > 0 ? [product, [...session, ...end].join("\n\n")] : [product, ...end];
  return {
    ...agent,
    system: whole,
    get tools() {
      return [...agent.tools, ...tools];
    },
    // Only what was chosen is compared: facts about the workspace change, and what was sent once stays as it is.
    fitsPrefix: (frozen) =>
      (system === undefined || frozen.system[0] === system) &&
      (append === undefined || endsWith(frozen.system.at(-1), append)) &&
      (agents?.main === undefined ||
        isSameAgent(frozen, { system: whole, tools: [...agent.tools, ...tools] })) &&
      [...tools, ...agent.tools.filter((tool) => tool.spec.name === agents?.tool.spec.name)].every(
        ({ spec }) => frozen.tools.some((tool) => JSON.stringify(tool) === JSON.stringify(spec)),
      ),
    ...(isAnswered && { isAnswered }),
  };
}

const endsWith = (block: string | undefined, words: string): boolean =>
  block === words || block?.endsWith(`\n\n${words}`) === true;

/** Who it is and what it can do; facts about the workspace may have changed. */
const isSameAgent = (
  frozen: Pick<EventOf<"prefix">, "system" | "tools">,
  { system, tools }: Pick<Agent, "system" | "tools">,
): boolean =>
  frozen.system[0] === system[0] &&
  frozen.tools.filter(isOwn).length === tools.filter(({ spec }) => isOwn(spec)).length &&
  tools.every(({ spec }) => !isOwn(spec) || frozen.tools.some(({ name }) => name === spec.name));

/** Those of servers come and go. */
const isOwn = ({ name }: Pick<ToolSpec, "name">): boolean => !name.startsWith("mcp__");
