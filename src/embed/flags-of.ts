import type { Flags } from "../cli/flags.ts";
import { AgentError } from "../core/errors.ts";
import type { AgentOptions } from "./surface.ts";

/** The same wishes as flags of the command line, so that both begin alike. Throws `invalid_input` for what excludes each other. */
export function flagsOf(options: AgentOptions): Flags {
  refuseWrong(options);
  return {
    outputFormat: "stream-json",
    // Nothing is described later: what is wrong with it is wrong now.
    inputFormat: "text",
    allowedTools: options.allowedTools ?? [],
    disallowedTools: options.disallowedTools ?? [],
    addDir: options.addDirs ?? [],
    maxTurns: options.maxTurns ?? 250,
    sessionPersistence: options.isKept !== false,
    ...agentFlags(options),
    ...sessionFlags(options),
  };
}

function agentFlags(options: AgentOptions): Partial<Flags> {
  const { model, effort, sandbox, permissionMode, tools, maxBudgetUsd } = options;
  const { mcpServers, agents, agent, fallbackModels, systemPrompt, appendSystemPrompt } = options;
  return {
    ...(model !== undefined && { model }),
    ...(effort !== undefined && { effort }),
    ...(sandbox !== undefined && { sandbox }),
    ...(permissionMode !== undefined && { permissionMode }),
    ...(tools !== undefined && { tools: tools.join(",") }),
    ...(maxBudgetUsd !== undefined && { maxBudgetUsd }),
    ...(fallbackModels !== undefined && { fallbackModel: fallbackModels.join(",") }),
    ...(mcpServers !== undefined && { mcpConfig: [JSON.stringify({ mcpServers })] }),
    ...(agents !== undefined && { agents: JSON.stringify(agents) }),
    ...(agent !== undefined && { agent }),
    ...(options.jsonSchema !== undefined && { jsonSchema: JSON.stringify(options.jsonSchema) }),
    ...(systemPrompt !== undefined && { systemPrompt }),
    ...(appendSystemPrompt !== undefined && { appendSystemPrompt }),
  };
}

const sessionFlags = ({ resume, sessionId, continue: goesOn, fork }: AgentOptions): Partial<Flags> => ({
  ...(resume !== undefined && { resume }),
  ...(goesOn === true && { continue: true }),
  ...(fork === true && { forkSession: true }),
  ...(sessionId !== undefined && { sessionId }),
});

/** Callers without types exist: what would be misunderstood ends here, before anything is opened. */
function refuseWrong(options: AgentOptions): void {
  const {
    maxTurns = 1,
    maxBudgetUsd = 1,
    permissionMode = "default",
    effort = "low",
    sandbox = "auto",
  } = options;
  const goesOn = options.resume !== undefined || options.continue === true;
  const lists = [
    options.allowedTools,
    options.disallowedTools,
    options.tools,
    options.addDirs,
    options.fallbackModels,
  ];
  const wrong: readonly (readonly [boolean, string])[] = [
    [
      lists.some((list) => list !== undefined && !Array.isArray(list)),
      "Rules, tools, folders and models are lists.",
    ],
    [!MODES.includes(permissionMode), `There is no mode ${JSON.stringify(permissionMode)}.`],
    [!EFFORTS.includes(effort), `There is no effort ${JSON.stringify(effort)}.`],
    [!SANDBOX.includes(sandbox), "sandbox is auto, on or off."],
    [!Number.isInteger(maxTurns) || maxTurns < 1, "maxTurns is no whole number above 0."],
    [!Number.isFinite(maxBudgetUsd) || maxBudgetUsd <= 0, "maxBudgetUsd is no amount above 0."],
    [options.resume !== undefined && options.continue === true, "resume and continue are two sessions."],
    [options.fork === true && !goesOn, "fork needs resume or continue."],
    [
      goesOn && options.fork !== true && options.sessionId !== undefined,
      "A session that goes on has its id already.",
    ],
    [goesOn && options.isKept === false, "A session that goes on is kept."],
  ];
  const found = wrong.find(([isWrong]) => isWrong);
  if (found) throw new AgentError("invalid_input", found[1]);
}

export const MODES: readonly string[] = [
  "default",
  "acceptEdits",
  "plan",
  "auto",
  "dontAsk",
  "bypassPermissions",
];
export const EFFORTS: readonly string[] = ["low", "medium", "high", "xhigh", "max"];
const SANDBOX = ["auto", "on", "off"];
