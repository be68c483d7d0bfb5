import * as z from "zod";
import { cutText, shortened } from "../core/cut-text.ts";
import { AgentError } from "../core/errors.ts";
import type { BackgroundTask, Refusal } from "../core/ports.ts";
import { inWords } from "../core/sandboxed-shell.ts";
import { defineTool, type PreviewContext, type ToolContext, type ToolOutput } from "../core/tool.ts";
import { outsideWords } from "../safety/outside-words.ts";
import { loadShell, shellRisk } from "../safety/shell/late.ts";
import { BoundedOutput } from "./bounded-output.ts";
import { WaitingOutput } from "./waiting-output.ts";

const DEFAULT_TIMEOUT_MS = 120_000;
const MAX_TIMEOUT_MS = 600_000;
/** The command stops itself at its timeout, with what it printed so far; the loop only guards against that failing. */
const GRACE_MS = 15_000;
/** Names of the interpreters whose code can be parsed before it runs. */
const MAY_HOLD_CODE = /\n|(?:^|[\s;&|(/])(?:node|nodejs|python[\d.]*|bash|sh|dash)\s/;
/** Names of what may wait for somebody at a terminal, or never end: only then the command has to be read for that. */
const MAY_WAIT =
  /\b(?:n?vim?|nano|pico|emacs|[hb]?top|atop|watch|tig|lazygit|ranger|ncdu|tmux|crontab|visudo|rebase|commit|add|checkout|restore|reset|stash|tag|init|python\d?(?:\.\d+)?|ipython|node|irb|ghci|julia|lua|[gl]db|psql|mysql|sqlite3|ssh|docker|podman|kubectl|tail|journalctl|tsc|jest|vitest|webpack|nodemon)\b/;
const MAX_REPORTED_CHARS = 4_000;
/** What a card says of a command: enough to know why, with words short enough to find in it. */
const MAX_REASONS = 3;
const MAX_WORDS = 60;

const Input = z.strictObject({
  command: z.string(),
  timeout: z.int().positive().max(MAX_TIMEOUT_MS).optional().describe("Milliseconds; default 120000"),
  description: z.string().optional(),
  run_in_background: z.boolean().optional(),
});
type Input = z.infer<typeof Input>;

export const bash = defineTool({
  name: "Bash",
  description:
    "Runs a command in a new shell in the workspace folder, without a terminal or input. A background command outlives the turn; you are told when it ends.",
  input: Input,
  title: ({ command }) => cutText(command.trim().replaceAll(/\s+/g, " "), 200),
  accesses: ({ command }) => [{ kind: "execute", target: command }],
  // What reads it is loaded by then, for the rules; if not, nothing is proved. Where home is does not matter to that.
  isReadOnly: ({ command, run_in_background }, { cwd, roots }) =>
    !run_in_background && shellRisk({ cmd: command, cwd, roots, home: "/~" }).readOnly,
  async suggest({ command }, place, { isAllowed, lets }) {
    const { commandChoices } = await import("../safety/suggest/suggest-commands.ts");
    const isPartAllowed = (part: string): boolean => isAllowed({ kind: "execute", target: part });
    return commandChoices(command, place, { isAllowed: isPartAllowed, lets });
  },
  preview: async (input, place) => {
    const { command, description = "" } = input;
    const { cwd } = place;
    refusePlaceholder(command, place);
    await refuseWaiting(input, place);
    const runs = await whereItRuns(place);
    await loadShell();
    const lasting = whatLasts(command, place);
    const risk = riskOf(command, place);
    const { commandFacts } = await import("../safety/suggest/command-parts.ts");
    const facts = {
      ...(lasting !== undefined && { lasting }),
      ...(runs !== undefined && { runs }),
      risk,
      ...commandFacts(command, place),
    };
    return { kind: "command", command, cwd, description, ...facts };
  },
  timeoutMs: ({ timeout, run_in_background }) =>
    run_in_background ? 30_000 : (timeout ?? DEFAULT_TIMEOUT_MS) + GRACE_MS,
  // With the words at its end; what is longer has been shortened while it came.
  maxOutputChars: 17_000,

  async run(input, context) {
    if (context.host.shell.name === undefined) {
      throw new AgentError(
        "failed",
        "There is no shell here (the workspace is not trusted yet, or has none). Use the other tools, or ask the user.",
      );
    }
    refusePlaceholder(input.command, context);
    await refuseWaiting(input, context);
    if (MAY_HOLD_CODE.test(input.command)) {
      const { refuseBrokenCode } = await import("./broken-code.ts");
      await refuseBrokenCode(input.command, context);
    }
    return input.run_in_background ? runInBackground(input, context) : runToEnd(input, context);
  },
});

/** Undefined: simply here. Rejects with `denied` where it could not run: a card for that helps nobody. */
async function whereItRuns({ host: { shell } }: PreviewContext): Promise<string | undefined> {
  if (!shell.isSetApart) return undefined;
  const { state, words } = await shell.sandbox();
  if (state === "unavailable") throw new AgentError("denied", words);
  return words;
}

/** A command would write the placeholder where the secret belongs. Rejects with `invalid_input`. */
function refusePlaceholder(command: string, { restore }: PreviewContext): void {
  restore(command, "");
}

/** Before anybody is asked: a card for a command that cannot work helps nobody. Rejects with `invalid_input`. */
async function refuseWaiting(
  { command, run_in_background = false }: Input,
  context: PreviewContext,
): Promise<void> {
  if (!MAY_WAIT.test(command)) return;
  const { refuseInteractive } = await import("./interactive.ts");
  await refuseInteractive(command, run_in_background, context);
}

/** For the person who is asked; it decides nothing. */
function riskOf(cmd: string, { cwd, roots }: PreviewContext) {
  // Where home is does not matter to a person who reads `~`: it is not the workspace.
  const { risk, reasons } = shellRisk({ cmd, cwd, roots, home: "/~" });
  const shown = reasons.filter((reason) => reason.risk === risk).slice(0, MAX_REASONS);
  return {
    level: risk,
    reasons: shown.map(({ text, words }) => ({
      text,
      words: words.length > MAX_WORDS ? `${cutText(words, MAX_WORDS)}…` : words,
    })),
  };
}

/** Why what it changes could not be taken back, as far as that is known before it runs. */
function whatLasts(command: string, { cwd, roots, paths, host }: PreviewContext): string | undefined {
  const limit = host.changes.limits(roots);
  if (limit !== undefined) return `What it changes cannot be undone here: ${limit}.`;
  const outside = outsideWords(command, { cwd, roots, paths });
  if (outside.length === 0) return undefined;
  return `What it changes outside of the workspace (${outside.join(", ")}) cannot be undone here.`;
}

async function runToEnd(
  { command, timeout = DEFAULT_TIMEOUT_MS }: Input,
  context: ToolContext,
): Promise<ToolOutput> {
  const { host, cwd, report } = context;
  const deadline = context.deadline(timeout);
  const waiting = new WaitingOutput(context);
  const signal = AbortSignal.any([context.signal, deadline, waiting.signal]);
  const output = new BoundedOutput(host.blobs);
  let end = `[printed more than 64 MB and was stopped; filter the output, or redirect it to a file]`;
  let code: number | null = null;
  let refused: readonly Refusal[] | undefined;
  try {
    for await (const chunk of host.shell.run(command, { cwd }, signal)) {
      if (chunk.type === "exit") {
        ({ code, refused } = chunk);
        end = exitText(chunk) + sandboxText(refused);
        break;
      }
      waiting.take(chunk);
      if (chunk.type === "asking") continue;
      report(chunk.text.slice(-MAX_REPORTED_CHARS));
      if (!(await output.add(chunk.text))) break;
    }
  } catch (thrown) {
    if (!signal.aborted) throw thrown;
  } finally {
    waiting.end();
  }
  context.signal.throwIfAborted();
  if (code === null) end = waiting.endOr(deadline.aborted ? timedOut(timeout) : end);
  if (code) end += waiting.hint();
  const shown = async (maxChars?: number): Promise<ToolOutput> => {
    const text = (await output.finish(maxChars)).trimEnd();
    return {
      content: text === "" ? end : `${text}\n${end}`,
      detail: { kind: "exit", code, ...(refused && { refused: [...refused] }) },
      isError: code !== 0 && !isPlainNo(command, code),
    };
  };
  return { ...(await shown()), shorter: shown };
}

const timedOut = (timeoutMs: number): string =>
  `[timed out after ${timeoutMs / 1_000} s and was stopped; give a longer timeout or use run_in_background]`;

const exitText = ({ code, signal }: { code: number | null; signal: string | null }): string =>
  code === null ? `[ended by ${signal ?? "a signal"}]` : `[exit code ${code}]`;

/** The model cannot change it, but it can do without, or say what it needs. */
const sandboxText = (refused: readonly Refusal[] | undefined): string =>
  refused === undefined || refused.length === 0
    ? ""
    : `\n[It ran in a sandbox, which did not let it ${inWords(refused)}. Do without that, or tell the user what you need and why.]`;

/** Exit code 1 of these, alone on their line, means "nothing found" or "different", not that something went wrong. */
const isPlainNo = (command: string, code: number | null): boolean =>
  code === 1 && /^\s*(?:grep|egrep|fgrep|rg|diff|cmp|test|\[|git (?:diff|grep))\s[^;&|\n`$]*$/.test(command);

async function runInBackground({ command }: Input, { host, cwd, notify }: ToolContext): Promise<ToolOutput> {
  const task = await host.shell.start(command, { cwd });
  notify(task.ended.then((ended) => notification(task, exitText(ended))));
  return {
    content: `Started in the background as ${task.id}. Its output goes to ${task.outputPath}: Read it when you need it. You are told when it ends; TaskStop ends it.`,
    detail: { kind: "exit", code: null, taskId: task.id },
  };
}

const escapeTags = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");

const notification = ({ id, command, outputPath }: BackgroundTask, end: string): string =>
  [
    "<task-notification>",
    `<task-id>${escapeTags(id)}</task-id>`,
    `<command>${escapeTags(shortened(command, 500))}</command>`,
    `<status>${escapeTags(end.slice(1, -1))}</status>`,
    `<output-file>${escapeTags(outputPath)}</output-file>`,
    "</task-notification>",
  ].join("\n");
