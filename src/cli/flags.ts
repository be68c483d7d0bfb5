import { Command, InvalidArgumentError, Option } from "commander";
import { MODE_NAMES, type ModeName } from "../app/mode-names.ts";
import { AgentError } from "../core/errors.ts";
import type { Mode } from "../core/mode.ts";
import { asSentence } from "../core/sentence.ts";
import { OUTPUT_FORMATS, type OutputFormat } from "../hosts/node/terminal-output.ts";
import { splitRules } from "../safety/rule-list.ts";
import { VERSION } from "./version.ts";

export interface Flags {
  readonly print?: string | true;
  readonly outputFormat: OutputFormat;
  readonly inputFormat: "text" | "stream-json";
  readonly includePartialMessages?: true;
  readonly replayUserMessages?: true;
  readonly permissionPromptTool?: "stdio";
  readonly verbose?: true;
  readonly jsonSchema?: string;
  readonly permissionMode?: ModeName;
  readonly allowedTools: readonly string[];
  readonly disallowedTools: readonly string[];
  readonly tools?: string;
  readonly addDir: readonly string[];
  /** Files, or JSON, that name servers of tools. */
  readonly mcpConfig?: readonly string[];
  readonly strictMcpConfig?: true;
  readonly settings?: string;
  readonly settingSources?: string;
  readonly sandbox?: string;
  readonly model?: string;
  readonly fallbackModel?: string;
  readonly agents?: string;
  readonly agent?: string;
  readonly effort?: string;
  readonly systemPrompt?: string;
  readonly systemPromptFile?: string;
  readonly appendSystemPrompt?: string;
  readonly appendSystemPromptFile?: string;
  readonly maxTurns: number;
  readonly maxBudgetUsd?: number;
  readonly resume?: string;
  readonly continue?: true;
  readonly forkSession?: true;
  readonly sessionId?: string;
  /** False with `--no-session-persistence`. */
  readonly sessionPersistence: boolean;
}

/** What is documented elsewhere and Plumb does not have yet: to be refused in these words, and never passed over. */
const NOT_YET = ["--plugin-dir <folder>", "--include-hook-events"];

/** The program's flags. `addCommands` adds what else it can be asked for than a task. */
export function program(addCommands?: (root: Command) => void): Command {
  const root = new Command("plumb")
    .description("The coding agent that can be checked, without a window.")
    .version(VERSION)
    .helpCommand("help [command]", "this, or what belongs to a command")
    .exitOverride()
    .configureOutput({ outputError: (words, write) => write(`${onOneLine(words)} See plumb --help.\n`) })
    .argument(
      "[prompt...]",
      "the task, when it does not follow -p; without -p, at a terminal, what is said first",
    )
    .option("-p, --print [prompt]", "do one task and exit; without a prompt it is read from standard input");
  addFormats(root);
  addPermissions(root);
  addModel(root);
  addSession(root);
  for (const flags of NOT_YET) root.addOption(new Option(flags).hideHelp());
  root.action(() => undefined);
  addCommands?.(root);
  return root;
}

const onOneLine = (words: string): string => {
  const [first = "", ...more] = words
    .replace(/^error: /, "plumb: ")
    .trim()
    .split("\n");
  return more.length === 0 ? asSentence(first) : `${first} ${asSentence(more.join(" "))}`;
};

function addFormats(root: Command): void {
  root
    .addOption(
      new Option("--output-format <format>", "what goes to standard output")
        .choices(OUTPUT_FORMATS)
        .default("text"),
    )
    .addOption(
      new Option("--input-format <format>", "what comes from standard input")
        .choices(["text", "stream-json"])
        .default("text"),
    )
    .option("--include-partial-messages", "with stream-json: replies while they are written, as deltas")
    .option("--replay-user-messages", "with stream-json: messages come back when they are taken")
    .addOption(
      new Option(
        "--permission-prompt-tool <where>",
        "with stream-json: who answers what would ask (stdio: the program that reads this)",
      ).choices(["stdio"]),
    )
    .option("--json-schema <schema>", "the answer is JSON of this schema (JSON text, or a file)")
    .option("--verbose", "with text: tool calls on standard error");
}

function addPermissions(root: Command): void {
  const rules = (value: string, before: readonly string[]): string[] => [...before, ...rulesIn(value)];
  const list = (value: string, before: readonly string[]): string[] => [...before, value];
  root
    .addOption(
      new Option("--permission-mode <mode>", "what may happen unasked; what would ask is denied").choices(
        Object.keys(MODE_NAMES),
      ),
    )
    .addOption(
      new Option("--allowed-tools, --allowedTools <rules>", 'rules that allow, e.g. "Bash(npm test),Edit"')
        .argParser(rules)
        .default([], "none"),
    )
    .addOption(
      new Option("--disallowed-tools, --disallowedTools <rules>", "rules that deny")
        .argParser(rules)
        .default([], "none"),
    )
    .option("--tools <names>", 'the only tools there are, e.g. "Read,Grep"; "" for none')
    .addOption(
      new Option("--add-dir <folder>", "a further folder to work in; can be repeated")
        .argParser(list)
        .default([], "none"),
    )
    .option("--mcp-config <files...>", "MCP servers whose tools the agent gets (files, or JSON text)")
    .option("--strict-mcp-config", "no MCP servers but those of --mcp-config")
    .option("--settings <file>", "settings that go before those of files (JSON text, or a file)")
    .option("--setting-sources <names>", "whose settings files count: user, project, local")
    .addOption(
      new Option("--sandbox <when>", "whether commands run in a sandbox").choices(["auto", "on", "off"]),
    );
}

function addModel(root: Command): void {
  root
    .option("--model <id>", "model to use, or opus, sonnet, haiku", named)
    .addOption(
      new Option("--effort <level>", "how hard the model thinks").choices([
        "low",
        "medium",
        "high",
        "xhigh",
        "max",
      ]),
    )
    .option("--system-prompt <text>", "in place of our own system prompt")
    .option("--system-prompt-file <file>", "the same, from a file")
    .option("--append-system-prompt <text>", "at the end of the system prompt")
    .option("--append-system-prompt-file <file>", "the same, from a file")
    .option("--fallback-model <ids>", "who goes on with a turn while that model is overloaded, at most three")
    .option("--agents <agents>", "agents that can be started as well (JSON text, or a file)")
    .option("--agent <name>", "who the session runs as: one of --agents, explore, general, main")
    .option("--max-turns <n>", "most model replies before stopping", positive, 250)
    .option("--max-budget-usd <amount>", "most US dollars that may be spent", dollars);
}

function addSession(root: Command): void {
  root
    .option("-r, --resume <session>", "go on with a session of this folder")
    .option("-c, --continue", "go on with the newest session of this folder")
    .option("--fork-session", "with --resume or --continue: leave that session as it is, go on in a new one")
    .option("--session-id <uuid>", "what the new session is called")
    .option("--no-session-persistence", "leave no session behind; it cannot be continued");
}

/** Throws `invalid_input` for what is known, but not to us. */
export function refuseNotYet(root: Command): void {
  for (const option of root.options) {
    if (!NOT_YET.includes(option.flags) || root.getOptionValueSource(option.attributeName()) === undefined)
      continue;
    throw new AgentError("invalid_input", `${option.long} is not there yet.`);
  }
}

function named(value: string): string {
  if (value.trim() === "") throw new InvalidArgumentError("It is empty.");
  return value.trim();
}

function positive(value: string): number {
  const count = Number(value);
  if (!Number.isInteger(count) || count < 1) throw new InvalidArgumentError("It is a whole number above 0.");
  return count;
}

function dollars(value: string): number {
  const amount = Number(value);
  if (Number.isFinite(amount) && amount > 0) return amount;
  throw new InvalidArgumentError("It is an amount of US dollars above 0.");
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

/** The mode that was asked for; undefined when none was. */
export const modeOf = ({ permissionMode }: Flags): Mode | undefined =>
  permissionMode && MODE_NAMES[permissionMode];
