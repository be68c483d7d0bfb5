import * as z from "zod";
import { expanded, type Variables } from "./expand-variables.ts";
import { serverNameFor } from "./tool-names.ts";

interface Shared {
  /** As tools and rules call it. */
  readonly name: string;
  /** Most that one call may take, in milliseconds. */
  readonly timeoutMs?: number;
  /** Its tools are offered from the beginning, however many there are. */
  readonly alwaysLoad: boolean;
}
export interface ProgramServer extends Shared {
  readonly kind: "stdio";
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}
export interface RemoteServer extends Shared {
  readonly kind: "http" | "sse";
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
}
export type ServerConfig = ProgramServer | RemoteServer;

export interface Configured {
  readonly servers: readonly ServerConfig[];
  /** What is wrong, in sentences; what it is about is left out. */
  readonly problems: readonly string[];
}

const Strings = z.record(
  z.string(),
  z.union([z.string(), z.number(), z.boolean()]).transform((value) => String(value)),
);
const Common = { timeout: z.number().positive().optional(), alwaysLoad: z.boolean().optional() };
const Program = z.looseObject({
  command: z.string().trim().min(1),
  args: z.array(z.string()).default([]),
  env: Strings.default({}),
  ...Common,
});
const Remote = z.looseObject({ url: z.string().trim(), headers: Strings.default({}), ...Common });

const KINDS: Readonly<Record<string, ServerConfig["kind"]>> = {
  stdio: "stdio",
  http: "http",
  "streamable-http": "http",
  streamableHttp: "http",
  sse: "sse",
};

/**
 * Reads what `.mcp.json` files hold. Throws an Error in words when it is no such file; one server that cannot be understood is
 * left out and named.
 */
export function readServers(content: unknown, variables: Variables): Configured {
  const file = z.looseObject({ mcpServers: z.record(z.string(), z.unknown()) }).safeParse(content);
  if (!file.success) {
    const isOther = typeof content === "object" && content !== null && "servers" in content;
    throw new Error(isOther ? 'it says "servers", which has to be "mcpServers"' : 'it has no "mcpServers"');
  }
  const servers: ServerConfig[] = [];
  const problems: string[] = [];
  for (const [given, value] of Object.entries(file.data.mcpServers)) {
    const shown = JSON.stringify(given.slice(0, 80));
    try {
      const { server, missing } = readServer(given, value, variables);
      const twin = servers.find(({ name }) => name === server.name);
      if (twin) throw new Error(`its name means the same as that of another one (${server.name})`);
      servers.push(server);
      if (missing.length > 0)
        problems.push(`MCP server ${shown}: there is no variable ${missing.join(", ")}, which it names.`);
    } catch (thrown) {
      const why = thrown instanceof z.ZodError ? z.prettifyError(thrown) : wordsOf(thrown);
      problems.push(`MCP server ${shown} is left out: ${why}.`);
    }
  }
  return { servers, problems };
}

const wordsOf = (thrown: unknown): string => (thrown instanceof Error ? thrown.message : String(thrown));

function readServer(
  given: string,
  value: unknown,
  variables: Variables,
): { readonly server: ServerConfig; readonly missing: readonly string[] } {
  const name = serverNameFor(given);
  if (name === "") throw new Error("its name has no letter and no digit");
  const entry = z.looseObject({ type: z.string().optional() }).parse(value);
  const kind = kindOf(entry);
  for (const key of ["headersHelper", "oauth"])
    if (entry[key] !== undefined) throw new Error(`${key} is not there yet`);
  const missing = new Set<string>();
  const fill = (text: string): string => expanded(text, variables, (unset) => missing.add(unset));
  const fillAll = (texts: Readonly<Record<string, string>>): Record<string, string> =>
    Object.fromEntries(Object.entries(texts).map(([key, text]) => [key, fill(text)]));
  const { timeout, alwaysLoad = false } = z.looseObject(Common).parse(entry);
  const shared = { name, alwaysLoad, ...(timeout !== undefined && { timeoutMs: timeout }) };
  if (kind === "stdio") {
    const { command, args, env } = Program.parse(entry);
    const server = { ...shared, kind, command: fill(command), args: args.map(fill), env: fillAll(env) };
    return { server, missing: [...missing] };
  }
  const { url, headers } = Remote.parse(entry);
  const server = { ...shared, kind, url: addressOf(fill(url)), headers: fillAll(headers) };
  return { server, missing: [...missing] };
}

function kindOf({ type, command, url }: Readonly<Record<string, unknown>>): ServerConfig["kind"] {
  if (type === undefined && command !== undefined) return "stdio";
  if (type === undefined && url !== undefined)
    throw new Error('beside "url" it needs "type": "http" or "sse"');
  if (type === undefined) throw new Error('it has neither "command" nor "url"');
  const kind = typeof type === "string" && Object.hasOwn(KINDS, type) ? KINDS[type] : undefined;
  if (!kind) throw new Error(`there is no type ${JSON.stringify(type)}; there are stdio, http and sse`);
  return kind;
}

/** What is sent there may be a key, and what comes back is read by the model: nobody in between may read or change it. */
function addressOf(text: string): URL {
  const url = URL.parse(text);
  if (url?.protocol !== "https:" && url?.protocol !== "http:")
    throw new Error("its address is no http(s) address");
  if (url.username !== "" || url.password !== "") throw new Error("a password belongs into its headers");
  if (url.protocol === "http:" && !isLoopback(url.hostname))
    throw new Error("its address has to begin with https: only this machine is reached without");
  return url;
}

const isLoopback = (host: string): boolean =>
  host === "localhost" || host.endsWith(".localhost") || host === "[::1]" || /^127(?:\.\d+){3}$/.test(host);
