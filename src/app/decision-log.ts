import type { AgentEvent } from "../core/event.ts";
import type { Storage } from "../core/ports.ts";
import { decodeSession } from "./session-file.ts";

/** One decision, as it is exported. */
export interface Decision {
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly session: string;
  readonly call: string;
  /** `main`, or the sub-agent that called. */
  readonly agent: string;
  readonly tool: string;
  readonly title: string;
  readonly verdict: "allow" | "ask" | "deny";
  readonly by: "user" | "rule" | "nobody";
  readonly because: string;
  /** Where the rule stands and how it is spelled there, when one decided. */
  readonly rule?: { readonly source: string; readonly text: string };
  readonly scope?: "once" | "session" | "workspace";
  readonly feedback?: string;
}

/** How often a rule decided, and when it last did (epoch milliseconds). */
export interface RuleUse {
  readonly count: number;
  readonly lastAt: number;
}

/** Newest conversations that are counted, and how much of them in all, so that a page opens fast. */
const MAX_LOGS = 300;
const MAX_CHARS = 64 * 1024 * 1024;

/** Every decision of a conversation, in order. */
export function decisionsOf(session: string, events: readonly AgentEvent[]): Decision[] {
  const calls = callsIn(events);
  return events.flatMap((event): Decision[] => {
    if (event.type !== "permission.decided") return [];
    const { verdict, by, because, scope, feedback } = event;
    const { tool, title } = calls.get(event.callId) ?? { tool: "", title: "" };
    const rule = by === "rule" ? ruleIn(because) : undefined;
    return [
      {
        at: new Date(event.at).toISOString(),
        ...{ session, call: event.callId, agent: event.agentId, tool, title, verdict, by, because },
        ...(rule && { rule }),
        ...(scope && { scope }),
        ...(feedback !== undefined && { feedback }),
      },
    ];
  });
}

interface Called {
  readonly tool: string;
  readonly title: string;
}

/** What is said of a call later is better: the model's own words come first, then a card's, then what began. */
function callsIn(events: readonly AgentEvent[]): ReadonlyMap<string, Called> {
  const calls = new Map<string, Called>();
  for (const event of events) {
    if (event.type === "permission.asked" || event.type === "tool.started")
      calls.set(event.callId, { tool: event.name, title: event.title });
    if (event.type !== "assistant") continue;
    for (const block of event.content) {
      const { type, id, name } = block;
      if (type === "tool_use" && typeof id === "string" && typeof name === "string")
        calls.set(id, { tool: name, title: name });
    }
  }
  return calls;
}

/** `user settings: Bash(npm test)` as its two parts; undefined for what no rule said, e.g. `plan mode`. */
export function ruleIn(because: string): Decision["rule"] {
  const [, source, text] =
    /^(.+?): ((?:[A-Za-z*][\w*-]*)(?:\(.*\))?)(?: \(cannot be ruled out\))?$/s.exec(because) ?? [];
  return source !== undefined && text !== undefined ? { source, text } : undefined;
}

/** Decisions of one conversation, or of all of this workspace, oldest first. Rejects with `not_found` or `storage`. */
export async function* readDecisions(storage: Storage, session?: string): AsyncIterable<Decision> {
  const logs = session === undefined ? (await storage.listLogs()).toReversed() : [{ id: session }];
  for (const { id } of logs) yield* decisionsOf(id, decodeSession(await storage.readLog(id)).events);
}

/** How often each rule decided in the conversations of this workspace, by the reason that was given. */
export async function ruleUses(storage: Storage): Promise<ReadonlyMap<string, RuleUse>> {
  const uses = new Map<string, RuleUse>();
  let left = MAX_CHARS;
  for (const { id } of (await storage.listLogs()).slice(0, MAX_LOGS)) {
    // One that is being deleted counts for nothing.
    const log = await storage.readLog(id).catch(() => "");
    left -= log.length;
    if (left < 0) break;
    for (const { because, at } of decidedIn(log)) {
      const known = uses.get(because);
      uses.set(because, { count: (known?.count ?? 0) + 1, lastAt: Math.max(known?.lastAt ?? 0, at) });
    }
  }
  return uses;
}

const DECIDED = /^.*"type":"permission\.decided".*$/gm;

/** Most of a log is something else, so only lines that look like decisions are decoded. */
function decidedIn(log: string): { readonly because: string; readonly at: number }[] {
  const lines = log.match(DECIDED) ?? [];
  return decodeSession(lines.map((line) => `${line}\n`).join("")).events.flatMap((event) =>
    event.type === "permission.decided" && event.by === "rule"
      ? [{ because: event.because, at: event.at }]
      : [],
  );
}
