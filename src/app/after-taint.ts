import type { Access, PermissionDecision, Policy, Rule } from "../core/access.ts";
import type { AgentEvent } from "../core/event.ts";
import type { Mode } from "../core/mode.ts";
import type { Session } from "../core/session.ts";
import { isExactCommand } from "../safety/command-floor.ts";
import { whatSends } from "../safety/shell/late.ts";
import type { ReadingPlace } from "../safety/shell/reading.ts";
import { type KnownTaint, taintOf } from "../safety/taint.ts";

interface Parts {
  readonly session: Pick<Session, "events">;
  readonly place: ReadingPlace;
  /** The rules that are in force now. */
  readonly rules: () => readonly Rule[];
  readonly mode: () => Mode;
}

/**
 * Once text from elsewhere is in the turn, what leaves the machine, or brings new code to it, is asked about until a person
 * speaks again: whatever mode is on, and however broad the rule is that allows it. Only a rule that names exactly this
 * host, command or tool lifts that. Whoever wrote the text may have written it for this. A server's tools may follow each
 * other: what one of them brought goes back to where it came from.
 */
export function afterTaint(policy: Policy, { session, place, rules, mode }: Parts): Policy {
  let known: (KnownTaint & { readonly log: readonly AgentEvent[] }) | undefined;
  const taint = (): string | undefined => {
    const { events: log } = session;
    const words = taintOf(log, place, known?.log === log ? known : undefined);
    known = { log, words, upTo: log.length };
    return words;
  };
  return (access) => {
    const decision = policy(access);
    if (decision.verdict !== "allow") return decision;
    const entered = (): string | undefined =>
      isOfServer(access) ? besides(access, session.events, place) : taint();
    const from = canLeave(access) ? entered() : undefined;
    const what = from === undefined ? undefined : leaving(access, place);
    if (what === undefined || isNamed(access, rules())) return decision;
    const because = `${what}, after content from ${from} entered this turn`;
    const verdict: PermissionDecision["verdict"] = mode() === "dontAsk" ? "deny" : "ask";
    return { verdict, access, because };
  };
}

const canLeave = ({ kind }: Access): boolean =>
  kind === "network" || kind === "execute" || kind === "unknown";

const isOfServer = ({ kind, target }: Access): boolean => kind === "unknown" && target.startsWith("mcp__");

/** What entered the turn from elsewhere than the server whose tool is called. */
function besides({ target }: Access, log: readonly AgentEvent[], place: ReadingPlace): string | undefined {
  const own = `${/^mcp__(?:[^_]|_(?!_))+/.exec(target)?.[0] ?? target}__`;
  return taintOf(log, place, undefined, ({ kind, name }) => kind === "mcp" && name.startsWith(own));
}

function leaving({ kind, target }: Access, place: ReadingPlace): string | undefined {
  if (kind === "network") return "reaches a host that no rule names";
  if (kind === "unknown") return isOfServer({ kind, target }) ? "another program's tool" : undefined;
  const words = whatSends(target, place);
  return words === undefined ? undefined : `sends or fetches (${words})`;
}

const isNamed = ({ kind, target }: Access, rules: readonly Rule[]): boolean =>
  rules.some((rule) => {
    if (rule.verdict !== "allow" || rule.kind !== kind) return false;
    return (kind === "execute" ? isExactCommand(rule) : "isNaming" in rule) && rule.matches(target);
  });
