import * as z from "zod";
import type { AgentDefinition } from "../agents/defined.ts";
import { isModeName, MODE_NAMES } from "../app/mode-names.ts";
import { AgentError } from "../core/errors.ts";
import { OTHER_TOOL_NAMES, plain } from "../core/habits/other-names.ts";
import { splitRules } from "../safety/rule-list.ts";
import { builtinTools } from "../tools/index.ts";
import { givenJson } from "./given-text.ts";
import { modelNamed } from "./model-name.ts";
import { zodWords } from "./zod-words.ts";

export interface ReadAgents {
  readonly definitions: readonly AgentDefinition[];
  /** What of it does not count, in sentences. */
  readonly problems: readonly string[];
}

const MOST_AGENTS = 100;
/** Short, on one line, and nothing that means something else in a list of tools or the id of a plugin's agent. */
const NAME = /^[\p{L}\p{N}][\p{L}\p{N}._-]{0,63}$/u;

const words = z.string().refine((text) => text.trim() !== "", "it is empty");
const Names = z.union([z.string(), z.array(z.string())]).optional();
const Definition = z.looseObject({
  description: words,
  prompt: words,
  tools: Names,
  disallowedTools: Names,
  model: words.optional(),
  effort: z.enum(["low", "medium", "high", "xhigh", "max"]).optional(),
  permissionMode: z.string().optional(),
  maxTurns: z.int().positive().optional(),
  omitClaudeMd: z.boolean().optional(),
});
type Given = z.infer<typeof Definition>;
const KNOWN = new Set(Object.keys(Definition.shape));
/** Those who set these count on something being kept away, so they are not passed over. */
const GUARDS = ["hooks", "isolation"];

/** Reads `--agents`: JSON, or the path of a file. Throws `invalid_input` with the place of what cannot be understood. */
export function readAgents(given: string): ReadAgents {
  try {
    return understandAgents(JSON.parse(givenJson(given)));
  } catch (thrown) {
    const why = thrown instanceof Error ? thrown.message : String(thrown);
    throw new AgentError("invalid_input", `The agents of --agents cannot be used: ${why}`);
  }
}

/** Reads descriptions of agents by their names. Throws `invalid_input` with the place of what cannot be understood. */
export function understandAgents(given: unknown): ReadAgents {
  const { success, data } = z.record(z.string(), z.unknown()).safeParse(given);
  if (!success || Array.isArray(given)) throw wrong("it is no object of agents by their names.");
  const entries = Object.entries(data);
  if (entries.length > MOST_AGENTS) throw wrong(`there are more than ${MOST_AGENTS}.`);
  const names = new Set<string>();
  for (const [name] of entries) {
    if (!NAME.test(name))
      throw wrong(
        `${JSON.stringify(name)} is no name for an agent: letters, digits, ".", "_" and "-", at most 64.`,
      );
    if (name.toLowerCase() === "main") throw wrong(`"main" is the agent you talk to; choose another name.`);
    if (names.has(plain(name)))
      throw wrong(`two agents are called ${JSON.stringify(name)}, give or take case and hyphens.`);
    names.add(plain(name));
  }
  const problems: string[] = [];
  return { definitions: entries.map(([name, value]) => understand(name, value, problems)), problems };
}

function understand(name: string, value: unknown, problems: string[]): AgentDefinition {
  const { success, data, error } = Definition.safeParse(value);
  if (!success) {
    throw wrong(`${zodWords(error, [name])}.`);
  }
  const guard = GUARDS.find((key) => data[key] !== undefined && data[key] !== null);
  if (guard !== undefined) throw wrong(`${name}.${guard} is not there yet.`);
  const unused = Object.keys(data).filter((key) => !KNOWN.has(key));
  if (unused.length > 0) problems.push(`${name}: Plumb has no use for ${unused.join(", ")}.`);
  const { model, permissionMode } = data;
  if (permissionMode !== undefined && !isModeName(permissionMode))
    throw wrong(`${name}.permissionMode: there is no mode ${JSON.stringify(permissionMode)}.`);
  return {
    ...{ name, description: data.description, prompt: data.prompt, effort: data.effort },
    ...toolsOf(name, data, problems),
    needsTools: data.tools !== undefined && data.tools.length > 0,
    without: withoutOf(name, data, problems),
    model: model === undefined || model === "inherit" ? undefined : modelNamed(model),
    mode: permissionMode === undefined ? undefined : MODE_NAMES[permissionMode],
    maxSteps: data.maxTurns,
    ignoresInstructions: data.omitClaudeMd === true,
  };
}

/** A tool that is not understood is one that the agent does not get. */
function toolsOf(
  name: string,
  { tools }: Given,
  problems: string[],
): Pick<AgentDefinition, "tools" | "starts"> {
  if (tools === undefined) return { tools: undefined, starts: undefined };
  const found: string[] = [];
  let starts: readonly string[] | undefined;
  for (const wish of listed(`${name}.tools`, tools)) {
    if (wish === "*") return { tools: undefined, starts: undefined };
    const agents = /^(?:Agent|Task)\(([^()]+)\)$/.exec(wish)?.[1];
    const tool = agents === undefined ? toolNamed(wish) : "Agent";
    if (agents !== undefined)
      starts = [...(starts ?? []), ...agents.split(/[\s,]+/).filter((one) => one !== "")];
    if (tool !== undefined) found.push(tool);
    else if (wish.includes("("))
      problems.push(
        `${name}: ${wish} is a rule and no tool, so the agent does not get it; rules stand in --allowed-tools.`,
      );
    else problems.push(`${name}: there is no tool ${wish}.`);
  }
  return { tools: [...new Set(found)], starts };
}

/** What was meant to take something away is never guessed. */
function withoutOf(name: string, { disallowedTools }: Given, problems: string[]): readonly string[] {
  if (disallowedTools === undefined) return [];
  return listed(`${name}.disallowedTools`, disallowedTools).flatMap((wish) => {
    const tool = toolNamed(wish);
    if (tool !== undefined) return [tool];
    if (wish.startsWith("mcp__"))
      throw wrong(
        `${name}.disallowedTools: ${wish} is no name of a tool; what is no letter, digit or "-" in the name of a server is "_" there.`,
      );
    if (/[()*]/.test(wish))
      throw wrong(
        `${name}.disallowedTools: ${wish} is no name of a tool; rules stand in --disallowed-tools.`,
      );
    problems.push(`${name}: there is no tool ${wish} that could be taken away.`);
    return [];
  });
}

function listed(place: string, given: string | readonly string[]): readonly string[] {
  return (typeof given === "string" ? [given] : given).flatMap((text) => {
    const rules = splitRules(text);
    if (!rules) throw wrong(`${place}: a parenthesis is missing or too many in ${JSON.stringify(text)}.`);
    return rules;
  });
}

/** Our name of a tool, or what stands for tools of MCP servers. */
function toolNamed(wish: string): string | undefined {
  if (/^mcp__[\w-]*\*?$/.test(wish)) return wish;
  const called = plain(wish);
  const own = builtinTools.find(({ spec }) => plain(spec.name) === called)?.spec.name;
  return own ?? OTHER_TOOL_NAMES.get(called);
}

const wrong = (why: string): AgentError => new AgentError("invalid_input", why);
