import { subAgents } from "../agents/index.ts";
import type { AgentExtras, OwnAgents } from "../app/agent-extras.ts";
import type { App } from "../app/app.ts";
import { AgentError } from "../core/errors.ts";
import type { Flags } from "./flags.ts";
import type { Structured } from "./structured.ts";

/** What the caller wants of the agent beside what it is: by flags, and by `initialize` of the control protocol. */
export class Wishes {
  system: string | undefined;
  append: string | undefined;
  structured: Structured | undefined;
  agents: OwnAgents | undefined;
  readonly #flags: Pick<Flags, "agent" | "model">;

  private constructor(flags: Pick<Flags, "agent" | "model">) {
    this.#flags = flags;
  }

  /** Rejects with `invalid_input` for a schema or agents that cannot be used, and with `not_found` for a file that cannot be read. */
  static async from(flags: Flags): Promise<Wishes> {
    const wishes = new Wishes(flags);
    wishes.system = flags.systemPrompt ?? (await textOf("--system-prompt-file", flags.systemPromptFile));
    wishes.append =
      flags.appendSystemPrompt ?? (await textOf("--append-system-prompt-file", flags.appendSystemPromptFile));
    if (flags.jsonSchema !== undefined) await wishes.wantStructured(flags.jsonSchema);
    if (flags.agents !== undefined || flags.agent !== undefined)
      wishes.agents = (await import("./own-agents.ts")).agentsOfFlags(flags);
    return wishes;
  }

  /** Takes descriptions of agents by their names, in place of those there were. Rejects with `invalid_input`. */
  async takeAgents(given: unknown, app: App): Promise<void> {
    const { agentsGiven, beginAs } = await import("./own-agents.ts");
    const agents = agentsGiven(given, this.#flags.agent);
    beginAs(app, agents, this.#flags);
    this.agents = agents;
  }

  /** See `Structured`. */
  async wantStructured(schema: string): Promise<void> {
    const { Structured } = await import("./structured.ts");
    this.structured = new Structured(schema);
  }

  /** What can be started, for those who choose. */
  get startable(): readonly {
    readonly name: string;
    readonly description: string;
    readonly model?: string;
  }[] {
    return (this.agents?.profiles ?? subAgents).map(({ name, description, model }) => ({
      ...{ name, description },
      ...(model !== undefined && { model }),
    }));
  }

  readonly extras = (): AgentExtras => {
    const { system, append, structured, agents } = this;
    return {
      ...(system !== undefined && { system }),
      ...(append !== undefined && { append }),
      ...(agents && { agents }),
      ...(structured && {
        tools: [structured.tool],
        isAnswered: () => structured.answer !== undefined,
      }),
    };
  };
}

async function textOf(flag: string, path: string | undefined): Promise<string | undefined> {
  if (path === undefined) return undefined;
  const { givenFile } = await import("./given-text.ts");
  try {
    return givenFile(path);
  } catch (thrown) {
    const why = thrown instanceof Error ? thrown.message : String(thrown);
    throw new AgentError("not_found", `${flag} cannot be read: ${why}.`, { cause: thrown });
  }
}
