import { ApiError, refuseRequest } from "./api-error.ts";
import type { ModelProfile } from "./models.ts";
import { blocksOf, type CountBody, type RequestBody } from "./schema.ts";
import { countTokens, referencesIn, type Unit } from "./units.ts";

/** What a model accepts in parameters, tools and size. Throws the API's own words. */
export function checkLimits(body: CountBody, units: readonly Unit[], profile: ModelProfile): void {
  checkTools(body, profile);
  checkThinkingParameter(body, profile);
  const effort = body.output_config?.effort;
  if (effort !== undefined && !profile.efforts.includes(effort)) {
    refuseRequest(
      profile.efforts.length === 0
        ? "This model does not support the effort parameter."
        : `output_config.effort: Input should be ${profile.efforts.map((level) => `'${level}'`).join(", ")}`,
    );
  }
  const tokens = countTokens(units);
  if (tokens > profile.contextTokens) {
    refuseRequest(`prompt is too long: ${tokens} tokens > ${profile.contextTokens} maximum`);
  }
}

export function checkMaxTokens({ max_tokens: asked, model }: RequestBody, profile: ModelProfile): void {
  if (asked > profile.maxOutputTokens) {
    refuseRequest(
      `max_tokens: ${asked} > ${profile.maxOutputTokens}, which is the maximum allowed number of output tokens for ${model}`,
    );
  }
}

/** What cannot be asked of a request that wants no answer. */
export function checkWarming(body: RequestBody): void {
  const isForced = body.tool_choice?.type === "any" || body.tool_choice?.type === "tool";
  const refused = [
    body.stream === true && "stream",
    body.output_config?.format !== undefined && "output_config.format",
    isForced && "tool_choice",
    body.thinking?.type === "enabled" && "thinking.enabled",
  ].find((name) => name !== false);
  if (refused !== undefined) refuseRequest(`max_tokens: 0 is not supported together with ${refused}`);
}

function checkTools(body: CountBody, profile: ModelProfile): void {
  const names = (body.tools ?? []).map(({ name }) => name);
  if (new Set(names).size < names.length) refuseRequest("tools: Tool names must be unique.");
  for (const [i, { input_schema: schema }] of (body.tools ?? []).entries()) {
    if ("oneOf" in schema || "allOf" in schema || "anyOf" in schema) {
      refuseRequest(
        `tools.${i}.custom.input_schema: input_schema does not support oneOf, allOf, or anyOf at the top level`,
      );
    }
  }
  checkDeferred(body, profile);
  const choice = body.tool_choice;
  if ((choice?.type === "any" || choice?.type === "tool") && !profile.canForceTool) {
    refuseRequest('tool_choice: type "tool" and "any" are not supported for this model.');
  }
  if (names.length > 0) return;
  if (choice && choice.type !== "none")
    refuseRequest("tool_choice: tool_choice may only be specified while providing tools.");
  if (JSON.stringify(body.messages).includes('"type":"tool_use"')) {
    refuseRequest("Requests which include `tool_use` or `tool_result` blocks must define tools.");
  }
}

function checkDeferred(body: CountBody, profile: ModelProfile): void {
  const tools = body.tools ?? [];
  const known = new Set(tools.map(({ name }) => name));
  const first = tools.findIndex((tool) => tool.defer_loading);
  if (first >= 0 && !profile.canDefer)
    refuseRequest(`tools.${first}.custom.defer_loading: deferred tools are not supported for this model.`);
  if (tools.length > 0 && tools.every((tool) => tool.defer_loading))
    refuseRequest("All tools have defer_loading set. At least one tool must have defer_loading=false.");
  for (const [m, message] of body.messages.entries()) {
    for (const [b, block] of blocksOf(message).entries()) {
      const references = referencesIn(block);
      if (references.length > 0 && !profile.canDefer)
        refuseRequest(`messages.${m}.content.${b}: tool references are not supported for this model.`);
      const unknown = references.find((name) => !known.has(name));
      if (unknown === undefined) continue;
      const words = `messages.${m}.content.${b}: Tool reference '${unknown}' not found in available tools`;
      throw new ApiError(400, "invalid_request_error", words, "tool_reference_unresolved");
    }
  }
}

function checkThinkingParameter(body: CountBody, profile: ModelProfile): void {
  const { thinking } = body;
  if (!thinking || profile.thinking.includes(thinking.type)) return;
  if (thinking.type === "adaptive") refuseRequest("adaptive thinking is not supported on this model");
  refuseRequest(
    `"thinking.type.${thinking.type}" is not supported for this model. Use "thinking.type.adaptive" and "output_config.effort" to control thinking behavior.`,
  );
}
