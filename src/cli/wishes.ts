import { readFileSync } from "node:fs";
import type { AgentExtras } from "../app/agent-extras.ts";
import { AgentError } from "../core/errors.ts";
import type { Flags } from "./flags.ts";
import type { Structured } from "./structured.ts";

/** What the caller wants of the agent beside what it is: by flags, and by `initialize` of the control protocol. */
export class Wishes {
  system: string | undefined;
  append: string | undefined;
  structured: Structured | undefined;

  /** Rejects with `invalid_input` for a schema that cannot be used, and with `not_found` for a file that cannot be read. */
  static async from(flags: Flags): Promise<Wishes> {
    const wishes = new Wishes();
    wishes.system = flags.systemPrompt ?? textOf(flags.systemPromptFile);
    wishes.append = flags.appendSystemPrompt ?? textOf(flags.appendSystemPromptFile);
    if (flags.jsonSchema !== undefined) await wishes.wantStructured(flags.jsonSchema);
    return wishes;
  }

  /** See `Structured`. */
  async wantStructured(schema: string): Promise<void> {
    const { Structured } = await import("./structured.ts");
    this.structured = new Structured(schema);
  }

  readonly extras = (): AgentExtras => {
    const { system, append, structured } = this;
    return {
      ...(system !== undefined && { system }),
      ...(append !== undefined && { append }),
      ...(structured && {
        tools: [structured.tool],
        isAnswered: () => structured.answer !== undefined,
      }),
    };
  };
}

function textOf(path: string | undefined): string | undefined {
  if (path === undefined) return undefined;
  try {
    return readFileSync(path, "utf8");
  } catch (thrown) {
    throw new AgentError("not_found", `${JSON.stringify(path)} cannot be read.`, { cause: thrown });
  }
}
