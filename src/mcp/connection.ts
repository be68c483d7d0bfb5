import {
  Client,
  SSEClientTransport,
  StreamableHTTPClientTransport,
  type Transport,
  UnauthorizedError,
} from "@modelcontextprotocol/client";
import * as z from "zod";
import { untilAborted, within } from "../core/async.ts";
import { AgentError } from "../core/errors.ts";
import type { LineLaunch, StartLineProgram } from "../core/line-program.ts";
import type { RemoteServer, ServerConfig } from "./config.ts";
import { type EndedAnswer, limitedFetch } from "./limited-fetch.ts";
import { LineTransport } from "./line-transport.ts";
import { NotTaken, Refused } from "./refused.ts";

export interface ConnectionParts {
  readonly start: StartLineProgram;
  readonly version: string;
  /** Workspace folders as `file:` addresses, which a server may ask for. */
  readonly roots: readonly string[];
  /** Variables that each program gets besides its own. */
  readonly variables: Readonly<Record<string, string>>;
}
export interface ConnectionEvents {
  /** Other tools than before. */
  readonly changed: () => void;
  /** The connection is gone, without anybody here having wanted that. */
  readonly lost: () => void;
}
export interface CallOptions {
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
  readonly report: (progress: string) => void;
}
export interface Connection {
  /** What it says its tools are; of what it says nothing is certain. */
  list(signal: AbortSignal): Promise<readonly unknown[]>;
  call(tool: string, input: Readonly<Record<string, unknown>>, options: CallOptions): Promise<Fields>;
  /** What is to be said about its end, as the server said it; "" when there is nothing. */
  readonly lastWords: string;
  /** Never rejects. */
  close(): Promise<void>;
}
type Fields = Record<string, unknown>;

const Page = z.looseObject({ tools: z.array(z.unknown()), nextCursor: z.string().optional() });
const Result = z.looseObject({});
const GOODBYE_MS = 500;
const MOST_PAGES = 64;
const MOST_LISTED = 5_000;

/** A connection that has been agreed upon. Rejects when there is none after `timeoutMs`; then nothing of it is left. */
export async function connect(
  config: ServerConfig,
  parts: ConnectionParts,
  { changed, lost }: ConnectionEvents,
  { signal, timeoutMs }: { readonly signal: AbortSignal; readonly timeoutMs: number },
): Promise<Connection> {
  const transport = transportTo(config, parts);
  // Neither asking the user nor asking the model is offered: what a server wants of them goes through its tools.
  const client = new Client({ name: "plumb", version: parts.version }, { capabilities: { roots: {} } });
  client.setRequestHandler("roots/list", () => ({ roots: parts.roots.map((uri) => ({ uri })) }));
  client.setNotificationHandler("notifications/tools/list_changed", changed);
  let isClosing = false;
  const close = async (): Promise<void> => {
    isClosing = true;
    // Else the server keeps what it has for us until it gives up.
    if (transport instanceof StreamableHTTPClientTransport && transport.sessionId !== undefined)
      await within(GOODBYE_MS, transport.terminateSession()).catch(() => undefined);
    await client.close().catch(() => undefined);
    await transport.close().catch(() => undefined);
  };
  const lastWords = (): string => (transport instanceof LineTransport ? transport.lastWords : "");
  try {
    // The older way over HTTP waits for a word of the server before anything could be too late.
    await untilAborted(client.connect(transport, { signal, timeout: timeoutMs }), signal);
  } catch (thrown) {
    // Before it is ended: that we do so is not why.
    const words = lastWords();
    await close();
    throw refusal(thrown, words);
  }
  client.onclose = () => {
    if (!isClosing) lost();
  };
  // There everything goes through one stream: what it was to bring is lost with it.
  if (config.kind === "sse") client.onerror = () => void client.close().catch(() => undefined);
  return {
    list: (listSignal) => listTools(client, listSignal, timeoutMs),
    async call(name, input, { signal: callSignal, timeoutMs: timeout, report }) {
      const params = { name, arguments: input };
      try {
        return await client.request({ method: "tools/call", params }, Result, {
          ...{ signal: callSignal, timeout, resetTimeoutOnProgress: true },
          onprogress: ({ progress, total, message }) =>
            report(message ?? (total === undefined ? String(progress) : `${progress} of ${total}`)),
        });
      } catch (thrown) {
        if (wasNotTaken(thrown)) throw new NotTaken();
        throw new Error(wordsOf(thrown), { cause: thrown });
      }
    },
    get lastWords() {
      return lastWords();
    },
    close,
  };
}

/** In words, with what the server said last. */
function refusal(thrown: unknown, lastWords: string): Refused {
  const why = wordsOf(thrown);
  const status = thrown instanceof Error && "status" in thrown ? thrown.status : undefined;
  const wantsSignIn = thrown instanceof UnauthorizedError || status === 401 || /\bHTTP 401\b/.test(why);
  return new Refused(lastWords === "" ? why : `${why}: ${lastWords}`, { wantsSignIn, cause: thrown });
}

/** `fetch` says why only in the cause. */
function wordsOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown);
  const { message, cause } = thrown;
  if (thrown instanceof AgentError) return message;
  return cause instanceof Error && cause.message !== "" ? `${message} (${cause.message})` : message;
}

function transportTo(config: ServerConfig, { start, variables }: ConnectionParts): Transport {
  if (config.kind !== "stdio") return remote(config);
  const { command, args, env } = config;
  const launch: LineLaunch = { command, args, env: { ...variables, ...env } };
  return new LineTransport(launch, start);
}

/** What was still under way is read first; what a server can send again, it gets some time for. In milliseconds. */
const CUT_MS = 500;
const RESUME_MS = 15_000;

function remote({ kind, url, headers }: RemoteServer): Transport {
  // Nobody else would answer a call whose answer was cut. Where it has been answered, this is for nobody.
  const cut = ({ id, isResumable }: EndedAnswer): void => {
    if (id === undefined) return;
    const error = { code: -32_000, message: "The connection was cut before there was an answer." };
    const timer = setTimeout(
      () => transport.onmessage?.({ jsonrpc: "2.0", id, error }),
      isResumable ? RESUME_MS : CUT_MS,
    );
    timer.unref();
  };
  const fetch = limitedFetch((address, init) => globalThis.fetch(address, init), cut);
  const options = { requestInit: { headers }, fetch };
  const transport: Transport =
    kind === "http" ? new StreamableHTTPClientTransport(url, options) : new SSEClientTransport(url, options);
  return transport;
}

/** Whether the server cannot have begun with it: it is not there, or does not know us any more. */
function wasNotTaken(thrown: unknown): boolean {
  if (!(thrown instanceof Error)) return false;
  if ("status" in thrown && thrown.status === 404) return true;
  const { cause } = thrown;
  return cause instanceof Error && "code" in cause && cause.code === "ECONNREFUSED";
}

async function listTools(client: Client, signal: AbortSignal, timeout: number): Promise<readonly unknown[]> {
  if (!client.getServerCapabilities()?.tools) return [];
  const found: unknown[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < MOST_PAGES && found.length <= MOST_LISTED; page += 1) {
    const params = cursor === undefined ? {} : { cursor };
    const { tools, nextCursor } = await client.request({ method: "tools/list", params }, Page, {
      signal,
      timeout,
    });
    found.push(...tools);
    if (nextCursor === undefined || nextCursor === cursor) break;
    cursor = nextCursor;
  }
  return found;
}
