import { type EventOf, MAIN } from "../event.ts";
import { addUsage, isToolUse, plainText, thinkingText } from "../message.ts";
import { cut, titleOf, visibleText } from "../row-text.ts";
import { addCall, dropWriting } from "./calls.ts";
import { type Folded, rowKey } from "./folded.ts";

export function addPrompt(folded: Folded, event: EventOf<"user">): void {
  const key = rowKey(event);
  const images = event.content.filter((block) => block.type === "image").length;
  if (event.agentId === MAIN && folded.status.title === "" && event.origin !== "task") {
    folded.tell({ title: titleOf(event.content) });
  }
  folded.store.add({
    kind: "prompt",
    key,
    agentId: event.agentId,
    text: cut(visibleText(event.content)),
    images,
    origin: event.origin ?? "user",
    seq: event.seq,
  });
}

export function addReply(folded: Folded, event: EventOf<"assistant">): void {
  const { agentId } = event;
  const thinking = thinkingText(event.content);
  const markdown = plainText(event.content);
  folded.store.settle(
    agentId,
    "thinking",
    thinking
      ? { kind: "thinking", key: `${rowKey(event)}:t`, agentId, text: cut(thinking), isStreaming: false }
      : undefined,
  );
  folded.store.settle(
    agentId,
    "reply",
    markdown.trim()
      ? { kind: "reply", key: rowKey(event), agentId, markdown, isStreaming: false, wasCut: false }
      : undefined,
  );
  for (const block of event.content) if (isToolUse(block)) addCall(folded, agentId, block.id, block.name);
  const total = addUsage(folded.status.total, event.usage);
  const { inputTokens, cacheReadTokens, cacheWriteTokens, outputTokens } = event.usage;
  const contextTokens =
    agentId === MAIN
      ? inputTokens + cacheReadTokens + cacheWriteTokens + outputTokens
      : folded.status.contextTokens;
  folded.untell("retry");
  folded.tell({ total, contextTokens });
}

export function addPartial(folded: Folded, event: EventOf<"partial">): void {
  const { agentId } = event;
  const key = rowKey(event);
  folded.store.settle(
    agentId,
    "thinking",
    event.thinking
      ? { kind: "thinking", key: `${key}:t`, agentId, text: cut(event.thinking), isStreaming: false }
      : undefined,
  );
  folded.store.settle(
    agentId,
    "reply",
    event.text
      ? { kind: "reply", key, agentId, markdown: event.text, isStreaming: false, wasCut: true }
      : undefined,
  );
  dropWriting(folded, agentId);
}

export function addDelta(folded: Folded, kind: "reply" | "thinking", agentId: string, delta: string): void {
  const row = folded.store.streaming(agentId, kind);
  if ("newKey" in row) {
    const key = row.newKey;
    folded.store.add(
      kind === "reply"
        ? { kind, key, agentId, markdown: delta, isStreaming: true, wasCut: false }
        : { kind, key, agentId, text: delta, isStreaming: true },
    );
  } else if (row.kind === "reply") {
    folded.store.stream({ ...row, markdown: row.markdown + delta });
  } else if (row.kind === "thinking") {
    folded.store.stream({ ...row, text: row.text + delta });
  }
  if (folded.status.retry && agentId === MAIN) {
    folded.untell("retry");
  }
}

export function discard(folded: Folded, agentId: string): void {
  folded.store.settle(agentId, "thinking", undefined);
  folded.store.settle(agentId, "reply", undefined);
  dropWriting(folded, agentId);
}
