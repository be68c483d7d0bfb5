import { untilAborted } from "../core/async.ts";
import { AgentError } from "../core/errors.ts";
import type { Tool, ToolContext, ToolOutput } from "../core/tool.ts";
import type { ToolServer } from "../core/tool-source.ts";
import { makeVisible } from "../core/visible.ts";
import type { ServerConfig } from "./config.ts";
import type { CallOptions, Connection, ConnectionParts } from "./connection.ts";
import { type Definition, readDefinitions } from "./definitions.ts";
import { NotTaken, Refused } from "./refused.ts";
import { toOutput } from "./result-blocks.ts";
import { serverTool } from "./server-tool.ts";
import { toolNameFor } from "./tool-names.ts";

export interface ServerParts extends ConnectionParts {
  /** Until it has answered and said what it has, in milliseconds. */
  readonly connectMs: number;
  /** For one call, in milliseconds; a server's own figure goes before. */
  readonly callMs: number;
}

type Input = Readonly<Record<string, unknown>>;

/** All that a server ever offers; a list that changes all the time would fill the log otherwise. */
const MOST_TOOLS = 256;
const MOST_CHARS = 300_000;
const MOST_LISTS = 100;
const LONGEST_PROBLEM = 1_500;

/** One server: connected when it is wanted, once more when it was lost, and never behind the back of a call. */
export class McpServer {
  readonly config: ServerConfig;
  readonly #parts: ServerParts;
  #status: ToolServer["status"] = "pending";
  #problem: string | undefined;
  #connection: Connection | undefined;
  #connecting: Promise<void> | undefined;
  #closing = new AbortController();
  /** What the model is told, by the server's own name for it: it stays what it was when it was told first. */
  readonly #tools = new Map<string, { readonly tool: Tool; readonly told: Definition }>();
  #offered: readonly Tool[] = [];
  #listed = new Map<string, Definition>();
  #chars = 0;
  #lists = 0;
  #leftOut: readonly string[] = [];
  #listing: Promise<void> | undefined;
  #isStale = false;

  constructor(config: ServerConfig, parts: ServerParts) {
    this.config = config;
    this.#parts = parts;
  }

  get state(): ToolServer {
    return {
      name: this.config.name,
      status: this.#status,
      ...(this.#problem !== undefined && { problem: this.#problem }),
      ...(this.#leftOut.length > 0 && { leftOut: this.#leftOut }),
    };
  }

  /** The same list while nothing is added. */
  get tools(): readonly Tool[] {
    return this.#offered;
  }

  /** Never rejects: `state` says what came of it. */
  connect(): Promise<void> {
    this.#connecting ??= this.#connect().finally(() => {
      this.#connecting = undefined;
    });
    return this.#connecting;
  }

  async #connect(): Promise<void> {
    const { signal } = this.#closing;
    this.#status = "pending";
    this.#problem = undefined;
    try {
      const { connect } = await import("./connection.ts");
      signal.throwIfAborted();
      const late = AbortSignal.any([signal, AbortSignal.timeout(this.#parts.connectMs)]);
      const connection = await connect(
        this.config,
        this.#parts,
        { changed: () => this.#refresh(), lost: () => this.#lose() },
        { signal: late, timeoutMs: this.#parts.connectMs },
      );
      this.#connection = connection;
      this.#learn(await connection.list(late));
      this.#status = "connected";
    } catch (thrown) {
      await this.#connection?.close();
      this.#connection = undefined;
      this.#status = thrown instanceof Refused && thrown.wantsSignIn ? "needs-auth" : "failed";
      this.#problem = shortened(thrown instanceof Error ? thrown.message : String(thrown));
    }
  }

  #lose(): void {
    const words = this.#connection?.lastWords ?? "";
    this.#connection = undefined;
    this.#status = "failed";
    this.#problem = shortened(words === "" ? "the connection was lost" : words);
  }

  #refresh(): void {
    this.#isStale = true;
    this.#listing ??= this.#relist().finally(() => {
      this.#listing = undefined;
    });
  }

  async #relist(): Promise<void> {
    while (this.#isStale && this.#connection && this.#lists < MOST_LISTS) {
      this.#isStale = false;
      this.#lists += 1;
      try {
        this.#learn(await this.#connection.list(this.#closing.signal));
      } catch {
        // What was known stays known; a call finds out for itself.
        return;
      }
    }
  }

  #learn(listed: readonly unknown[]): void {
    const { definitions, problems } = readDefinitions(listed);
    this.#listed = new Map(definitions.map((definition) => [definition.tool, definition]));
    let count = 0;
    for (const definition of definitions) {
      if (this.#tools.has(definition.tool)) continue;
      const chars = definition.print.length;
      if (this.#tools.size >= MOST_TOOLS || this.#chars + chars > MOST_CHARS) count += 1;
      else this.#add(definition, chars);
    }
    if (this.#tools.size > this.#offered.length)
      this.#offered = [...this.#tools.values()].map(({ tool }) => tool);
    const tooMany = count === 0 ? [] : [`${count} of its tools are left out: it has too many.`];
    this.#leftOut = [...problems, ...tooMany];
  }

  #add(told: Definition, chars: number): void {
    const { name: server, timeoutMs = this.#parts.callMs } = this.config;
    const names = new Set([...this.#tools.values()].map(({ tool }) => tool.spec.name));
    const name = toolNameFor(server, told.tool, (other) => names.has(other));
    const call = (input: Input, { signal, report }: ToolContext): Promise<ToolOutput> =>
      this.#call(told, input, { signal, report, timeoutMs });
    this.#tools.set(told.tool, {
      told,
      tool: serverTool({ server, name, definition: told, timeoutMs, call }),
    });
    this.#chars += chars;
  }

  async #call(told: Definition, input: Input, context: CallOptions): Promise<ToolOutput> {
    const connection = await this.#reached(context.signal);
    try {
      return await this.#ask(connection, told, input, context);
    } catch (thrown) {
      if (!(thrown instanceof NotTaken)) throw thrown;
      // It was started anew, say: with another beginning it may know us again.
      if (connection && this.#connection === connection) {
        this.#lose();
        await connection.close();
      }
    }
    const anew = await this.#reached(context.signal);
    return this.#ask(anew, told, input, context).catch((thrown: unknown) => {
      if (thrown instanceof NotTaken) return failed(`The MCP server ${this.config.name} is not there.`);
      throw thrown;
    });
  }

  async #ask(
    connection: Connection | undefined,
    told: Definition,
    input: Input,
    { signal, report, timeoutMs }: CallOptions,
  ): Promise<ToolOutput> {
    const { name } = this.config;
    if (!connection)
      return failed(`The MCP server ${name} is not there: ${this.#problem ?? "it has ended"}.`);
    if (!this.#listed.has(told.tool))
      throw new AgentError("failed", `The MCP server ${name} does not offer this tool any more.`);
    try {
      // The deadline of the call comes first: it says what happened in our words.
      const options = { signal, report, timeoutMs: timeoutMs + 5_000 };
      return toOutput(await connection.call(told.tool, input, options));
    } catch (thrown) {
      signal.throwIfAborted();
      if (thrown instanceof NotTaken) throw thrown;
      const words = shortened(thrown instanceof Error ? thrown.message : String(thrown));
      if (this.#connection === connection) return failed(`${words}${this.#changed(told)}`);
      return failed(
        `The MCP server ${name} was lost during this call: ${this.#problem ?? words}.\nThe call may or may not have taken effect; look before you repeat it. The next call starts the server again.`,
      );
    }
  }

  /** What was lost is looked for once more, by the call that needs it. */
  async #reached(signal: AbortSignal): Promise<Connection | undefined> {
    if (!this.#connection || this.#status !== "connected") await untilAborted(this.connect(), signal);
    return this.#connection;
  }

  /** The model goes by what it was told first. */
  #changed(told: Definition): string {
    const now = this.#listed.get(told.tool);
    if (!now || now.print === told.print) return "";
    return `\nThe server has changed this tool since. The schema of its input is now: ${JSON.stringify(now.schema)}`;
  }

  /** Never rejects; it can be connected anew. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#connecting;
    await this.#connection?.close();
    this.#connection = undefined;
    this.#closing = new AbortController();
    this.#status = "pending";
  }
}

/** In words of the server, so it is a result like others: marked, and no word of ours. */
const failed = (words: string): ToolOutput => ({ content: words, isError: true });

/** Without the end of a sentence: it stands in one of ours. */
const shortened = (words: string): string =>
  makeVisible(words.length > LONGEST_PROBLEM ? `${words.slice(0, LONGEST_PROBLEM)}…` : words).replace(
    /[.\s]+$/,
    "",
  );
