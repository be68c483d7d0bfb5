import type { Agent, Environment } from "../agent.ts";
import { findLast } from "../conversation.ts";
import { AgentError } from "../errors.ts";
import { type AgentEvent, type EventOf, MAIN } from "../event.ts";
import { isToolUse, plainText, type ToolUseBlock } from "../message.ts";
import { type Advice, type Habit, type Happening, isStop, type Result, type Situation } from "./habit.ts";
import { habits } from "./index.ts";
import { isFields } from "./repair-input.ts";

interface Watching {
  readonly id: string;
  readonly habit: Habit;
}

/**
 * Follows the turn of one agent in the log, event by event, and lets the habits have their say between steps. What it knows
 * is in the log, so that a turn that is resumed goes on with it.
 */
export class Watch {
  readonly #agent: Agent;
  readonly #env: Environment;
  #habits: readonly Watching[] = begin();
  #calls = new Map<string, ToolUseBlock>();
  #started = new Map<string, EventOf<"tool.started">>();
  #next: number;

  constructor(agent: Agent, env: Environment) {
    this.#agent = agent;
    this.#env = env;
    this.#next = turnStart(env.session.events, agent.id);
  }

  /** Appends what there is to say before the next request. Throws `stuck` when there should be none. */
  beforeAsking(stepsLeft: number): void {
    this.#catchUp();
    const now = this.#situation(stepsLeft);
    for (const { id, habit } of this.#habits) {
      const said = habit.beforeAsking?.(now);
      if (!said) continue;
      if (isStop(said)) throw new AgentError("stuck", said.message);
      this.#say(id, said, false);
    }
  }

  /** True when the agent is to go on, though nothing is left to do: why stands in the log. */
  goesOn(stepsLeft: number): boolean {
    if (stepsLeft < 1) return false;
    this.#catchUp();
    const now = this.#situation(stepsLeft);
    for (const { id, habit } of this.#habits) {
      const said = habit.beforeFinishing?.(now);
      if (!said) continue;
      this.#say(id, said, true);
      return true;
    }
    return false;
  }

  #say(id: string, { text, about, notice }: Advice, wantsReply: boolean): void {
    const { session } = this.#env;
    if (notice !== undefined) session.append(this.#agent.id, { type: "notice", kind: "info", text: notice });
    session.append(this.#agent.id, {
      ...{ type: "reminder", text, habit: { id, about: [...about] } },
      ...(wantsReply && { wantsReply }),
    });
  }

  #situation(stepsLeft: number): Situation {
    const { session, host, checksBeforeFinishing } = this.#env;
    const { tools, maxSteps } = this.#agent;
    return {
      stepsLeft,
      maxSteps,
      canRun: host.shell.name !== undefined && tools.some(({ spec }) => spec.name === "Bash"),
      get isPlanning() {
        return findLast(session.events, MAIN, "mode")?.mode === "plan";
      },
      get checksBeforeFinishing() {
        return checksBeforeFinishing?.() ?? false;
      },
    };
  }

  #catchUp(): void {
    const { events } = this.#env.session;
    for (; this.#next < events.length; this.#next += 1) {
      const event = events[this.#next];
      if (event?.agentId === this.#agent.id) this.#take(event);
    }
  }

  #take(event: AgentEvent): void {
    switch (event.type) {
      case "user":
        // A person's word begins anew; news of a background task does not.
        if (event.origin !== "task") this.#habits = begin();
        return;
      case "question.answered":
        // So does what they answer.
        this.#habits = begin();
        return;
      case "assistant":
        for (const block of event.content) if (isToolUse(block)) this.#calls.set(block.id, block);
        return this.#tell({ type: "reply", event });
      case "tool.started":
        this.#started.set(event.callId, event);
        return;
      case "tool.finished": {
        const result = this.#resultOf(event);
        return result && this.#tell({ type: "result", result });
      }
      case "edit":
      case "edit.failed":
        return this.#tell({ type: "edit", event });
      case "finished":
        return event.error?.kind === "stuck" ? this.#tell({ type: "unstuck" }) : undefined;
      case "reminder": {
        const { habit } = event;
        const told = this.#habits.find(({ id }) => id === habit?.id);
        return told?.habit.take({ type: "reminded", about: habit?.about ?? [] });
      }
      default:
        return; // Nothing a habit is about.
    }
  }

  #tell(happening: Happening): void {
    for (const { habit } of this.#habits) habit.take(happening);
  }

  #resultOf(finished: EventOf<"tool.finished">): Result | undefined {
    const call = this.#calls.get(finished.callId);
    if (!call) return undefined;
    const started = this.#started.get(finished.callId);
    this.#calls.delete(finished.callId);
    this.#started.delete(finished.callId);
    const input = isFields(call.input) ? call.input : {};
    const file = [input["file_path"], input["notebook_path"], input["path"]].find(
      (path) => typeof path === "string",
    );
    return {
      name: started?.name ?? call.name,
      input: call.input,
      file: typeof file === "string" ? file : undefined,
      command: started?.accesses.find(({ kind }) => kind === "execute")?.target,
      text: plainText(finished.content),
      finished,
    };
  }
}

const begin = (): readonly Watching[] => habits.map((kind) => ({ id: kind.id, habit: kind.begin() }));

/** Where the newest word of a person to an agent stands. */
function turnStart(events: readonly AgentEvent[], agentId: string): number {
  const at = events.findLastIndex(
    (event) => event.agentId === agentId && event.type === "user" && event.origin !== "task",
  );
  return Math.max(0, at);
}
