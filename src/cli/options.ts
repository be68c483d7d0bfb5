import { randomUUID } from "node:crypto";
import { realpathSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import type { AppOptions } from "../app/app-options.ts";
import type { WrittenRule } from "../app/permissions.ts";
import { listSessions } from "../app/sessions.ts";
import { summarise } from "../context/summarise.ts";
import { AgentError } from "../core/errors.ts";
import { createNodeHost } from "../hosts/node/node-host.ts";
import { createStorage, defaultDataDir, workspaceKey } from "../hosts/node/node-storage.ts";
import { isRootOfMachine } from "../hosts/node/privileges.ts";
import { isThere, ruleFilesHere } from "../hosts/node/rule-file-places.ts";
import { createAnthropicProvider } from "../models/anthropic.ts";
import { DEFAULT_MODEL } from "../models/index.ts";
import { type Flags, modeOf } from "./flags.ts";
import { VERSION } from "./version.ts";

export function refuseRootBypass(flags: Flags): void {
  if (modeOf(flags) !== "bypass" || !isRootOfMachine()) return;
  throw new AgentError(
    "invalid_input",
    "The mode bypass is not for root: a mistake could reach the whole machine. Use an ordinary user or a container.",
  );
}

/** What a conversation is opened with, from flags and environment. Rejects with `no_key`, `not_found`, `invalid_input`. */
export async function optionsFrom(flags: Flags, cwd: string): Promise<AppOptions> {
  const apiKey = process.env["ANTHROPIC_API_KEY"];
  if (!apiKey) throw new AgentError("no_key", "There is no API key: set ANTHROPIC_API_KEY.");
  const baseUrl = process.env["ANTHROPIC_BASE_URL"];
  const dataDir = defaultDataDir();
  const { readUserSandbox } = await import("../hosts/node/sandbox/user-file.ts");
  const sandbox = await readUserSandbox(dataDir, flags.sandbox);
  const host = createNodeHost({ roots: [cwd], dataDir, version: VERSION, sandbox: () => sandbox });
  const storage = createStorage({ dataDir, workspaceKey: workspaceKey(cwd) });
  const old = flags.resume ?? (flags.continue ? (await listSessions(storage))[0]?.id : undefined);
  if (flags.continue && old === undefined)
    throw new AgentError("not_found", "There is no earlier session in this folder.");
  return {
    host,
    storage,
    provider: createAnthropicProvider({ apiKey, ...(baseUrl && { baseUrl }) }),
    context: summarise({ compactAtTokens: Number.POSITIVE_INFINITY }),
    cwd,
    roots: [cwd],
    home: homedir(),
    environment: process.env,
    ownKeys: () => [apiKey],
    readable: ["blobs", "tasks"].map((folder) => join(realpathSync(dataDir), folder)),
    version: VERSION,
    isTrusted: () => true,
    isSomeoneThere: () => false,
    model: flags.model ?? process.env["ANTHROPIC_MODEL"] ?? DEFAULT_MODEL,
    effort: flags.effort ?? "",
    maxOutputTokens: 32_000,
    maxSteps: flags.maxTurns,
    mode: modeOf(flags) ?? "ask",
    isModeChosen: flags.permissionMode !== undefined,
    mayBypass: () => modeOf(flags) === "bypass",
    rules: [...written("allow", flags.allowedTools), ...written("deny", flags.disallowedTools)],
    ruleFiles: ruleFilesHere({ roots: [cwd], dataDir }),
    isThere,
    sessionId: old ?? randomUUID(),
    isNew: old === undefined,
  };
}

const written = (verdict: "allow" | "deny", texts: readonly string[]): WrittenRule[] =>
  texts.map((rule) => ({ verdict, text: rule, source: "command line" }));
