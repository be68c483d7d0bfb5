import { AgentError } from "../core/errors.ts";
import type { Tool, ToolContext, ToolOutput } from "../core/tool.ts";
import { isFields, misfit } from "./check-schema.ts";
import type { Definition } from "./definitions.ts";

type Input = Readonly<Record<string, unknown>>;

export interface ServerToolParts {
  /** As tools and rules call the server. */
  readonly server: string;
  readonly name: string;
  readonly definition: Definition;
  readonly timeoutMs: number;
  readonly call: (input: Input, context: ToolContext) => Promise<ToolOutput>;
}

/**
 * A tool of another program. What it does nobody here can know, whatever it says of itself (that it only reads, say), so each
 * call is of the kind that asks.
 */
export function serverTool({ server, name, definition, timeoutMs, call }: ServerToolParts): Tool {
  const { description, schema } = definition;
  const said = description === "" ? "" : ` In its own words: ${description}`;
  return {
    spec: { name, description: `A tool of the MCP server ${server}.${said}`, input_schema: schema },
    isResumable: false,
    isDeferred: true,
    prepare(raw) {
      if (!isFields(raw)) {
        const why = typeof raw === "string" ? "did not arrive as complete JSON" : "are no object";
        throw new AgentError("invalid_input", `The arguments of ${name} ${why}, so nothing was run.`);
      }
      const wrong = misfit(schema, raw);
      if (wrong !== undefined) throw new AgentError("invalid_input", `${name}: ${wrong}.`);
      return {
        brings: "foreign text",
        title: `${server}: ${name.slice(`mcp__${server}__`.length)}`,
        accesses: [{ kind: "unknown", target: name }],
        timeoutMs,
        maxOutputChars: 20_000,
        previewEnds: { head: 6_000, tail: 2_000 },
        suggest: async () => [[name], [`mcp__${server}`]],
        preview: async () => ({ detail: { kind: "input", json: JSON.stringify(raw, null, 2) } }),
        run: (context) => call(raw, context),
      };
    },
  };
}
