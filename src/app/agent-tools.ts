import type { Agent } from "../core/agent.ts";
import type { Tool } from "../core/tool.ts";
import type { ToolSource } from "../core/tool-source.ts";
import { builtinTools } from "../tools/index.ts";
import { offered } from "../tools/offered.ts";

interface Choice {
  /** Whether an agent of this kind gets the tool of that name. */
  readonly isWanted: (name: string) => boolean;
  /** Stands in place of the built-in one of its name. */
  readonly own: Tool | undefined;
  readonly maySearch: boolean;
  readonly servers: ToolSource | undefined;
}

/** The tools of an agent as they are at the moment: those of servers may come while it works. */
export function toolsFor({ isWanted, own, maySearch, servers }: Choice): () => readonly Tool[] {
  const builtin = builtinTools
    .filter(({ spec }) => isWanted(spec.name))
    .map((tool) => (own && tool.spec.name === own.spec.name ? own : tool));
  if (!servers) {
    const all = offered(builtin, maySearch);
    return () => all;
  }
  let known: { readonly of: readonly Tool[]; readonly tools: readonly Tool[] } | undefined;
  return () => {
    const of = servers.tools();
    if (known?.of !== of) {
      const theirs = of.filter(({ spec }) => isWanted(spec.name));
      known = { of, tools: offered([...builtin, ...theirs], maySearch) };
    }
    return known.tools;
  };
}

/** An agent whose tools are asked for each time. */
export const withTools = (agent: Omit<Agent, "tools">, tools: () => readonly Tool[]): Agent => ({
  ...agent,
  get tools() {
    return tools();
  },
});
