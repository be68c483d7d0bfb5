import type { Tool } from "../core/tool.ts";
import { toolSearch } from "./tool-search.ts";

/** Fewer definitions than this weigh no more than the tool that would load them. */
const LEAST_DEFERRED = 3;

/**
 * Tools as a model is offered them, by name: those that are seldom needed are only named, by ToolSearch, and their definitions
 * count when it has loaded them. `maySearch`: whether there may be such a tool; without it nothing is held back.
 */
export function offered(tools: readonly Tool[], maySearch: boolean): Tool[] {
  const deferred = tools.filter(({ isDeferred }) => isDeferred === true);
  if (!maySearch || deferred.length < LEAST_DEFERRED) return [...tools];
  const all = tools.map((tool) =>
    deferred.includes(tool) ? { ...tool, spec: { ...tool.spec, defer_loading: true } } : tool,
  );
  return [...all, toolSearch(deferred)].toSorted((a, b) => (a.spec.name < b.spec.name ? -1 : 1));
}
