import { canonicalJson, sha256 } from "../core/hash.ts";

/** A server of tools as it would be started or reached. Values of variables and headers are no part of it: they are secrets. */
export interface McpServer {
  readonly transport: "stdio" | "http" | "sse";
  /** With links followed. */
  readonly command?: string;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly url?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly tools: readonly McpTool[];
}
export interface McpTool {
  readonly name: string;
  readonly description?: string;
  readonly inputSchema: unknown;
  readonly annotations?: unknown;
}

/** A command that runs at a certain moment. */
export interface Hook {
  readonly event: string;
  readonly matcher?: string;
  readonly argv: readonly string[];
  readonly cwd?: string;
  readonly timeoutMs?: number;
  /** The text of the file that it runs, when that lies in the workspace: where it is, and SHA-256 (hex) of what it holds. */
  readonly script?: { readonly path: string; readonly hash: string };
}

/** What somebody approved, part by part, so that what is different later can be named. */
export type Pin = Readonly<Record<string, string>>;

/** One difference between what was approved and what is there now; "" for what was, or is, not there. */
export interface PinChange {
  readonly part: string;
  readonly before: string;
  readonly after: string;
}

/** Names of parts that are tools: each of them can be approved, or held back, by itself. */
const TOOL = "tool ";
const MOST_SHOWN = 4_000;

/** The pin of a server and of each of its tools. */
export async function pinOfServer(server: McpServer): Promise<Pin> {
  const { transport, command = "", args = [], env = {}, cwd = "", url, headers = {}, tools } = server;
  const parts: [string, string][] = [
    ["transport", transport],
    ["command", command],
    ["arguments", canonicalJson(args)],
    // By name only, and in one order; a header's name means the same in any case.
    ["variables", canonicalJson(Object.keys(env).toSorted())],
    ["folder", cwd],
    ["address", url === undefined ? "" : await shownAddress(url)],
    [
      "headers",
      canonicalJson(
        Object.keys(headers)
          .map((name) => name.toLowerCase())
          .toSorted(),
      ),
    ],
    ...tools.map((tool): [string, string] => [`${TOOL}${tool.name}`, canonicalJson(wordsOf(tool))]),
  ];
  // Two tools of one name are neither of them.
  const names = parts.map(([name]) => name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw new TypeError(`There are two of ${twice}.`);
  return Object.fromEntries(parts);
}

const wordsOf = ({ name, description = "", inputSchema, annotations = null }: McpTool) => ({
  name,
  description,
  inputSchema,
  annotations,
});

/** What can be shown of an address, with a mark of the rest, which may hold a key. */
async function shownAddress(url: string): Promise<string> {
  const shown = URL.canParse(url) ? new URL(url) : undefined;
  return `${shown ? `${shown.protocol}//${shown.host}${shown.pathname}` : ""} ${await sha256(url)}`;
}

export async function pinOfHook({
  event,
  matcher = "",
  argv,
  cwd = "",
  timeoutMs,
  script,
}: Hook): Promise<Pin> {
  return {
    event,
    matcher,
    command: canonicalJson(argv),
    folder: cwd,
    "time limit": timeoutMs === undefined ? "" : String(timeoutMs),
    script: script?.path ?? "",
    "content of the script": script?.hash ?? "",
  };
}

/** What is different, in the order of the parts; nothing when both are the same. */
export function comparePins(before: Pin, after: Pin): PinChange[] {
  const parts = new Set([...Object.keys(before), ...Object.keys(after)]);
  const partOf = (pin: Pin, part: string): string => (Object.hasOwn(pin, part) ? (pin[part] ?? "") : "");
  return [...parts]
    .map((part) => ({ part, before: partOf(before, part), after: partOf(after, part) }))
    .filter((change) => change.before !== change.after)
    .map(({ part, ...change }) => ({
      part,
      before: change.before.slice(0, MOST_SHOWN),
      after: change.after.slice(0, MOST_SHOWN),
    }));
}

/** Tools that must not be used until somebody looked at them; undefined when that is so of the whole server. */
export function heldBackTools(changes: readonly PinChange[]): readonly string[] | undefined {
  if (changes.some(({ part }) => !part.startsWith(TOOL))) return undefined;
  return changes.filter(({ after }) => after !== "").map(({ part }) => part.slice(TOOL.length));
}
