import type { Agent } from "./agent.ts";
import type { AgentEvent, EventOf } from "./event.ts";
import { followed } from "./followed.ts";
import { canonicalJson } from "./hash.ts";
import { isText, isToolUse, plainText, type ToolUseBlock } from "./message.ts";
import type { Secrets } from "./secrets.ts";
import type { Session } from "./session.ts";

/** A shorter result is as quickly sent as talked about. In characters. */
const WORTH_CHARS = 900;
/** Who makes the same call again after so many times of being told that nothing differs cannot find the result above. */
const MOST_REPEATS = 2;
/** Among so many newest results of a tool the last one of the same call is looked for. */
const MOST_KEPT = 30;

interface Asking {
  readonly agent: Pick<Agent, "id">;
  readonly env: { readonly session: Pick<Session, "events">; readonly secrets?: Pick<Secrets, "hide"> };
}
type Finished = EventOf<"tool.finished">;
interface Results {
  readonly uses: Map<string, ToolUseBlock>;
  /** By agent and tool, oldest first. */
  readonly newest: Map<string, Finished[]>;
  readonly byCall: Map<string, Finished>;
  readonly cleared: Set<string>;
  /** By agent, where its window begins. */
  readonly from: Map<string, number>;
}

const resultsIn = followed<Results>(
  () => ({
    uses: new Map(),
    newest: new Map(),
    byCall: new Map(),
    cleared: new Set(),
    from: new Map(),
  }),
  take,
);

function take(results: Results, event: AgentEvent): void {
  switch (event.type) {
    case "assistant":
      for (const block of event.content) if (isToolUse(block)) results.uses.set(block.id, block);
      break;
    case "agent.started":
      if (event.fork) inherit(event.agentId, event.fork, results);
      break;
    case "cleared":
      for (const callId of event.callIds) results.cleared.add(callId);
      break;
    case "compacted":
      results.from.set(event.agentId, event.keepFromSeq);
      break;
    case "tool.finished":
      keep(event, results);
      break;
    default:
    // Nothing else is a result.
  }
}

/** A fork has before it what it was forked from had. */
function inherit(agentId: string, { from, seq }: { from: string; seq: number }, results: Results): void {
  for (const [key, row] of [...results.newest]) {
    const [owner = "", name = ""] = key.split(" ");
    if (owner !== from) continue;
    results.newest.set(
      `${agentId} ${name}`,
      row.filter((one) => one.seq <= seq),
    );
  }
  results.from.set(agentId, results.from.get(from) ?? 0);
}

function keep(event: Finished, { uses, newest, byCall }: Results): void {
  const use = uses.get(event.callId);
  if (!use || event.outcome === "interrupted") return;
  const key = `${event.agentId} ${use.name}`;
  const row = newest.get(key) ?? [];
  row.push(event);
  if (row.length > MOST_KEPT) row.shift();
  newest.set(key, row);
  byCall.set(event.callId, event);
}

/**
 * The call whose result, which the agent still has before it, is this very one: of the last time that it made the same call.
 * Undefined where the result is short, where anything differs, or where it has been told so twice already.
 */
export function repeatOf(
  call: ToolUseBlock,
  { content, isError }: Pick<Finished, "content" | "isError">,
  { agent: { id: agentId }, env: { session, secrets } }: Asking,
): string | undefined {
  if (!content.every(isText)) return undefined;
  const said = plainText(content);
  if (said.length < WORTH_CHARS) return undefined;
  const results = resultsIn(session.events);
  const row = results.newest.get(`${agentId} ${call.name}`) ?? [];
  const asked = inputOf(call);
  const same = row.filter(({ callId }) => {
    const use = results.uses.get(callId);
    return use !== undefined && inputOf(use) === asked;
  });
  const last = same.at(-1);
  const full = last?.sameAs === undefined ? last : results.byCall.get(last.sameAs);
  if (!full || same.slice(-MOST_REPEATS).every(({ sameAs }) => sameAs !== undefined)) return undefined;
  const isThere = !results.cleared.has(full.callId) && full.seq >= (results.from.get(agentId) ?? 0);
  if (!isThere || full.isError !== isError) return undefined;
  const before = plainText(full.content);
  // In the log it stands without its secrets.
  return before === said || before === secrets?.hide(said) ? full.callId : undefined;
}

/** What a call is described as changes nothing about what it does. */
function inputOf({ input }: ToolUseBlock): string {
  if (typeof input !== "object" || input === null || !("description" in input)) return canonicalJson(input);
  const { description: _, ...rest } = input;
  return canonicalJson(rest);
}
