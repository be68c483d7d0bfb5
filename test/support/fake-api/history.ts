import { refuseRequest } from "./api-error.ts";
import type { ModelProfile } from "./models.ts";
import { blocksOf, type CountBody, type WireBlock } from "./schema.ts";

interface Turn {
  readonly role: "user" | "assistant" | "system";
  /** Index of its first message. */
  readonly at: number;
  readonly blocks: { block: WireBlock; path: string }[];
}

/** Everything that makes a list of messages no conversation. Throws the API's own words. */
export function checkHistory(body: CountBody, profile: ModelProfile): void {
  if (body.messages.length === 0) refuseRequest("messages: at least one message is required");
  const [first] = body.messages;
  const isSummed = first?.role === "assistant" && blocksOf(first)[0]?.type === "compaction";
  if (first?.role !== "user" && !isSummed) refuseRequest('messages: first message must use the "user" role');
  checkEmptiness(body);
  checkSystemMessages(body, profile);
  const turns = mergeTurns(body);
  checkPairs(turns);
  checkUniqueIds(turns);
  if (!("compaction" in body)) checkEnd(turns, profile);
}

/** Neighbouring messages of one role count as one. */
function mergeTurns(body: CountBody): Turn[] {
  const turns: Turn[] = [];
  for (const [m, message] of body.messages.entries()) {
    const blocks = blocksOf(message).map((block, b) => ({ block, path: `messages.${m}.content.${b}` }));
    const last = turns.at(-1);
    if (last?.role === message.role) last.blocks.push(...blocks);
    else turns.push({ role: message.role, at: m, blocks });
  }
  return turns;
}

function checkEmptiness(body: CountBody): void {
  for (const [m, message] of body.messages.entries()) {
    const blocks = blocksOf(message);
    const isLast = m === body.messages.length - 1;
    if (blocks.length === 0 && !(isLast && message.role === "assistant")) {
      refuseRequest(
        `messages.${m}: all messages must have non-empty content except for the optional final assistant message`,
      );
    }
    for (const block of blocks) checkBlockText(block);
  }
}

function checkBlockText(block: WireBlock): void {
  const inner = block.type === "tool_result" ? block["content"] : undefined;
  if (block.type === "tool_result" && block["is_error"] === true) {
    if (inner === undefined || inner === "" || (Array.isArray(inner) && inner.length === 0)) {
      refuseRequest("messages: content cannot be empty if `is_error` is true");
    }
  }
  if (Array.isArray(inner)) for (const one of inner) checkText(one);
  checkText(block);
}

function checkText(block: WireBlock): void {
  if (block.type !== "text" || typeof block["text"] !== "string") return;
  if (block["text"] === "") {
    refuseRequest(
      block["cache_control"]
        ? "messages: cache_control cannot be set for empty text blocks"
        : "messages: text content blocks must be non-empty",
    );
  }
  if (block["text"].trim() === "")
    refuseRequest("messages: text content blocks must contain non-whitespace text");
}

function checkSystemMessages(body: CountBody, profile: ModelProfile): void {
  for (const [m, { role }] of body.messages.entries()) {
    if (role !== "system") continue;
    if (!profile.hasSystemMessages) {
      refuseRequest(`messages.${m}: role 'system' is not supported for this model`);
    }
    const before = body.messages.slice(0, m).findLast((other) => other.role !== "system");
    const after = body.messages.slice(m + 1).find((other) => other.role !== "system");
    if (before?.role !== "user" || after?.role === "user") {
      refuseRequest(
        `messages.${m}: role 'system' must directly follow a user message and come before an assistant message or the end`,
      );
    }
  }
}

function checkPairs(turns: readonly Turn[]): void {
  for (const [t, turn] of turns.entries()) {
    const calls = idsOf(turn, "assistant", "tool_use", "id");
    const next = turns[t + 1];
    if (calls.length > 0) {
      const answered = new Set(next ? leadingResults(next) : []);
      const open = calls.filter((id) => !answered.has(id));
      if (open.length > 0) {
        refuseRequest(
          `messages.${turn.at}: \`tool_use\` ids were found without \`tool_result\` blocks immediately after: ${open.join(", ")}. Each \`tool_use\` block must have a corresponding \`tool_result\` block in the next message.`,
        );
      }
    }
    checkResults(turn, turns[t - 1]);
  }
}

function checkResults(turn: Turn, previous: Turn | undefined): void {
  const asked = new Set(previous ? idsOf(previous, "assistant", "tool_use", "id") : []);
  const seen = new Set<string>();
  for (const { block, path } of turn.blocks) {
    if (block.type !== "tool_result") continue;
    const id = String(block["tool_use_id"]);
    if (!asked.has(id)) {
      refuseRequest(
        `${path}: unexpected \`tool_use_id\` found in \`tool_result\` blocks: ${id}. Each \`tool_result\` block must have a corresponding \`tool_use\` block in the previous message.`,
      );
    }
    if (seen.has(id)) {
      refuseRequest(
        `${path}: each tool_use must have a single result. Found multiple \`tool_result\` blocks with id: ${id}`,
      );
    }
    seen.add(id);
  }
}

const idsOf = (turn: Turn, role: Turn["role"], type: string, key: string): string[] =>
  turn.role === role
    ? turn.blocks.filter(({ block }) => block.type === type).map(({ block }) => String(block[key]))
    : [];

/** Results count only as long as no other block comes before them. */
function leadingResults(turn: Turn): string[] {
  const ids: string[] = [];
  for (const { block } of turn.role === "user" ? turn.blocks : []) {
    if (block.type !== "tool_result") break;
    ids.push(String(block["tool_use_id"]));
  }
  return ids;
}

function checkUniqueIds(turns: readonly Turn[]): void {
  const seen = new Set<string>();
  for (const turn of turns) {
    for (const id of idsOf(turn, "assistant", "tool_use", "id")) {
      if (seen.has(id)) refuseRequest(`messages.${turn.at}: \`tool_use\` ids must be unique`);
      seen.add(id);
    }
  }
}

function checkEnd(turns: readonly Turn[], profile: ModelProfile): void {
  const last = turns.at(-1);
  if (last?.role !== "assistant") return;
  if (!profile.allowsPrefill) {
    refuseRequest(
      "This model does not support assistant message prefill. The conversation must end with a user message.",
    );
  }
  const text = last.blocks.at(-1)?.block["text"];
  if (typeof text === "string" && /\s$/.test(text)) {
    refuseRequest("messages: final assistant content cannot end with trailing whitespace");
  }
}
