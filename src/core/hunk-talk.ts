import { type AgentEvent, MAIN } from "./event.ts";
import type { HunkMark } from "./events/talk.ts";
import { plainText } from "./message.ts";
import { visibleText } from "./row-text.ts";

/** One message about a hunk and what came of it. */
export interface HunkQuestion {
  readonly about: HunkMark;
  /** What the person wrote, with the place in front of it. */
  readonly asked: string;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly answer: HunkAnswer | undefined;
}
export interface HunkAnswer {
  /** The agent's last words of that turn, as Markdown; may be empty. */
  readonly markdown: string;
  /** Why there is no better answer, in words; undefined when the turn ended by itself. */
  readonly stopped: string | undefined;
  /** Epoch milliseconds. */
  readonly at: number;
}

/** All messages about hunks, oldest first, each with the end of the turn that read it: a projection of the log. */
export function hunkTalk(log: readonly AgentEvent[]): HunkQuestion[] {
  return log.flatMap((event, index) => {
    if (event.type !== "user" || !event.about || event.agentId !== MAIN) return [];
    const { about, content, at, seq } = event;
    return [{ about, at, asked: visibleText(content), answer: answerTo(seq, log, index + 1) }];
  });
}

function answerTo(seq: number, log: readonly AgentEvent[], from: number): HunkAnswer | undefined {
  let words: string | undefined;
  for (let i = from; i < log.length; i += 1) {
    const event = log[i];
    if (event?.agentId !== MAIN) continue;
    if (event.type === "assistant" && event.sawSeq >= seq) words = plainText(event.content);
    if (event.type !== "finished") continue;
    // Typed at the last moment: the turn that reads it comes right after this one.
    if (words === undefined && event.outcome === "done") continue;
    const { at, outcome, error } = event;
    return {
      at,
      markdown: words ?? "",
      stopped: outcome === "done" ? undefined : (error?.message ?? outcome),
    };
  }
  return undefined;
}
