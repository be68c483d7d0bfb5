import { AgentError, toAgentError } from "../errors.ts";
import type { ToolUseBlock } from "../message.ts";
import type { PreparedCall, Tool } from "../tool.ts";
import { exampleCall } from "./example-call.ts";
import { repairInput } from "./repair-input.ts";
import { closestName, repairName } from "./repair-name.ts";

/** A call as it was understood: this is what is decided on, shown, recorded and run, and nothing else. */
export interface ReadCall {
  readonly call: ToolUseBlock;
  readonly prepared: PreparedCall | AgentError;
  /** What was taken for what, in words; empty where the call fits as it is. */
  readonly repairs: readonly string[];
}

/**
 * Understands a call. One that fits is never touched; of others, what is certain is repaired, and all else is answered with
 * what a right call looks like. Total: what cannot be run is an error in `prepared`.
 */
export function readCall(
  given: ToolUseBlock,
  tools: readonly Tool[],
  prepare: (tool: Tool, input: unknown) => PreparedCall,
): ReadCall {
  const names = tools.map(({ spec }) => spec.name);
  const own = tools.find(({ spec }) => spec.name === given.name);
  const meant = own ? undefined : repairName(given.name, given.input, names);
  const tool = own ?? tools.find(({ spec }) => spec.name === meant?.name);
  if (!tool) return { call: given, prepared: unknownTool(given.name, names), repairs: [] };
  const renamed = meant ? [`${shown(given.name)} as ${tool.spec.name}`] : [];
  const call = meant ? { ...given, name: meant.name, input: meant.input } : given;
  const first = attempt(() => prepare(tool, call.input));
  if (!isMisfit(first)) return { call, prepared: first, repairs: renamed };
  const { input, changes } = repairInput(tool.spec.name, tool.spec.input_schema, call.input);
  const second = changes.length === 0 ? first : attempt(() => prepare(tool, input));
  if (!isMisfit(second)) {
    return { call: { ...call, input }, prepared: second, repairs: [...renamed, ...changes.map(shown)] };
  }
  // What it says is about what the model wrote, not about what we made of it.
  const example = exampleCall(tool.spec.name, tool.spec.input_schema, input);
  const words = `${first.message}${renamed.length > 0 ? ` (Taken: ${renamed.join(", ")}.)` : ""}`;
  const prepared = new AgentError("invalid_input", `${words}\nA call that fits: ${example}`, {
    cause: first,
  });
  return { call, prepared, repairs: [] };
}

function attempt(prepare: () => PreparedCall): PreparedCall | AgentError {
  try {
    return prepare();
  } catch (thrown) {
    return toAgentError(thrown);
  }
}

const isMisfit = (prepared: PreparedCall | AgentError): prepared is AgentError =>
  prepared instanceof AgentError && prepared.kind === "invalid_input";

function unknownTool(name: string, names: readonly string[]): AgentError {
  const closest = closestName(name, names);
  const hint = closest === undefined ? "" : ` Did you mean ${closest}?`;
  return new AgentError(
    "invalid_input",
    `There is no tool named ${shown(name)}.${hint} Yours are: ${listed(names)}.`,
  );
}

/** Servers may bring hundreds. */
const MOST_LISTED = 40;
const listed = (names: readonly string[]): string =>
  names.length <= MOST_LISTED
    ? names.join(", ")
    : `${names.slice(0, MOST_LISTED).join(", ")} and ${names.length - MOST_LISTED} more`;

/** The model's own words, on one line and not long. */
const shown = (words: string): string => {
  const line = words.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}<>]/gu, " ");
  return line.length > 80 ? `${line.slice(0, 80).toWellFormed()}…` : line;
};
