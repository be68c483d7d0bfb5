import { type Block, type Message, text } from "../core/message.ts";
import type { ModelRequest } from "../core/model.ts";
import { acceptable } from "./acceptable.ts";
import { breakpoints, type Position } from "./breakpoints.ts";
import { canDefer, withDeferred } from "./deferred-tools.ts";
import { factsOf, type ModelFacts } from "./model-table.ts";
import { canSign, withPlainSummary } from "./signed-summary.ts";

/** `first-party`: the vendor's own endpoint. `compatible`: anything else that speaks the Messages API, more or less. */
export type Dialect = "first-party" | "compatible";

const UNKNOWN_CLAUDE: Pick<ModelFacts, "thinking" | "hasSystemMessages" | "defaultEffort"> = {
  thinking: "adaptive",
  hasSystemMessages: false,
  defaultEffort: undefined,
};

/** The body of `POST /v1/messages`: a pure function of the request, so that equal logs make equal bytes. */
export function toBody(request: ModelRequest, dialect: Dialect): Record<string, unknown> {
  const known = factsOf(request.model);
  const facts = known ?? (request.model.startsWith("claude-") ? UNKNOWN_CLAUDE : undefined);
  const canSystem = dialect === "first-party" && facts?.hasSystemMessages === true;
  const signs = dialect === "first-party" && canSign(request.model);
  const { tools, messages: given } = withDeferred(
    request,
    dialect === "first-party" && canDefer(request.model),
  );
  const messages = acceptable(signs ? given : withPlainSummary(given));
  const system = request.system.filter((part) => part.trim() !== "");
  const sent = canSystem ? messages : foldSystem(messages);
  const rolling = breakpoints(sent);
  return {
    model: request.model,
    max_tokens: request.maxOutputTokens,
    stream: true,
    ...(facts?.thinking === "adaptive" && { thinking: { type: "adaptive", display: "summarized" } }),
    ...(dialect === "first-party" && effortOf(request, known)),
    ...(dialect === "first-party" &&
      request.previousMessageId !== undefined && {
        diagnostics: { previous_message_id: request.previousMessageId },
      }),
    ...(signs && request.compaction && { compaction: { type: "summarize", ...request.compaction } }),
    ...(tools.length > 0 && { tools }),
    ...(system.length > 0 && { system: systemBlocks(system, dialect, MOST_BREAKPOINTS - rolling.length) }),
    messages: withBreakpoints(sent, rolling),
  };
}

/** Nothing is sent for the default, for a level the model does not know, and for a model that knows none. */
function effortOf(request: ModelRequest, facts: ModelFacts | undefined): Record<string, unknown> | undefined {
  const { effort } = request;
  if (effort === undefined || effort === facts?.defaultEffort) return undefined;
  return facts && !facts.efforts.includes(effort) ? undefined : { output_config: { effort } };
}

const MOST_BREAKPOINTS = 4;

/**
 * The frozen prefix outlives pauses of a few minutes: its cache entries are kept for an hour. One is of the whole; where a
 * marker is to spare, another ends with the first block, which is the same in every conversation and every workspace.
 */
function systemBlocks(system: readonly string[], dialect: Dialect, markers: number): Block[] {
  const lasting = dialect === "first-party" ? { type: "ephemeral", ttl: "1h" } : { type: "ephemeral" };
  const isMarked = (index: number): boolean => index === system.length - 1 || (index === 0 && markers > 1);
  return system.map((part, index) =>
    isMarked(index) ? { ...text(part), cache_control: lasting } : text(part),
  );
}

function withBreakpoints(messages: readonly Message[], places: readonly Position[]): Message[] {
  const marked = [...messages];
  for (const { message, block } of places) {
    const target = marked[message];
    if (!target) continue;
    marked[message] = {
      ...target,
      content: target.content.map((one, index) =>
        index === block ? { ...one, cache_control: { type: "ephemeral" } } : one,
      ),
    };
  }
  return marked;
}

/**
 * Makes mid-conversation `system` messages part of the user message before them, at its end. Where they follow
 * anything else they become a user message of their own. The same messages always fold the same way.
 */
export function foldSystem(messages: readonly Message[]): Message[] {
  const folded: Message[] = [];
  for (const message of messages) {
    const last = folded.at(-1);
    if (message.role !== "system") folded.push(message);
    else if (last?.role !== "user") folded.push({ role: "user", content: message.content.map(remind) });
    else folded[folded.length - 1] = { ...last, content: [...last.content, ...message.content.map(remind)] };
  }
  return folded;
}

const remind = (block: Block): Block =>
  typeof block["text"] === "string" ? text(`<system-reminder>\n${block["text"]}\n</system-reminder>`) : block;
