import * as z from "zod";
import type { App } from "../app/app.ts";
import { isModeName } from "../app/mode-names.ts";
import { findLast } from "../core/conversation.ts";
import { AgentError, toAgentError } from "../core/errors.ts";
import { MAIN } from "../core/event.ts";
import { factsOf, MODEL_TABLE } from "../models/model-table.ts";
import { wireServer } from "../protocol/stream-json/frame.ts";
import type { ControlRequest } from "../protocol/stream-json/input.ts";
import type { StreamCaller } from "./caller.ts";
import { chooseMode, chooseModel } from "./choices.ts";
import type { Conversation } from "./conversation.ts";
import type { JsonOutput } from "./json-output.ts";
import type { Wishes } from "./wishes.ts";
import { zodWords } from "./zod-words.ts";

export interface ControlParts {
  readonly app: App;
  readonly output: JsonOutput;
  readonly caller: StreamCaller;
  readonly conversation: Conversation;
  readonly wishes: Wishes;
  readonly mayBypass: boolean;
}
type Handler = (request: Record<string, unknown>, parts: ControlParts) => unknown;

/** Answers one request of the caller about the conversation; always with exactly one frame. */
export async function answerControl(
  { request_id, request }: ControlRequest,
  parts: ControlParts,
): Promise<void> {
  const { subtype } = request;
  try {
    const handler = Object.hasOwn(HANDLERS, subtype) ? HANDLERS[subtype] : undefined;
    if (!handler) throw new AgentError("invalid_input", `There is no ${subtype} yet.`);
    const response = (await handler(request, parts)) ?? {};
    parts.output.write({
      type: "control_response",
      response: { subtype: "success", request_id, response },
    });
  } catch (thrown) {
    const error = thrown instanceof z.ZodError ? zodWords(thrown) : toAgentError(thrown).message;
    parts.output.write({ type: "control_response", response: { subtype: "error", request_id, error } });
  }
}

const isGiven = (value: unknown): boolean =>
  value !== undefined && value !== null && (typeof value !== "object" || Object.keys(value).length > 0);

/** What a caller may ask for with `initialize` and would miss, so that it is refused in words. */
const NOT_YET = ["hooks", "sdkMcpServers", "toolAliases", "planModeInstructions"];
const Initialize = z.looseObject({
  systemPrompt: z.union([z.string(), z.array(z.string()).transform((parts) => parts.join("\n\n"))]).nullish(),
  appendSystemPrompt: z.string().nullish(),
  jsonSchema: z.record(z.string(), z.unknown()).nullish(),
});

const models = () => MODEL_TABLE.map(({ id, name }) => ({ value: id, displayName: name, description: "" }));

const HANDLERS: Readonly<Record<string, Handler>> = {
  async initialize(request, { app, output, wishes, caller }) {
    const missing = NOT_YET.filter((key) => isGiven(request[key]));
    if (missing.length > 0)
      throw new AgentError("invalid_input", `initialize: ${missing.join(", ")} is not there yet.`);
    const { systemPrompt, appendSystemPrompt, jsonSchema } = Initialize.parse(request);
    if (isGiven(request["agents"])) {
      await wishes.takeAgents(request["agents"], app);
      for (const problem of output.agentProblems) caller.warn(`agents: ${problem}`);
    }
    if (jsonSchema) await wishes.wantStructured(JSON.stringify(jsonSchema));
    if (systemPrompt != null) wishes.system = systemPrompt;
    if (appendSystemPrompt != null) wishes.append = appendSystemPrompt;
    return {
      ...{ commands: [], agents: wishes.startable, models: models(), account: {} },
      ...{ output_style: "default", available_output_styles: ["default"] },
      pending_permission_requests: caller.pending,
    };
  },
  interrupt(request, { conversation }) {
    return { still_queued: conversation.interrupt(request["cancel_queued"] === true) };
  },
  set_permission_mode(request, { app, mayBypass }) {
    const name = z.string().parse(request["mode"]);
    if (!isModeName(name)) throw new AgentError("invalid_input", `There is no mode ${JSON.stringify(name)}.`);
    chooseMode(app, name, mayBypass);
    return { mode: name };
  },
  set_model(request, { app }) {
    chooseModel(app, z.string().nullish().parse(request["model"]) ?? "default");
    return {};
  },
  list_models: () => ({ models: models() }),
  get_settings: (_request, { app }) => ({
    effective: { model: app.choice.model, effortLevel: app.choice.effort, permissions: {} },
  }),
  list_permission_rules: (_request, { app }) => ({
    rules: app.permissions.written.map(({ verdict, text, source }) => ({
      behavior: verdict,
      rule: text,
      source,
    })),
  }),
  get_session_cost: (_request, { output }) => costs(output),
  get_usage: (_request, { output }) => costs(output),
  get_context_usage(_request, { app }) {
    const usage = findLast(app.session.events, MAIN, "assistant")?.usage;
    const totalTokens = usage
      ? usage.inputTokens + usage.cacheReadTokens + usage.cacheWriteTokens + usage.outputTokens
      : 0;
    const maxTokens = factsOf(app.choice.model)?.contextTokens ?? 0;
    return {
      ...{ totalTokens, maxTokens, model: app.choice.model, categories: [] },
      percentage: maxTokens > 0 ? Math.round((totalTokens / maxTokens) * 100) : 0,
    };
  },
  async rewind_files(request, { app, conversation }) {
    const seq = conversation.seqOf(z.string().parse(request["user_message_id"]));
    if (seq === undefined) return { canRewind: false, error: "There is no such message." };
    const { files } = await app.checkpoints.preview(seq);
    const able = files.filter(({ problem }) => problem === undefined);
    if (request["dry_run"] !== true) await app.checkpoints.rewind({ seq, what: "files", clashes: "leave" });
    return {
      canRewind: true,
      filesChanged: able.map(({ path }) => path),
      insertions: able.reduce((sum, { added }) => sum + added, 0),
      deletions: able.reduce((sum, { removed }) => sum + removed, 0),
    };
  },
  cancel_async_message: (request, { conversation }) => ({
    cancelled: conversation.cancel(z.string().parse(request["message_uuid"])),
  }),
  mcp_status: (_request, { app }) => ({ mcpServers: app.servers.map(wireServer) }),
};

const costs = ({ stream }: JsonOutput) => ({
  total_cost_usd: stream.dollars,
  modelUsage: stream.modelUsage,
});
