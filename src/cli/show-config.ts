import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { parse } from "jsonc-parser";
import { permissionsHere } from "../app/permissions-of.ts";
import { makeVisible } from "../core/visible.ts";
import { createNodeHost } from "../hosts/node/node-host.ts";
import { createStorage, defaultDataDir, workspaceKey } from "../hosts/node/node-storage.ts";
import { ownSettingsText } from "../hosts/node/own-settings-text.ts";
import { isThere, ruleFilesHere } from "../hosts/node/rule-file-places.ts";
import { readUserSandbox } from "../hosts/node/sandbox/user-file.ts";
import { readUserBudget } from "../hosts/node/user-budget.ts";
import { readUserInstructions } from "../hosts/node/user-instructions.ts";
import { readUserTelemetry } from "../hosts/node/user-telemetry.ts";
import { telemetryWords } from "./doctor/telemetry.ts";
import { modelNamed } from "./model-name.ts";
import { VERSION } from "./version.ts";

interface Setting {
  readonly name: string;
  readonly value: string | number | readonly string[];
  /** What says so: a variable, a file, or `default`. */
  readonly source: string;
}

const DEFAULT = "default";

/**
 * Prints what a task in this folder would be done with when no flag says otherwise, and what says so: a line each, or a JSON
 * object. Rejects with `invalid_input` for a settings file that a task would not begin with either.
 */
export async function showConfig(
  cwd: string,
  isJson: boolean,
  write: (text: string) => Promise<void>,
): Promise<void> {
  const dataDir = defaultDataDir();
  const found = [...ofProcess(dataDir), ...(await ofUser(dataDir)), ...(await ofFolder(cwd, dataDir))];
  const width = Math.max(...found.map(({ name }) => name.length));
  for (const { name, value, source } of found) {
    const shown = typeof value === "object" ? value.join(", ") || "none" : String(value);
    const line = `${name.padEnd(width)}  ${makeVisible(shown, "exact")}  (${makeVisible(source, "exact")})`;
    await write(isJson ? `${JSON.stringify({ name, value, source })}\n` : `${line}\n`);
  }
}

function ofProcess(dataDir: string): Setting[] {
  const { ANTHROPIC_API_KEY: key, ANTHROPIC_BASE_URL: url, ANTHROPIC_MODEL: model } = process.env;
  const from = (name: string, value: string | undefined): string => (value ? name : DEFAULT);
  return [
    // Never the key itself, nor what may stand in an address beside the host.
    { name: "key", value: key ? "set" : "none", source: from("ANTHROPIC_API_KEY", key) },
    {
      name: "provider",
      value: url ? (URL.parse(url)?.host ?? "not an address") : "the vendor's own",
      source: from("ANTHROPIC_BASE_URL", url),
    },
    // An empty name is a name as well, and no model has it.
    {
      name: "model",
      value: modelNamed(model ?? DEFAULT),
      source: model === undefined ? DEFAULT : "ANTHROPIC_MODEL",
    },
    { name: "folder", value: dataDir, source: from("PLUMB_HOME", process.env["PLUMB_HOME"]) },
  ];
}

/** What only the user can say, in the settings of their own folder. */
async function ofUser(dataDir: string): Promise<Setting[]> {
  const text = ownSettingsText(dataDir);
  const [sandbox, { limits }, instructions] = await Promise.all([
    readUserSandbox(dataDir),
    readUserBudget(dataDir),
    readUserInstructions(text),
  ]);
  const path = join(dataDir, "settings.json");
  const own = contentOf(path);
  const setting = (group: string, key: string, value: Setting["value"]): Setting => ({
    ...{ name: `${group}.${key}`, value },
    source: isSet(own, group, key) ? path : DEFAULT,
  });
  return [
    setting("budget", "session", limits.session ?? "no limit"),
    setting("budget", "day", limits.day ?? "no limit"),
    setting("sandbox", "enabled", sandbox.enabled),
    setting("sandbox", "allowedDomains", sandbox.allowedDomains),
    setting("sandbox", "docker", sandbox.docker ?? "none"),
    setting("instructions", "import", instructions.imports),
    setting("instructions", "agentsFiles", instructions.agentsFiles),
    {
      ...{
        name: "telemetry",
        value: telemetryWords(await readUserTelemetry(text, process.env), process.env),
      },
      // The variable goes before the file.
      source: process.env["PLUMB_TELEMETRY"] ? "PLUMB_TELEMETRY" : setting("telemetry", "enabled", "").source,
    },
  ];
}

async function ofFolder(cwd: string, dataDir: string): Promise<Setting[]> {
  const ruleFiles = ruleFilesHere({ roots: [cwd], dataDir });
  const permissions = await permissionsHere({
    host: createNodeHost({ roots: [cwd], dataDir, version: VERSION }),
    storage: createStorage({ dataDir, workspaceKey: workspaceKey(cwd) }),
    ...{ cwd, home: homedir(), ruleFiles },
  });
  const files = ruleFiles.filter(({ path }) => isThere(path));
  return [
    {
      name: "permissions.defaultMode",
      value: permissions.beginIn("ask", false),
      source: permissions.sources?.defaultModeBy?.file.path ?? DEFAULT,
    },
    {
      name: "permissions.rules",
      value: permissions.written.length,
      source: "settings files and answers; plumb permissions list",
    },
    ...files.map(({ path, label }) => ({ name: "settings file", value: path, source: label })),
    ...permissions.problems.map((problem) => ({ name: "problem", value: problem, source: "settings files" })),
  ];
}

/** The readers above have refused what cannot be read. */
function contentOf(path: string): unknown {
  try {
    return parse(readFileSync(path, "utf8"), [], { allowTrailingComma: true });
  } catch {
    return undefined;
  }
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function isSet(content: unknown, group: string, key: string): boolean {
  const inside = isRecord(content) ? content[group] : undefined;
  return isRecord(inside) && Object.hasOwn(inside, key);
}
