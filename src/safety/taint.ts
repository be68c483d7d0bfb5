import { type AgentEvent, MAIN } from "../core/event.ts";
import type { Source } from "../core/untrusted.ts";
import { whatSends } from "./shell/late.ts";
import type { ReadingPlace } from "./shell/reading.ts";

/**
 * Where text came from that may want something of its own, since a person spoke last: a page, a server's tool, a file
 * outside of the workspace, a command that asked another machine. In words; undefined while there is none. What a
 * sub-agent met counts for everybody, because its report may carry it.
 */
export function taintOf(log: readonly AgentEvent[], place: ReadingPlace): string | undefined {
  let words: string | undefined;
  for (let i = log.length - 1; i >= 0; i -= 1) {
    const event = log[i];
    if (event?.type === "user" && event.agentId === MAIN && event.origin !== "task") return words;
    if (event?.type !== "tool.finished" || !event.source) continue;
    words ??= isCommand(event.source)
      ? askedElsewhere(log, i, event.callId, place)
      : WORDS[event.source.kind]?.(event.source.name);
  }
  return words;
}

const isCommand = ({ kind }: Source): boolean => kind === "command";

const WORDS: Partial<Record<Source["kind"], (name: string) => string>> = {
  web: (name) => name,
  mcp: (name) => name,
  outside: (name) => name,
};

/** Publishing and installing say little about what is there. */
const ONLY_SENDS = /^(?!git (?:clone|ls-remote|fetch|pull|archive)\b|code |what |a )\S+ \S/;

/** A command brings what others wrote when it asked another machine for it. */
function askedElsewhere(
  log: readonly AgentEvent[],
  before: number,
  callId: string,
  place: ReadingPlace,
): string | undefined {
  for (let i = before; i >= 0; i -= 1) {
    const event = log[i];
    if (event?.type !== "tool.started" || event.callId !== callId) continue;
    const command = event.accesses.find(({ kind }) => kind === "execute")?.target;
    const words = command === undefined ? undefined : whatSends(command, place);
    return words === undefined || ONLY_SENDS.test(words) ? undefined : words;
  }
  return undefined;
}
