import "./hosts/node/checks-without-compiler.ts";
import { randomUUID } from "node:crypto";
import { realpathSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { Command, Option } from "commander";
import { App } from "./app/app.ts";
import type { AppOptions } from "./app/app-options.ts";
import { MODE_NAMES, type ModeName } from "./app/mode-names.ts";
import type { WrittenRule } from "./app/permissions.ts";
import { listSessions } from "./app/sessions.ts";
import { CHECK_HELP } from "./commands/check-help.ts";
import { summarise } from "./context/summarise.ts";
import { AgentError, toAgentError } from "./core/errors.ts";
import type { Mode } from "./core/event.ts";
import { text } from "./core/message.ts";
import { createNodeHost } from "./hosts/node/node-host.ts";
import { createStorage, defaultDataDir, workspaceKey } from "./hosts/node/node-storage.ts";
import { readPowershellGrammar } from "./hosts/node/powershell-grammar.ts";
import { isRootOfMachine } from "./hosts/node/privileges.ts";
import { isThere, ruleFilesHere } from "./hosts/node/rule-file-places.ts";
import {
  OUTPUT_FORMATS,
  type OutputFormat,
  printEvents,
  quietOnBrokenPipe,
  readAll,
} from "./hosts/node/terminal-output.ts";
import { createAnthropicProvider } from "./models/anthropic.ts";
import { DEFAULT_MODEL } from "./models/index.ts";
import { provideGrammar } from "./safety/powershell/late.ts";
import { splitRules } from "./safety/rule-list.ts";

declare const PLUMB_VERSION: string;

const EXIT_CODE = { done: 0, queued: 0, idle: 0, failed: 1, step_limit: 2, cancelled: 130 } as const;

interface Flags {
  readonly print?: string | true;
  readonly outputFormat: OutputFormat;
  readonly permissionMode?: ModeName;
  readonly allowedTools: readonly string[];
  readonly disallowedTools: readonly string[];
  readonly sandbox?: string;
  readonly model: string;
  readonly effort: string;
  readonly maxTurns: number;
  readonly resume?: string;
  readonly continue?: true;
}

/** `choose` gets what is to be done when the program was not given a task but one of its commands. */
function program(choose: (work: () => Promise<number>) => void): Command {
  const rules = (value: string, before: readonly string[]): string[] => [...before, ...rulesIn(value)];
  const root = new Command("plumb")
    .description("The coding agent that can be checked, without a window.")
    .version(PLUMB_VERSION)
    .option("-p, --print [prompt]", "do one task and exit; without a prompt it is read from standard input")
    .addOption(
      new Option("--output-format <format>", "what goes to standard output")
        .choices(OUTPUT_FORMATS)
        .default("text"),
    )
    .addOption(
      new Option("--permission-mode <mode>", "what may happen unasked; what would ask is denied").choices(
        Object.keys(MODE_NAMES),
      ),
    )
    .addOption(
      new Option("--allowed-tools, --allowedTools <rules>", 'rules that allow, e.g. "Bash(npm test),Edit"')
        .argParser(rules)
        .default([]),
    )
    .addOption(
      new Option("--disallowed-tools, --disallowedTools <rules>", "rules that deny")
        .argParser(rules)
        .default([]),
    )
    .addOption(
      new Option("--sandbox <when>", "whether commands run in a sandbox").choices(["auto", "on", "off"]),
    )
    .option("--model <id>", "model to use", process.env["ANTHROPIC_MODEL"] ?? DEFAULT_MODEL)
    .option("--effort <level>", "how hard the model thinks", "")
    .option("--max-turns <n>", "most model replies before stopping", positive, 250)
    .option("-r, --resume <session>", "go on with a session of this folder")
    .option("-c, --continue", "go on with the newest session of this folder")
    .action(() => undefined);
  const permissions = root
    .command("permissions")
    .description("what rules and safety would say, without doing anything");
  permissions
    .command("list")
    .description("rules of this folder with where they stand, and what is wrong with them, as JSON lines")
    .action(() => choose(listRules));
  permissions
    .command("log")
    .argument("[session]", "a session of this folder; all of them when left out")
    .description("what was decided and why, as JSON lines")
    .action((session: string | undefined) => choose(() => logDecisions(session)));
  permissions
    .command("check")
    .description("answer questions, one JSON object a line; --help shows them")
    .addHelpText("after", CHECK_HELP)
    .action(() => choose(check));
  root
    .command("redact")
    .description("copy standard input to standard output without its secrets")
    .option("--jsonl", 'answer {"id", "text", "chunks"?} with {"id", "text"}, one JSON object a line')
    .action(({ jsonl }: { jsonl?: true }) => choose(() => redact(jsonl === true)));
  return root;
}

function positive(value: string): number {
  const count = Number(value);
  if (!Number.isInteger(count) || count < 1)
    throw new AgentError("invalid_input", `${value} is not a whole number above 0.`);
  return count;
}

/** A list that cannot be taken apart ends the program: what was meant to allow or forbid something must not be guessed. */
function rulesIn(value: string): string[] {
  const rules = splitRules(value);
  if (rules) return rules;
  throw new AgentError(
    "invalid_input",
    `A parenthesis is missing or too many in the rules ${JSON.stringify(value)}.`,
  );
}

async function main(): Promise<number> {
  let work: (() => Promise<number>) | undefined;
  const command = program((chosen) => {
    work = chosen;
  });
  command.parse();
  if (work) return work();
  const flags = command.opts<Flags>();
  if (flags.print === undefined) {
    command.outputHelp();
    return 1;
  }
  const prompt = flags.print === true || flags.print === "-" ? await readAll(process.stdin) : flags.print;
  if (prompt.trim() === "")
    throw new AgentError("invalid_input", 'There is no prompt. Try: plumb -p "explain this project"');
  const cwd = currentFolder();
  refuseRootBypass(flags);
  const app = await App.open(await optionsFrom(flags, cwd));
  // A session that goes on keeps its mode, unless another one is asked for.
  const mode = modeOf(flags);
  if (mode) app.setMode(mode);
  for (const problem of app.permissions.problems) process.stderr.write(`plumb: ${problem}\n`);
  for (const { file, added } of app.permissions.waiting)
    process.stderr.write(
      `plumb: ${file.label} wants to allow ${added.join(", ")}; that does not hold until you agree to it in the editor.\n`,
    );
  const stopPrinting = printEvents(app.session, {
    format: flags.outputFormat,
    cwd,
    version: PLUMB_VERSION,
    mode: app.mode,
  });
  const stoppedWith = stopOnSignals(app);
  try {
    const outcome = await app.prompt([text(prompt)], "now");
    return outcome === "cancelled" ? (stoppedWith() ?? EXIT_CODE.cancelled) : EXIT_CODE[outcome];
  } finally {
    await app.close();
    await stopPrinting();
  }
}

const modeOf = ({ permissionMode }: Flags): Mode | undefined => permissionMode && MODE_NAMES[permissionMode];

function refuseRootBypass(flags: Flags): void {
  if (modeOf(flags) !== "bypass" || !isRootOfMachine()) return;
  throw new AgentError(
    "invalid_input",
    "The mode bypass is not for root: a mistake could reach the whole machine. Use an ordinary user or a container.",
  );
}

// The commands need no folder, no key and no network, and what they do is loaded late.
async function check(): Promise<number> {
  const { checkPermissions } = await import("./commands/check-permissions.ts");
  provideGrammar(readPowershellGrammar);
  await checkPermissions(await inputLines(), print);
  return EXIT_CODE.done;
}

async function listRules(): Promise<number> {
  const { listPermissions } = await import("./commands/list-permissions.ts");
  const cwd = currentFolder();
  const dataDir = defaultDataDir();
  const host = createNodeHost({ roots: [cwd], dataDir, version: PLUMB_VERSION });
  const storage = createStorage({ dataDir, workspaceKey: workspaceKey(cwd) });
  const ruleFiles = ruleFilesHere({ roots: [cwd], dataDir });
  await listPermissions({ host, storage, cwd, home: homedir(), ruleFiles }, print);
  return EXIT_CODE.done;
}

async function logDecisions(session: string | undefined): Promise<number> {
  const { logPermissions } = await import("./commands/list-permissions.ts");
  const storage = createStorage({ dataDir: defaultDataDir(), workspaceKey: workspaceKey(currentFolder()) });
  await logPermissions(storage, session, print);
  return EXIT_CODE.done;
}

async function redact(isJsonl: boolean): Promise<number> {
  const { redactLines, redactStream } = await import("./commands/redact.ts");
  if (isJsonl) await redactLines(await inputLines(), print);
  else await redactStream(process.stdin.setEncoding("utf8"), print, process.env);
  return EXIT_CODE.done;
}

async function inputLines(): Promise<AsyncIterable<string>> {
  const { createInterface } = await import("node:readline");
  return createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY });
}

const print = (text: string): Promise<void> =>
  new Promise((resolve) => process.stdout.write(text, () => resolve()));

function currentFolder(): string {
  try {
    return realpathSync(process.cwd());
  } catch (thrown) {
    throw new AgentError(
      "not_found",
      "The current folder does not exist any longer. Change to another one.",
      {
        cause: thrown,
      },
    );
  }
}

async function optionsFrom(flags: Flags, cwd: string): Promise<AppOptions> {
  const apiKey = process.env["ANTHROPIC_API_KEY"];
  if (!apiKey) throw new AgentError("no_key", "There is no API key: set ANTHROPIC_API_KEY.");
  const baseUrl = process.env["ANTHROPIC_BASE_URL"];
  const dataDir = defaultDataDir();
  const { readUserSandbox } = await import("./hosts/node/sandbox/user-file.ts");
  const sandbox = await readUserSandbox(dataDir, flags.sandbox);
  const host = createNodeHost({ roots: [cwd], dataDir, version: PLUMB_VERSION, sandbox: () => sandbox });
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
    version: PLUMB_VERSION,
    isTrusted: () => true,
    isSomeoneThere: () => false,
    model: flags.model,
    effort: flags.effort,
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

/** Node's `fetch` looks at the proxy variables only when told to. */
async function honourProxyVariables(): Promise<void> {
  const { env } = process;
  if (!["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"].some((name) => env[name])) return;
  const http = await import("node:http");
  // Node 22 does not have it; there NODE_USE_ENV_PROXY=1 does the same.
  if ("setGlobalProxyFromEnv" in http) http.setGlobalProxyFromEnv();
}

const SIGNAL_CODE = { SIGHUP: 129, SIGINT: 130, SIGQUIT: 131, SIGTERM: 143 } as const;

/**
 * The first signal stops the turn cleanly, the second one ends at once. Without this a closed terminal would leave
 * commands running, because each has a session of its own. Returns the exit code of the signal that came.
 */
function stopOnSignals(app: App): () => number | undefined {
  let stoppedWith: number | undefined;
  for (const [signal, code] of Object.entries(SIGNAL_CODE)) {
    process.on(signal, () => {
      if (stoppedWith !== undefined) process.exit(code);
      stoppedWith = code;
      app.stop();
    });
  }
  return () => stoppedWith;
}

quietOnBrokenPipe();
await honourProxyVariables();
try {
  process.exitCode = await main();
} catch (thrown) {
  const { kind, message, hint } = toAgentError(thrown);
  // The hints of these kinds are written for a model that made a call.
  const isUsage = kind === "invalid_input" || kind === "not_found";
  process.stderr.write(`plumb: ${message} ${isUsage ? "See plumb --help." : hint}\n`);
  process.exitCode = 1;
}
process.exit();
