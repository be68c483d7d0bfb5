import type { AgentEvent } from "./event.ts";

/**
 * A fold over a log that is only ever appended to: asked again about the same log, it goes on where it stopped, so that a
 * step of a long conversation costs as much as one of a short one. Nobody else may change what it returns.
 */
export function followed<State>(
  begin: () => State,
  take: (state: State, event: AgentEvent) => void,
): (log: readonly AgentEvent[]) => State {
  const known = new WeakMap<readonly AgentEvent[], { state: State; upTo: number }>();
  return (log) => {
    let at = known.get(log);
    if (!at || at.upTo > log.length) {
      at = { state: begin(), upTo: 0 };
      known.set(log, at);
    }
    for (; at.upTo < log.length; at.upTo += 1) {
      const event = log[at.upTo];
      if (event) take(at.state, event);
    }
    return at.state;
  };
}
