import { type AgentEvent, type EventOf, type HunkMark, MAIN } from "./event.ts";
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
  const talk: HunkQuestion[] = [];
  const open = new Map<number, EventOf<"user">>();
  let reply: EventOf<"assistant"> | undefined;
  for (const event of log) {
    if (event.agentId !== MAIN) continue;
    if (event.type === "assistant") reply = event;
    else if (event.type === "user" && event.about) {
      open.set(talk.length, event);
      talk.push({ about: event.about, asked: visibleText(event.content), at: event.at, answer: undefined });
    } else if (event.type === "finished") {
      for (const [index, { seq }] of open) {
        const question = talk[index];
        const words = reply && reply.sawSeq >= seq ? plainText(reply.content) : undefined;
        // Typed at the last moment: the turn that reads it comes right after this one.
        if (!question || (words === undefined && event.outcome === "done")) continue;
        talk[index] = { ...question, answer: answerOf(event, words ?? "") };
        open.delete(index);
      }
    }
  }
  return talk;
}

const answerOf = ({ at, outcome, error }: EventOf<"finished">, markdown: string): HunkAnswer => ({
  at,
  markdown,
  stopped: outcome === "done" ? undefined : (error?.message ?? outcome),
});
