import type { App } from "../app/app.ts";
import type { Block } from "../core/message.ts";
import { Whereabouts } from "../core/presence.ts";
import { makeVisible } from "../core/visible.ts";
import { printEvents } from "../hosts/node/terminal-output.ts";
import { currentFolder } from "./current-folder.ts";
import { exitCodeOf } from "./exit-code.ts";
import type { Flags } from "./flags.ts";
import { openApp } from "./open-app.ts";
import { readPrompt } from "./prompt.ts";
import { stopOnSignals } from "./signals.ts";
import { takeTurn } from "./take-turn.ts";
import { Wishes } from "./wishes.ts";

/** Flags that mean the same whatever else is given: with these alone there is nothing to check. */
const ALONE: readonly string[] = [
  ...["print", "outputFormat", "inputFormat", "allowedTools", "disallowedTools", "addDir", "maxTurns"],
  ...[
    "model",
    "effort",
    "permissionMode",
    "verbose",
    "maxBudgetUsd",
    "jsonSchema",
    "sandbox",
    "sessionPersistence",
  ],
];

/** Does what was asked for: talks where a person sits at a terminal and nothing says otherwise. Resolves to the exit code. */
export async function run(flags: Flags, words: readonly string[]): Promise<number> {
  if (Object.keys(flags).some((flag) => !ALONE.includes(flag)) || flags.inputFormat !== "text")
    (await import("./check-flags.ts")).checkFlags(flags, words);
  const isPlain =
    flags.inputFormat === "text" && flags.outputFormat === "text" && flags.jsonSchema === undefined;
  const [word = ""] = words;
  if (flags.print === undefined && words.length === 1 && /^[a-z]+$/.test(word))
    (await import("./near-command.ts")).refuseNearCommand(word);
  if (flags.print !== undefined || !isPlain || !process.stdin.isTTY || !process.stdout.isTTY)
    return runTask(flags, words);
  return (await import("./terminal/talk.ts")).talk(flags, words);
}

/** Does one task, as with `-p`; resolves to the exit code. */
async function runTask(flags: Flags, words: readonly string[]): Promise<number> {
  if (flags.inputFormat === "stream-json") return (await import("./serve.ts")).serve(flags);
  return doTask(flags, await readPrompt(flags, words));
}

async function doTask(flags: Flags, prompt: readonly Block[]): Promise<number> {
  const cwd = currentFolder();
  const wishes = await Wishes.from(flags);
  const whereabouts = new Whereabouts({ place: "none", because: whyNobody(flags) });
  const app = await openApp(flags, cwd, { wishes, whereabouts });
  const endPrinting = await printing(app, flags, cwd, wishes);
  const stoppedWith = stopOnSignals(() => app.stop());
  try {
    const outcome = await takeTurn(app, prompt, wishes);
    return outcome === "cancelled" ? (stoppedWith() ?? 130) : exitCodeOf(app, outcome, wishes);
  } finally {
    await app.close();
    await endPrinting();
  }
}

/** With `-p` nobody is asked, also at a terminal where somebody sits: so it is in the scripts that it is written for. */
function whyNobody({ print, outputFormat }: Flags): string {
  if (print !== undefined) return "started with -p";
  return outputFormat === "text" ? "no terminal at both ends" : "the output is for a program";
}

async function printing(app: App, flags: Flags, cwd: string, wishes: Wishes): Promise<() => Promise<void>> {
  const { outputFormat: format } = flags;
  if (format === "text") return printText(app, flags, wishes);
  const { JsonOutput } = await import("./json-output.ts");
  const includesPartial = flags.includePartialMessages === true;
  const output = new JsonOutput(app, { format, includesPartial, cwd, wishes });
  return () => output.end();
}

function printText(app: App, { verbose }: Flags, { structured }: Wishes): () => Promise<void> {
  const end = printEvents(app.session, verbose === true, structured !== undefined);
  return async () => {
    if (structured?.answer) process.stdout.write(`${JSON.stringify(structured.answer.value, null, 2)}\n`);
    else if (structured) process.stderr.write("plumb: the model gave no answer that fits the schema.\n");
    await end();
    for (const { title } of app.transcript.status.later)
      process.stderr.write(
        `plumb: waits for you: ${makeVisible(title, "exact")} (plumb --continue asks it)\n`,
      );
  };
}
