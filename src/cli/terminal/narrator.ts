import { type AgentEvent, type EventOf, MAIN } from "../../core/event.ts";
import type { LiveEvent } from "../../core/live-event.ts";
import { plainText } from "../../core/message.ts";
import { callTitle } from "../../core/row-text.ts";
import { makeVisible } from "../../core/visible.ts";
import { diffLines } from "./diff-lines.ts";
import { drawMarkdown, type Page } from "./markdown.ts";
import { ReplyStream } from "./stream.ts";
import { oneLine, paint, wrap } from "./style.ts";
import { taskWords } from "./task-words.ts";

/** Most lines of a change that was made: the card, or the editor, has all of it. */
const MOST_DIFF_LINES = 40;

/** Tells what happens as lines that stay, and in a few words what is being done. */
export class Narrator {
  readonly #page: () => Page;
  readonly #reply: ReplyStream;
  /** What runs, by call. */
  readonly #running = new Map<string, string>();
  /** Changes that were shown whole on their card. */
  readonly #seen = new Set<string>();
  #doing = "";

  constructor(page: () => Page) {
    this.#page = page;
    this.#reply = new ReplyStream(page);
  }

  get doing(): string {
    return [...this.#running.values()].at(-1) ?? this.#doing;
  }

  /** The end of the reply that is being written, at most `rows` lines. */
  tail(rows: number): string[] {
    return this.#reply.tail(rows);
  }

  /** What is finished of the reply that is being written. */
  take(): string[] {
    return this.#reply.take();
  }

  hearLive(live: LiveEvent): string[] {
    if (live.agentId !== MAIN) return [];
    switch (live.type) {
      case "text":
        this.#reply.add(live.delta);
        this.#doing = "Writing";
        return [];
      case "thinking":
        this.#doing = "Thinking";
        return [];
      case "call":
        this.#doing = makeVisible(`${live.name} ${live.preview}`, "exact");
        return [];
      case "retry": {
        const seconds = Math.max(0, Math.round((live.atMs - Date.now()) / 1000));
        this.#doing = "Waiting to try again";
        return this.#note(
          `${live.reason} Trying again in ${seconds} s (${live.attempt} of ${live.maxAttempts}).`,
        );
      }
      case "room":
        this.#doing = "Making room";
        return [];
      case "discarded":
        return this.#reply.discard() ? this.#note("The answer was cut off and begins again.") : [];
      default:
        return [];
    }
  }

  hear(event: AgentEvent): string[] {
    switch (event.type) {
      case "user":
        this.#doing = "Waiting for the model";
        return event.origin === "task" ? this.#note(taskWords(plainText(event.content))) : [];
      case "assistant":
        this.#doing = "Working";
        return event.agentId === MAIN ? this.#reply.end(plainText(event.content).trim()) : [];
      case "partial":
        return event.agentId === MAIN ? this.#reply.end(event.text.trimEnd()) : [];
      case "tool.started":
        this.#running.set(event.callId, makeVisible(callTitle(event), "exact"));
        return [];
      case "permission.asked":
        if (event.detail.kind === "diff") this.#seen.add(event.callId);
        this.#running.set(event.callId, makeVisible(callTitle(event), "exact"));
        return [];
      case "tool.finished":
        return this.#finished(event);
      case "compacted":
        return this.#note("The conversation was summarised to make room.");
      case "notice":
        return this.#note(event.text);
      case "mode":
        return this.#note(`Mode: ${event.mode}`);
      case "finished":
        return event.agentId === MAIN ? this.#end(event) : [];
      default:
        return [];
    }
  }

  #finished({ callId, agentId, outcome, isError, content, detail }: EventOf<"tool.finished">): string[] {
    const page = this.#page();
    const title = this.#running.get(callId);
    this.#running.delete(callId);
    this.#doing = "Waiting for the model";
    const isFine = outcome === "done" && !isError;
    const { done, failed } = page.glyphs;
    const indent = agentId === MAIN ? "" : "  ";
    const mark = isFine ? paint(page, "green", done) : paint(page, "red", failed);
    const words = oneLine(title ?? "A call", page.columns - indent.length - 8, page.glyphs);
    const why = isFine
      ? ""
      : oneLine(makeVisible(plainText(content), "exact"), page.columns - 4, page.glyphs);
    const changes =
      detail?.kind === "diff" && !this.#seen.has(callId) ? diffLines(detail, page, MOST_DIFF_LINES) : [];
    const todos =
      detail?.kind === "todos"
        ? detail.todos.flatMap(({ content: what, status }) =>
            wrap(`  [${MARKS[status]}] ${makeVisible(what)}`, page.columns, "      "),
          )
        : [];
    return [
      `${indent}${mark} ${words}`,
      ...(why ? [`${indent}  ${paint(page, "dim", why)}`] : []),
      ...[...changes, ...todos].map((line) => indent + line),
    ];
  }

  #end({ outcome, error }: EventOf<"finished">): string[] {
    this.#running.clear();
    const page = this.#page();
    if (error)
      return wrap(makeVisible(`${error.message} ${error.hint}`), page.columns).map((line) =>
        paint(page, "red", line),
      );
    if (outcome === "cancelled") return this.#note("Stopped.");
    return outcome === "step_limit" ? this.#note("Stopped at --max-turns.") : [];
  }

  /** What was said last, for somebody who comes back to it. */
  last(events: readonly AgentEvent[]): string[] {
    const reply = events.findLast(
      (event) =>
        event.type === "assistant" && event.agentId === MAIN && plainText(event.content).trim() !== "",
    );
    return reply?.type === "assistant" ? drawMarkdown(plainText(reply.content).trim(), this.#page()) : [];
  }

  #note(text: string): string[] {
    const page = this.#page();
    return makeVisible(text)
      .split("\n")
      .flatMap((line) => wrap(line, page.columns).map((part) => paint(page, "dim", part)));
  }
}

const MARKS = { completed: "x", in_progress: ">", pending: " " } as const;
