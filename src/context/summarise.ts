import type { ContextStrategy, SideAnswer } from "../core/context.ts";
import type { AgentEvent, EventOf } from "../core/event.ts";
import { isText, plainText, type Usage } from "../core/message.ts";
import { CONTEXT_TAG } from "../core/row-text.ts";
import { modeReminder } from "../prompts/mode-reminder.ts";
import { SUMMARY_PROMPT } from "../prompts/summary.ts";

const MAX_QUOTED_CHARS = 8_000;

/**
 * Replaces all that was answered by a handover the model writes itself, once the last request used `compactAtTokens`
 * or the provider refused one as too long. What is unanswered stays verbatim, and no reply does: thoughts are only
 * valid behind the very bytes they followed. The engine begins a new epoch with it.
 */
export function summarise({ compactAtTokens }: { compactAtTokens: number }): ContextStrategy {
  return {
    name: "summarise",
    async makeRoom({ events, occasion, focus, ask }, signal) {
      const reply = events.findLast((event) => event.type === "assistant");
      if (occasion === "step" && (!reply || used(reply.usage) < compactAtTokens)) return undefined;
      const compacted = events.findLast((event) => event.type === "compacted");
      // Nothing new since the last time: what does not fit now would not fit afterwards either.
      if (!reply || (compacted && compacted.seq > reply.seq)) return undefined;
      const next = events.find((event) => event.type === "user" && event.seq > reply.seq);
      const last = events.at(-1) ?? reply;
      const question = { upToSeq: last.seq, prompt: SUMMARY_PROMPT };
      const words = await write(() => ask(question), events, compacted, signal);
      const summary = handover(events, reply, words);
      const keepFromSeq = next?.seq ?? last.seq + 1;
      const event = { type: "compacted" as const, strategy: "summarise", summary, keepFromSeq };
      return { events: [{ ...event, ...(focus !== "" && { focus }) }] };
    },
  };
}

const used = ({ inputTokens, cacheReadTokens, cacheWriteTokens, outputTokens }: Usage): number =>
  inputTokens + cacheReadTokens + cacheWriteTokens + outputTokens;

/** The model's own words; when it has none, or the request for them does not fit either, what the log says. */
async function write(
  ask: () => Promise<SideAnswer>,
  events: readonly AgentEvent[],
  compacted: EventOf<"compacted"> | undefined,
  signal: AbortSignal,
): Promise<string> {
  try {
    const words = plainText((await ask()).content).trim();
    if (words !== "") return words;
  } catch (thrown) {
    if (signal.aborted) throw thrown;
  }
  return fromLog(
    events.filter((event) => event.seq > (compacted?.seq ?? -1)),
    compacted,
  );
}

function handover(events: readonly AgentEvent[], reply: EventOf<"assistant">, words: string): string {
  const prompts = events.filter((event) => event.type === "user" && event.origin !== "task");
  const first = prompts.find((event) => event.type === "user");
  const unseen = prompts.filter((event) => event.seq > reply.sawSeq && event.seq < reply.seq);
  const todos = events.findLast((event) => event.type === "tool.finished" && event.detail?.kind === "todos");
  const mode = events.findLast((event) => event.type === "mode");
  const parts = [
    first && `The user's first message:\n${quote(said(first))}`,
    words,
    unseen.length > 0 &&
      `Said by the user meanwhile and not answered yet:\n${unseen.map((event) => quote(said(event))).join("\n")}`,
    todos && `Todo list:\n${todoLines(todos)}`,
    mode?.type === "mode" && modeReminder(mode.mode),
  ];
  return parts.filter((part) => typeof part === "string").join("\n\n");
}

/** A plain extract, for when no model can be asked. */
function fromLog(events: readonly AgentEvent[], compacted: EventOf<"compacted"> | undefined): string {
  const prompts = events.filter((event) => event.type === "user").map((event) => quote(said(event), 1_000));
  const files = new Set(events.map((event) => (event.type === "edit" ? event.path : "")).filter(Boolean));
  const reply = events.findLast(
    (event) => event.type === "assistant" && plainText(event.content).trim() !== "",
  );
  const parts = [
    "The conversation did not fit the model any more and could not be summarised; this is an extract.",
    compacted && `Summary of what came earlier:\n${quote(compacted.summary)}`,
    `Messages of the user:\n${prompts.join("\n")}`,
    files.size > 0 && `Files changed: ${[...files].join(", ")}`,
    reply?.type === "assistant" && `Your last words:\n${quote(plainText(reply.content), 2_000)}`,
    "Read files again before you rely on them.",
  ];
  return parts.filter((part) => typeof part === "string").join("\n\n");
}

const said = (event: AgentEvent): string =>
  event.type === "user"
    ? event.content
        .map((block) => (isText(block) && !block.text.startsWith(`<${CONTEXT_TAG}`) ? block.text : ""))
        .filter(Boolean)
        .join("\n")
    : "";

/** Cut in the middle: how a message begins and ends says most. */
function quote(text: string, maxChars = MAX_QUOTED_CHARS): string {
  const shown =
    text.length > maxChars
      ? `${text.slice(0, maxChars / 2).toWellFormed()}\n[…]\n${text.slice(-maxChars / 2).toWellFormed()}`
      : text;
  return shown.replaceAll(/^/gm, "> ");
}

function todoLines(event: AgentEvent): string {
  if (event.type !== "tool.finished" || event.detail?.kind !== "todos") return "";
  return event.detail.todos.map(({ content, status }) => `- [${status}] ${content}`).join("\n");
}
