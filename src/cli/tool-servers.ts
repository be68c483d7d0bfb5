import { readFileSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { type ParseError, parse } from "jsonc-parser";
import { AgentError } from "../core/errors.ts";
import type { ToolSource } from "../core/tool-source.ts";
import { lineStarter } from "../hosts/node/line-program.ts";
import { type Configured, readServers, type ServerConfig } from "../mcp/config.ts";
import { McpServers } from "../mcp/servers.ts";
import { VERSION } from "./version.ts";

const MAX_BYTES = 2 * 1024 * 1024;

interface Place {
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly roots: readonly string[];
}

/**
 * The servers that `--mcp-config` names: files, or JSON. Nothing is started yet. Throws `invalid_input` when one of them cannot
 * be understood as a whole; of two servers of one name the last one counts.
 */
export function serversIn(given: readonly string[], { cwd, environment, roots }: Place): ToolSource {
  const servers = new Map<string, ServerConfig>();
  const problems: string[] = [];
  for (const one of given) {
    const found = read(one, cwd, environment);
    for (const server of found.servers) servers.set(server.name, server);
    problems.push(...found.problems);
  }
  return new McpServers({
    ...{ servers: [...servers.values()], problems, environment, version: VERSION },
    roots: roots.map((root) => pathToFileURL(root).href),
    variables: { CLAUDE_PROJECT_DIR: cwd },
    start: lineStarter(cwd, environment),
  });
}

function read(given: string, cwd: string, environment: Place["environment"]): Configured {
  const isText = given.trimStart().startsWith("{");
  const text = isText ? given : textOf(resolve(cwd, given));
  const errors: ParseError[] = [];
  const content: unknown = parse(text.replace(/^\uFEFF/, ""), errors, { allowTrailingComma: true });
  try {
    if (errors.length > 0) throw new Error("it is not JSON");
    return readServers(content, environment);
  } catch (thrown) {
    const why = thrown instanceof Error ? thrown.message : String(thrown);
    throw new AgentError(
      "invalid_input",
      `--mcp-config ${isText ? "" : `${given} `}cannot be used: ${why}.`,
      {
        cause: thrown,
      },
    );
  }
}

function textOf(path: string): string {
  try {
    if (!statSync(path).isFile() || statSync(path).size > MAX_BYTES)
      throw new Error("it is no file of settings");
    return readFileSync(path, "utf8");
  } catch (thrown) {
    throw new AgentError("not_found", `--mcp-config ${path} cannot be read.`, { cause: thrown });
  }
}
