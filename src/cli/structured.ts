import * as z from "zod";
import { AgentError } from "../core/errors.ts";
import { defineTool, type Tool } from "../core/tool.ts";
import { givenJson } from "./given-text.ts";
import { checkerOf } from "./json-schema.ts";

const TOOL = "StructuredOutput";
/** How often the model is asked again for an answer that fits. */
const MOST_TRIES = 5;

/**
 * The answer of a task as JSON of a given schema: a tool whose input it is. What does not fit goes back to the model with what
 * is wrong about it; a turn that ends without an answer is asked for one, a bounded number of times.
 */
export class Structured {
  readonly tool: Tool;
  #answer: { readonly value: unknown } | undefined;
  #triesLeft = MOST_TRIES;

  /** `text` is the schema, or the path of a file with it. Throws `invalid_input` for a schema that cannot be checked. */
  constructor(text: string) {
    const { schema, check } = readSchema(text);
    this.tool = defineTool({
      name: TOOL,
      brings: "own words",
      description: "Call this once, at the end, with your final answer. Its input is the answer.",
      input: z.unknown(),
      schema,
      title: () => "Answer",
      accesses: () => [],
      run: async (input) => {
        const problem = check(input);
        if (problem === undefined) {
          this.#answer = { value: input };
          return "Taken.";
        }
        this.#triesLeft -= 1;
        return { content: `This does not fit the schema:\n${problem}\nCall ${TOOL} again.`, isError: true };
      },
    });
  }

  get answer(): { readonly value: unknown } | undefined {
    return this.#answer;
  }

  /** Whether a turn that ended without an answer is to go on. */
  get asksAgain(): boolean {
    return this.#triesLeft > 0;
  }

  /** A new task begins. */
  begin(): void {
    this.#answer = undefined;
    this.#triesLeft = MOST_TRIES;
  }

  /** What the model is told when it ended without an answer; counts as a try. */
  reminder(): string {
    this.#triesLeft -= 1;
    return `You ended without an answer. Call ${TOOL} with it now.`;
  }
}

const JsonObject = z.record(z.string(), z.unknown());

function readSchema(given: string): {
  readonly schema: Record<string, unknown>;
  readonly check: (value: unknown) => string | undefined;
} {
  try {
    const schema = JsonObject.parse(JSON.parse(givenJson(given)));
    if (schema["type"] !== "object") throw new Error('its "type" has to be "object"');
    return { schema, check: checkerOf(schema) };
  } catch (thrown) {
    const why = thrown instanceof Error ? thrown.message : String(thrown);
    throw new AgentError("invalid_input", `The schema of --json-schema cannot be used: ${why}.`);
  }
}
