import type { Agent } from "../core/agent.ts";
import { lastPrefix } from "../core/conversation.ts";
import { MAIN } from "../core/event.ts";
import type { ModelProvider } from "../core/model.ts";
import type { Session } from "../core/session.ts";
import { TOOL_SEARCH, type Tool } from "../core/tool.ts";
import type { ToolServer, ToolSource } from "../core/tool-source.ts";
import { makeVisible } from "../core/visible.ts";

interface Parts {
  readonly servers: ToolSource;
  readonly session: Session;
  readonly provider: Pick<ModelProvider, "loadsTools">;
}

/** Where definitions cannot be added for nothing, the cache is given up for new ones that often and no more. */
const MOST_ANEW = 3;
const MOST_NAMES = 1_200;
const MOST_LEFT_OUT = 3;

/** Tells agents of tools that came after their conversation had begun, and people of servers that bring none. */
export class LateTools {
  readonly #parts: Parts;
  readonly #told = new Set<string>();
  #anew = 0;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /**
   * Before each request. What was sent stays as it is: new tools are only declared, and said at the end. Where nothing can be
   * declared without being sent (another vendor's endpoint, a small model) a new epoch begins with them.
   */
  tell(agent: Agent): void {
    const { session, provider } = this.#parts;
    if (agent.id === MAIN) this.#report();
    const prefix = lastPrefix(session.events, agent.id);
    // A fork sends what its parent sends.
    if (!prefix || agent.forkNote !== undefined) return;
    const known = new Set(prefix.tools.map(({ name }) => name));
    const fresh = agent.tools.filter(({ spec }) => spec.name.startsWith("mcp__") && !known.has(spec.name));
    if (fresh.length === 0) return;
    const isDeclared = known.has(TOOL_SEARCH) && provider.loadsTools?.(prefix.model) === true;
    if (!isDeclared && this.#anew >= MOST_ANEW) return;
    if (!isDeclared) this.#anew += 1;
    const { model, system, effort, profile, insteadOf } = prefix;
    session.append(agent.id, {
      type: "prefix",
      ...{ model, system, tools: [...prefix.tools, ...fresh.map((tool) => specOf(tool, isDeclared))] },
      ...(effort !== undefined && { effort }),
      ...(profile !== undefined && { profile }),
      ...(insteadOf !== undefined && { insteadOf }),
    });
    const how = isDeclared
      ? `Further tools can be loaded with ${TOOL_SEARCH}`
      : "Further tools can be called";
    session.append(agent.id, { type: "reminder", text: `${how}: ${namesOf(fresh)}.` });
  }

  #report(): void {
    const { servers, session } = this.#parts;
    for (const server of servers.servers()) {
      for (const text of newsOf(server)) {
        if (this.#told.has(text)) continue;
        this.#told.add(text);
        session.append(MAIN, { type: "notice", kind: "warning", text });
      }
    }
  }
}

function specOf({ spec }: Tool, isDeclared: boolean): Tool["spec"] {
  const { defer_loading: _, ...definition } = spec;
  return isDeclared ? { ...definition, defer_loading: true } : definition;
}

function namesOf(tools: readonly Tool[]): string {
  const names = tools.map(({ spec }) => spec.name).join(", ");
  return names.length <= MOST_NAMES
    ? names
    : `${names.slice(0, MOST_NAMES).replace(/, [^,]*$/, "")} and more`;
}

function newsOf({ name, status, problem, leftOut = [] }: ToolServer): readonly string[] {
  const news: string[] = [];
  if (status === "needs-auth")
    news.push(`The MCP server ${name} wants a sign-in: give it a key in its headers.`);
  if (status === "failed") news.push(`The MCP server ${name} is not there: ${problem ?? "it has ended"}.`);
  const more = leftOut.length > MOST_LEFT_OUT ? ` And ${leftOut.length - MOST_LEFT_OUT} more.` : "";
  if (leftOut.length > 0)
    news.push(`MCP server ${name}: ${leftOut.slice(0, MOST_LEFT_OUT).join(" ")}${more}`);
  return news.map((text) => makeVisible(text));
}
