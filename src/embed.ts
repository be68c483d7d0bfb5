import "./hosts/node/checks-without-compiler.ts";
import { realpathSync } from "node:fs";
import { openStarted, problemsOf } from "./cli/open-app.ts";
import { startFrom } from "./cli/options.ts";
import { Wishes } from "./cli/wishes.ts";
import { AgentError, toAgentError } from "./core/errors.ts";
import { NOBODY, Whereabouts } from "./core/presence.ts";
import { EmbeddedAgent } from "./embed/embedded-agent.ts";
import { flagsOf } from "./embed/flags-of.ts";
import type { Agent, AgentOptions, createAgent as declared } from "./embed/surface.ts";
import { factsOf } from "./models/model-table.ts";

export { AgentError };

/** See `surface.ts`, which is what the package says of itself. */
export const createAgent: typeof declared = async (options = {}) => {
  try {
    return await open(options);
  } catch (thrown) {
    throw toAgentError(thrown);
  }
};

async function open(options: AgentOptions): Promise<Agent> {
  const flags = flagsOf(options);
  const cwd = folderOf(options.cwd ?? process.cwd());
  const whereabouts = new Whereabouts(NOBODY);
  const wishes = await Wishes.from(flags);
  const start = await startFrom(flags, cwd, {
    ...{ whereabouts, extras: wishes.extras, sending },
    environment: environmentOf(options),
  });
  const app = await openStarted(start, flags);
  if (app.readOnlyBecause !== undefined) {
    await app.close();
    throw new AgentError("locked", app.readOnlyBecause);
  }
  return new EmbeddedAgent(app, {
    answers: options.answers === true,
    mayBypass: options.permissionMode === "bypassPermissions",
    structured: wishes.structured,
    whereabouts,
    problems: problemsOf(start, app),
    priceOf: (model) => start.options.priceOf?.(model) ?? factsOf(model)?.price,
  });
}

/** Standard error is the program's: a warning is what it can listen to. */
const sending = (rest: Promise<string | undefined>): Promise<void> =>
  rest.then((lost) => {
    if (lost !== undefined) process.emitWarning(lost, "PlumbTelemetryWarning");
  });

function folderOf(cwd: string): string {
  try {
    return realpathSync(cwd);
  } catch (thrown) {
    throw new AgentError("not_found", `There is no folder ${JSON.stringify(cwd)}.`, { cause: thrown });
  }
}

/** What was given goes before what the process has; the process itself is left alone. */
function environmentOf({
  apiKey,
  baseUrl,
  dataDir,
}: AgentOptions): Readonly<Record<string, string | undefined>> {
  return {
    ...process.env,
    ...(apiKey !== undefined && { ANTHROPIC_API_KEY: apiKey }),
    ...(baseUrl !== undefined && { ANTHROPIC_BASE_URL: baseUrl }),
    ...(dataDir !== undefined && { PLUMB_HOME: dataDir }),
  };
}
