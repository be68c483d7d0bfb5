import { type AgentEvent, type EventOf, MAIN } from "../core/event.ts";
import { isText, plainText } from "../core/message.ts";
import type { Source } from "../core/untrusted.ts";
import { whatSends } from "./shell/late.ts";
import type { ReadingPlace } from "./shell/reading.ts";

/**
 * Where text came from that may want something of its own, since a person spoke last: a page, a server's tool, a file
 * outside of the workspace, a command that asked another machine. In words; undefined while there is none. What a
 * sub-agent met counts for everybody, because its report may carry it. `isHarmless`: what does not count, for who asks.
 */
export function taintOf(
  log: readonly AgentEvent[],
  place: ReadingPlace,
  known: KnownTaint = NOTHING_KNOWN,
  isHarmless: (source: Source) => boolean = () => false,
): string | undefined {
  let { words, upTo: begin } = known;
  for (let i = log.length - 1; i >= known.upTo; i -= 1) {
    const event = log[i];
    if (event?.type !== "user" || !isSpoken(event)) continue;
    begin = i;
    words = undefined;
    break;
  }
  for (let i = begin; i < log.length; i += 1) {
    const event = log[i];
    if (event?.type === "tool.finished") words = broughtBy(event, log, i, { place, isHarmless }) ?? words;
  }
  return words;
}

/** What there was to say of the log's first `upTo` events, so that no command in it has to be read again. */
export interface KnownTaint {
  readonly words: string | undefined;
  readonly upTo: number;
}
const NOTHING_KNOWN: KnownTaint = { words: undefined, upTo: 0 };

/** What the button to go on says for the person, who says nothing of their own with it. */
export const GO_ON = "Continue.";

const isSpoken = ({ agentId, origin, content }: EventOf<"user">): boolean =>
  agentId === MAIN && origin !== "task" && plainText(content.filter(isText)) !== GO_ON;

interface Judging {
  readonly place: ReadingPlace;
  readonly isHarmless: (source: Source) => boolean;
}

function broughtBy(
  { source, callId }: EventOf<"tool.finished">,
  log: readonly AgentEvent[],
  at: number,
  judging: Judging,
): string | undefined {
  if (!source || judging.isHarmless(source)) return undefined;
  if (source.kind === "command") return askedElsewhere(log, at, callId, judging.place);
  if (source.kind === "workspace")
    return source.name === "" ? undefined : saved(source.name, log, at, judging);
  return WORDS[source.kind]?.(source.name);
}

/** A long output that is read on is what it was when it came, however long ago. One that nobody here knows may be anything. */
function saved(
  path: string,
  log: readonly AgentEvent[],
  before: number,
  judging: Judging,
): string | undefined {
  let isKnown = false;
  for (let i = before - 1; i >= 0; i -= 1) {
    const event = log[i];
    if (event?.type !== "tool.finished" || event.source?.kind === "workspace") continue;
    if (!event.content.some((block) => isText(block) && block.text.includes(path))) continue;
    isKnown = true;
    const words = broughtBy(event, log, i, judging);
    if (words !== undefined) return words;
  }
  return isKnown ? undefined : "a saved output";
}

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
