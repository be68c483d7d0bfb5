import { agentNamed, mainAgent, subAgents } from "../agents/index.ts";
import { Briefing } from "../app/briefing.ts";
import { permissionsHere } from "../app/permissions-of.ts";
import { SecretKeeper } from "../app/secret-keeper.ts";
import { familyOf, textTokens, toolTokens } from "../context/token-sizes.ts";
import { AgentError } from "../core/errors.ts";
import { Session } from "../core/session.ts";
import { TOOL_SEARCH } from "../core/tool.ts";
import { defersTools } from "../models/anthropic.ts";
import { renderSections, renderSystem } from "../prompts/index.ts";
import { Ledger } from "../review/ledger.ts";
import { builtinTools } from "../tools/index.ts";
import { offered } from "../tools/offered.ts";
import { type PlaceParts, table } from "./list-instructions.ts";

type Write = (text: string) => Promise<void>;

export interface PromptParts extends PlaceParts {
  readonly environment: Readonly<Record<string, string | undefined>>;
}
export interface PromptWishes {
  /** Sections and tools with what they cost, and not the text. */
  readonly isExplained: boolean;
  readonly isJson: boolean;
  /** The agent whose prompt it is; the main one when left out. */
  readonly agent?: string | undefined;
}

/** The system prompt as a conversation here would begin with. Rejects with `invalid_input` when there is no such agent. */
export async function showPrompt(parts: PromptParts, wishes: PromptWishes, write: Write): Promise<void> {
  const { sections, tools, text } = await promptHere(parts, wishes.agent);
  if (wishes.isJson) {
    const told = wishes.isExplained ? { sections, tools, ...sums(sections, tools) } : { system: text };
    return write(`${JSON.stringify(told)}\n`);
  }
  if (!wishes.isExplained) return write(`${text.join("\n\n")}\n`);
  const { systemTokens, toolTokens: ofTools, tokens: total } = sums(sections, tools);
  const rows = [
    ["Section", "Stability", "Tokens"],
    ...sections.map(({ section, stability, tokens }) => [section, stability, String(tokens)]),
    ["System prompt", "", String(systemTokens)],
    ["", "", ""],
    ["Tool", "", "Tokens"],
    ...tools.map(({ tool, tokens, isLater }) => [tool, isLater ? "when needed" : "", String(tokens)]),
    ["Tools", "", String(ofTools)],
    ["", "", ""],
    ["All together", "", String(total)],
  ];
  await write(table(rows, [2]).replaceAll(/^ {2}/gm, ""));
}

async function promptHere(parts: PromptParts, name: string | undefined) {
  const profile = name === undefined ? mainAgent : agentNamed(name);
  if (!profile) {
    const known = subAgents.map((agent) => agent.name).join(", ");
    throw new AgentError("invalid_input", `There is no agent ${JSON.stringify(name)}. There are: ${known}.`);
  }
  const { host, storage, cwd, environment, model } = parts;
  const permissions = await permissionsHere(parts);
  const roots = [cwd];
  const secrets = new SecretKeeper({
    ...{ host, storage, roots, environment, sessionId: "prompt" },
    ...{ ownKeys: () => [environment["ANTHROPIC_API_KEY"] ?? ""], redactsSecrets: () => true },
  });
  const options = { ...parts, roots, isTrusted: () => true };
  const session = new Session("prompt", () => host.clock.now());
  const briefing = new Briefing({ ...{ options, permissions, session, secrets }, ledger: new Ledger() });
  const all = await briefing.facts();
  const instructions = profile.ignoresInstructions ? [] : all.instructions;
  const facts = { ...all, instructions, agentPrompt: profile.forks ? mainAgent.prompt : profile.prompt };
  const family = familyOf(model);
  const sections = renderSections(facts).map(({ id, version, stability, text }) => {
    return { section: `${id}@${version}`, stability, tokens: Math.round(textTokens(text, family)) };
  });
  const own = builtinTools
    .filter(({ spec }) => profile.tools === "all" || profile.tools.includes(spec.name))
    .filter(({ spec }) => !permissions.removes(spec.name));
  const maySearch = !permissions.removes(TOOL_SEARCH);
  const isFirstParty = defersTools(model, environment["ANTHROPIC_BASE_URL"] || undefined);
  const tools = offered(own, maySearch && isFirstParty).map(({ spec }) => ({
    tool: spec.name,
    tokens: Math.round(toolTokens(spec, family)),
    ...(spec.defer_loading && { isLater: true }),
  }));
  return { sections, tools, text: renderSystem(facts) };
}

function sums(sections: readonly { tokens: number }[], tools: readonly { tokens: number }[]) {
  const [systemTokens, toolTokens] = [sections, tools].map((list) =>
    list.reduce((sum, { tokens }) => sum + tokens, 0),
  );
  return { systemTokens, toolTokens, tokens: (systemTokens ?? 0) + (toolTokens ?? 0) };
}
