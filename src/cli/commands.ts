import { homedir } from "node:os";
import { type Command, Option } from "commander";
import { CHECK_HELP } from "../commands/check-help.ts";
import type { PlaceParts } from "../commands/list-instructions.ts";
import type { LogFormat } from "../commands/print-session.ts";
import type { PromptWishes } from "../commands/show-prompt.ts";
import type { Storage } from "../core/ports.ts";
import { createNodeHost } from "../hosts/node/node-host.ts";
import { createStorage, defaultDataDir, workspaceKey } from "../hosts/node/node-storage.ts";
import { readPowershellGrammar } from "../hosts/node/powershell-grammar.ts";
import { ruleFilesHere } from "../hosts/node/rule-file-places.ts";
import { DEFAULT_MODEL } from "../models/index.ts";
import { provideGrammar } from "../safety/powershell/late.ts";
import { currentFolder } from "./current-folder.ts";
import type { DoctorWishes } from "./doctor.ts";
import { EXIT_CODE } from "./exit-code.ts";
import { VERSION } from "./version.ts";

/** What the program does when it was not given a task; resolves to the exit code. */
export type Work = () => Promise<number>;

/** The commands beside `-p`. They need no folder, no key and no network, and what they do is loaded late. */
export function addCommands(root: Command, choose: (work: Work) => void): void {
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
    .command("instructions")
    .argument("[files...]", "as if these files had been read, so that rules about them count")
    .description("instruction files that count in this folder, and those that are left out, with the reasons")
    .option("--json", "one JSON object a line")
    .action((files: readonly string[], { json }: { json?: true }) =>
      choose(() => instructions(files, json === true)),
    );
  root
    .command("prompt")
    .argument("[agent]", "the sub-agent whose prompt it is; the main agent when left out")
    .description("the system prompt that a conversation in this folder would begin with")
    .option("--explain", "its sections and the tools with what they cost in tokens, in place of the text")
    .option("--json", "as JSON")
    .action((agent: string | undefined, { explain, json }: { explain?: true; json?: true }) =>
      choose(() => prompt({ isExplained: explain === true, isJson: json === true, agent })),
    );
  root
    .command("sessions")
    .description("conversations of this folder, newest first")
    .option("--json", "one JSON object a line")
    .action(({ json }: { json?: true }) => choose(() => sessions(json === true)));
  root
    .command("log")
    .argument("<session>", "its id, the beginning of that, or its title")
    .description("a conversation of this folder, to read")
    .addOption(new Option("--format <format>", "how").choices(["text", "md", "html"]).default("text"))
    .action((session: string, { format }: { format: LogFormat }) => choose(() => log(session, format)));
  root
    .command("redact")
    .description("copy standard input to standard output without its secrets")
    .option("--jsonl", 'answer {"id", "text", "chunks"?} with {"id", "text"}, one JSON object a line')
    .action(({ jsonl }: { jsonl?: true }) => choose(() => redact(jsonl === true)));
  addChecks(root, choose);
}

/** Those that say how things are before anything is done. */
function addChecks(root: Command, choose: (work: Work) => void): void {
  root
    .command("doctor")
    .description("what a task in this folder would need, and whether it is there")
    .option("--json", "one JSON object a line")
    .option("--online", "ask the provider as well, once and at no cost")
    .action((wishes: DoctorWishes) => choose(() => diagnose(wishes)));
  root
    .command("config")
    .description("what a task in this folder is done with when no flag says otherwise, and what says so")
    .option("--json", "one JSON object a line")
    .action(({ json }: { json?: true }) => choose(() => config(json === true)));
}

async function check(): Promise<number> {
  const { checkPermissions } = await import("../commands/check-permissions.ts");
  provideGrammar(readPowershellGrammar);
  await checkPermissions(await inputLines(), print);
  return EXIT_CODE.done;
}

async function listRules(): Promise<number> {
  const { listPermissions } = await import("../commands/list-permissions.ts");
  const cwd = currentFolder();
  const dataDir = defaultDataDir();
  const host = createNodeHost({ roots: [cwd], dataDir, version: VERSION });
  const storage = createStorage({ dataDir, workspaceKey: workspaceKey(cwd) });
  const ruleFiles = ruleFilesHere({ roots: [cwd], dataDir });
  await listPermissions({ host, storage, cwd, home: homedir(), ruleFiles }, print);
  return EXIT_CODE.done;
}

async function logDecisions(session: string | undefined): Promise<number> {
  const { logPermissions } = await import("../commands/list-permissions.ts");
  const { findSession } = await import("./find-session.ts");
  const storage = storageHere();
  await logPermissions(
    storage,
    session === undefined ? undefined : await findSession(storage, session),
    print,
  );
  return EXIT_CODE.done;
}

async function instructions(files: readonly string[], isJson: boolean): Promise<number> {
  const { listInstructions } = await import("../commands/list-instructions.ts");
  await listInstructions(await placeHere(), { files, isJson }, print);
  return EXIT_CODE.done;
}

async function prompt(wishes: PromptWishes): Promise<number> {
  const { showPrompt } = await import("../commands/show-prompt.ts");
  await showPrompt({ ...(await placeHere()), environment: process.env }, wishes, print);
  return EXIT_CODE.done;
}

async function placeHere(): Promise<PlaceParts> {
  const [{ readUserInstructions }, { ownSettingsText }] = await Promise.all([
    import("../hosts/node/user-instructions.ts"),
    import("../hosts/node/own-settings-text.ts"),
  ]);
  const cwd = currentFolder();
  const dataDir = defaultDataDir();
  const choices = await readUserInstructions(ownSettingsText(dataDir));
  return {
    host: createNodeHost({ roots: [cwd], dataDir, version: VERSION }),
    storage: createStorage({ dataDir, workspaceKey: workspaceKey(cwd) }),
    ...{ cwd, home: homedir(), instructions: () => choices },
    ruleFiles: ruleFilesHere({ roots: [cwd], dataDir }),
    model: process.env["ANTHROPIC_MODEL"] ?? DEFAULT_MODEL,
  };
}

const storageHere = (): Storage =>
  createStorage({ dataDir: defaultDataDir(), workspaceKey: workspaceKey(currentFolder()) });

async function diagnose(wishes: DoctorWishes): Promise<number> {
  return (await import("./doctor.ts")).doctor(currentFolder(), wishes, print);
}

async function sessions(isJson: boolean): Promise<number> {
  const { printSessions } = await import("../commands/list-sessions.ts");
  await printSessions(storageHere(), isJson, print);
  return EXIT_CODE.done;
}

async function log(session: string, format: LogFormat): Promise<number> {
  const { findSession } = await import("./find-session.ts");
  const { printSession } = await import("../commands/print-session.ts");
  const storage = storageHere();
  await printSession(storage, await findSession(storage, session), format, print);
  return EXIT_CODE.done;
}

async function config(isJson: boolean): Promise<number> {
  const { showConfig } = await import("./show-config.ts");
  await showConfig(currentFolder(), isJson, print);
  return EXIT_CODE.done;
}

async function redact(isJsonl: boolean): Promise<number> {
  const { redactLines, redactStream } = await import("../commands/redact.ts");
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
