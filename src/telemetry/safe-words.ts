import { isErrorKind } from "../core/errors.ts";

/**
 * What stands in place of a word that is not one of ours: it may have been made up by a model or a repository, and could carry
 * what it read.
 */
const OTHER = "_OTHER";

/** Sub-agents that come with Plumb; others have names that somebody wrote. */
export const OWN_AGENTS: ReadonlySet<string> = new Set(["explore", "general", "fork"]);

export const agentWord = (name: string): string => (OWN_AGENTS.has(name) ? name : "custom");

/** `known`: the tools that an agent really had. Names of servers and their tools are somebody's own words. */
export function toolWord(name: string, known: ReadonlySet<string>): string {
  if (!known.has(name)) return OTHER;
  return name.startsWith("mcp__") ? "mcp" : name;
}

/** As providers name models. A path to one is a path. */
export const modelWord = (model: string): string =>
  model.length <= 100 && /^[A-Za-z0-9][\w.:@+-]*(?:\/[\w.:@+-]+){0,2}$/.test(model) ? model : OTHER;

/** A kind of error of ours, or what ended a call. */
export const errorWord = (kind: string | undefined): string =>
  kind !== undefined && (isErrorKind(kind) || kind === "cancelled" || kind === "interrupted") ? kind : OTHER;

export const finishWord = (reason: string): string => (/^[a-z_]{1,40}$/.test(reason) ? reason : OTHER);

/** An identifier that somebody drew; undefined for what does not look like one. */
export const idWord = (id: string): string | undefined => (/^[\w.:-]{1,100}$/.test(id) ? id : undefined);
