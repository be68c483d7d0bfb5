import type { Detail } from "../../core/detail.ts";
import type { AgentEvent, EventOf } from "../../core/event.ts";
import { plainText } from "../../core/message.ts";
import { callTitle } from "../../core/row-text.ts";
import { asSentence } from "../../core/sentence.ts";
import type { Session } from "../../core/session.ts";
import { makeVisible } from "../../core/visible.ts";

export const OUTPUT_FORMATS = ["text", "json", "stream-json"] as const;
export type OutputFormat = (typeof OUTPUT_FORMATS)[number];

/**
 * Prints a session for people as it happens: answers to standard output, what they should know besides to standard error;
 * `hidesAnswers` when the answer is printed by somebody else. The returned function resolves once everything has been handed to the operating system.
 */
export function printEvents(session: Session, isVerbose = false, hidesAnswers = false): () => Promise<void> {
  const print = textPrinter(isVerbose, hidesAnswers);
  const stop = session.subscribe((event) => {
    if ("durable" in event) print(event.durable);
  });
  return async () => {
    stop();
    await written();
  };
}

/** Resolves once standard output has taken all that was written. */
export const written = (): Promise<void> =>
  new Promise((resolve) => process.stdout.write("", () => resolve()));

function textPrinter(isVerbose: boolean, hidesAnswers: boolean): (event: AgentEvent) => void {
  const denied: string[] = [];
  const unanswered: string[] = [];
  return (event) => {
    switch (event.type) {
      case "assistant":
        if (!hidesAnswers) printAnswer(event);
        return;
      case "permission.asked":
        // Nobody is there to approve it: it is what the run was for.
        if (event.detail.kind === "plan") printPlan(event.detail);
        else denied.push(deniedLine(event));
        return;
      case "question.asked":
        // About money the message at the end says it.
        if (event.title === undefined) unanswered.push(...event.questions.map(({ question }) => question));
        return;
      case "tool.started":
        if (isVerbose) process.stderr.write(`${makeVisible(callTitle(event), "exact")}\n`);
        return;
      case "notice":
        process.stderr.write(`plumb: ${makeVisible(asSentence(event.text))}\n`);
        return;
      case "finished":
        if (event.agentId === "main") printEnd(event, denied, unanswered);
        return;
      default:
        return;
    }
  };
}

function printAnswer({ agentId, content }: EventOf<"assistant">): void {
  const answer = agentId === "main" ? plainText(content).trim() : "";
  if (answer !== "") process.stdout.write(`${shown(answer)}\n`);
}

/** What others wrote must not command a terminal; what reads it from a pipe gets it as it is. */
const shown = (words: string): string => (process.stdout.isTTY ? makeVisible(words) : words);

function deniedLine({ title, suggestions }: EventOf<"permission.asked">): string {
  const rules = JSON.stringify(suggestions.join(", "));
  const how = suggestions.length > 0 ? ` (allow it with --allowed-tools ${rules})` : "";
  return makeVisible(`${title}${how}`, "exact");
}

/** Nobody is there to approve it: it is what the run was for. */
function printPlan({ markdown, hiddenChars }: Extract<Detail, { kind: "plan" }>): void {
  process.stdout.write(`${shown(markdown.trim())}\n`);
  if (hiddenChars > 0)
    process.stderr.write(`plumb: ${hiddenChars} more characters of the plan are not shown\n`);
}

function printEnd(
  { outcome, error }: EventOf<"finished">,
  denied: readonly string[],
  unanswered: readonly string[],
): void {
  for (const title of denied)
    process.stderr.write(`plumb: denied, because nobody was there to ask: ${title}\n`);
  for (const question of unanswered)
    process.stderr.write(
      `plumb: not answered, because nobody was there: ${makeVisible(question, "exact")}\n`,
    );
  if (error) process.stderr.write(`${errorLine(error)}\n`);
  else if (outcome === "step_limit")
    process.stderr.write("plumb: stopped at --max-turns. Go on with --continue.\n");
  else if (outcome === "cancelled") process.stderr.write("plumb: stopped. Go on with --continue.\n");
}

/** An error for whoever sits at a command line, with what can be done: its hint is written for a window, or for a model. */
export function errorLine({ kind, message, hint }: NonNullable<EventOf<"finished">["error"]>): string {
  // Some say it themselves.
  const next = /\bplumb |PLUMB_HOME|ANTHROPIC_/.test(message) ? "" : (NEXT[kind] ?? hint);
  return `plumb: ${makeVisible(asSentence(message))} ${next}`.trimEnd();
}

const USAGE = "See plumb --help.";
const NEXT: Readonly<Record<string, string>> = {
  invalid_input: USAGE,
  not_found: USAGE,
  auth: "Set ANTHROPIC_API_KEY to a key that is valid.",
  unknown_model: "Choose another one with --model.",
  locked: "End it there, or go on in a copy with --fork-session.",
};

/**
 * A reader that goes away (`plumb -p … | head -1`) ends the program; it is not an error. Messages that nobody can
 * read any longer do not stop the work.
 */
export function quietOnBrokenPipe(): void {
  process.stderr.on("error", () => undefined);
  process.stdout.once("error", ({ code, message }: NodeJS.ErrnoException) => {
    process.stdout.on("error", () => undefined);
    if (code === "EIO" && hungUp) return hungUp();
    const leave = (exitCode: number): void => void lastWork().finally(() => process.exit(exitCode));
    if (code === "EPIPE") leave(0);
    else process.stderr.write(`plumb: standard output cannot be written: ${message}\n`, () => leave(1));
  });
}

let hungUp: (() => void) | undefined;

/** What is done, in place of ending, when the terminal that is written to is gone. */
export function onHangUp(work: () => void): void {
  hungUp = work;
}

let lastWork = (): Promise<unknown> => Promise.resolve();

/** What is done before the program ends because nobody reads it any longer: commands that run would go on without it. */
export function beforeLeaving(work: () => Promise<unknown>): void {
  lastWork = () => work().catch(() => undefined);
}
