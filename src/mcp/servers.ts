import type { Tool } from "../core/tool.ts";
import type { ToolServer, ToolSource } from "../core/tool-source.ts";
import type { ServerConfig } from "./config.ts";
import type { ConnectionParts } from "./connection.ts";
import { McpServer } from "./server.ts";

/** The first request waits for servers that long, counted from when they were started. In milliseconds. */
const WAIT_MS = 10_000;
const CONNECT_MS = 30_000;
const CALL_MS = 10 * 60_000;
/** Definitions that are no longer than this, all together, cost less than loading one of them. In characters. */
const SMALL_CHARS = 4_000;

export interface ServersOptions extends ConnectionParts {
  readonly servers: readonly ServerConfig[];
  readonly problems: readonly string[];
  /** Those of the process: `MCP_TIMEOUT`, `MCP_TOOL_TIMEOUT` and `PLUMB_MCP_WAIT` are read, in milliseconds. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** The servers that somebody configured, as one source of tools. */
export class McpServers implements ToolSource {
  readonly #servers: readonly McpServer[];
  readonly #problems: readonly string[];
  readonly #waitMs: number;
  #waiting: Promise<void> | undefined;
  #stopWaiting: () => void = () => undefined;
  /** Offered with their definitions from the beginning; what comes later never is. */
  #atOnce: ReadonlySet<string> | undefined;
  #known:
    | { readonly of: readonly (readonly Tool[])[]; readonly atOnce: unknown; readonly tools: readonly Tool[] }
    | undefined;

  constructor({ servers, problems, environment, ...parts }: ServersOptions) {
    const connectMs = millisecondsOf(environment["MCP_TIMEOUT"]) ?? CONNECT_MS;
    const callMs = millisecondsOf(environment["MCP_TOOL_TIMEOUT"]) ?? CALL_MS;
    this.#servers = servers.map((config) => new McpServer(config, { ...parts, connectMs, callMs }));
    this.#problems = problems;
    this.#waitMs = millisecondsOf(environment["PLUMB_MCP_WAIT"]) ?? WAIT_MS;
  }

  get problems(): readonly string[] {
    return this.#problems;
  }

  begin(): void {
    this.#waiting ??= this.#begin();
  }

  async #begin(): Promise<void> {
    const long = Promise.withResolvers<void>();
    this.#stopWaiting = long.resolve;
    const timer = setTimeout(long.resolve, this.#waitMs);
    await Promise.race([Promise.all(this.#servers.map((server) => server.connect())), long.promise]);
    clearTimeout(timer);
    this.#atOnce ??= this.#chosenAtOnce();
  }

  ready(): Promise<void> {
    this.begin();
    return this.#waiting ?? Promise.resolve();
  }

  #chosenAtOnce(): ReadonlySet<string> {
    const all = this.#servers.flatMap((server) => server.tools.map((tool) => ({ tool, server })));
    const chars = all.reduce((sum, { tool }) => sum + JSON.stringify(tool.spec).length, 0);
    const isSmall = chars <= SMALL_CHARS;
    const chosen = all.filter(({ server }) => isSmall || server.config.alwaysLoad);
    return new Set(chosen.map(({ tool }) => tool.spec.name));
  }

  tools(): readonly Tool[] {
    const of = this.#servers.map((server) => server.tools);
    const atOnce = this.#atOnce;
    const isSame = this.#known?.atOnce === atOnce && this.#known?.of.every((list, i) => list === of[i]);
    if (!isSame || !this.#known) {
      const tools = of
        .flat()
        .map((tool) => (atOnce?.has(tool.spec.name) ? { ...tool, isDeferred: false } : tool))
        .toSorted((a, b) => (a.spec.name < b.spec.name ? -1 : 1));
      this.#known = { of, atOnce, tools };
    }
    return this.#known.tools;
  }

  hurry(): void {
    this.#stopWaiting();
  }

  servers(): readonly ToolServer[] {
    return this.#servers.map((server) => server.state);
  }

  async close(): Promise<void> {
    this.#stopWaiting();
    await Promise.all(this.#servers.map((server) => server.close()));
    this.#waiting = undefined;
  }
}

function millisecondsOf(text: string | undefined): number | undefined {
  const value = Number(text);
  return text !== undefined && Number.isFinite(value) && value > 0 ? value : undefined;
}
