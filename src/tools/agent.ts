import * as z from "zod";
import { defineTool, type Tool } from "../core/tool.ts";

const WHAT =
  "Hands a self-contained task to a sub-agent, which knows only the prompt and returns its final text. Types: ";

/** Our own agents, in the words that a model chooses by. */
export const AGENT_TYPES: Readonly<Record<string, string>> = {
  explore: "explore (searches, read-only)",
  general: "general (default; all tools)",
  fork: "fork (general that knows this conversation)",
};

export const agent = defineTool({
  name: "Agent",
  description: `${WHAT}${Object.values(AGENT_TYPES).join(", ")}.`,
  input: z.strictObject({
    description: z.string().describe("3-5 words"),
    prompt: z.string(),
    subagent_type: z.string().optional(),
  }),
  title: ({ description }) => description,
  accesses: () => [], // The child asks for what it touches; delegating itself touches nothing.
  isResumable: true,
  timeoutMs: 0,
  // A report is for reading whole; what is this long is a listing, with what it comes to at its end.
  maxOutputChars: 24_000,
  previewEnds: { head: 9_000, tail: 3_000 },
  run: ({ description, prompt, subagent_type = "general" }, { spawn }) =>
    spawn(typeName(subagent_type), description, prompt),
});

/** Models write `Explore` and `general-purpose` as well. */
const typeName = (name: string): string =>
  name
    .trim()
    .toLowerCase()
    .replace(/^general[-_ ]purpose$/, "general");

/** The same for other types of agents, as they are described. */
export const agentOf = (types: string): Tool => ({
  ...agent,
  spec: { ...agent.spec, description: `${WHAT}${types}` },
});
