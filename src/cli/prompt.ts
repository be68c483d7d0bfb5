import { fstatSync } from "node:fs";
import { AgentError } from "../core/errors.ts";
import { type Block, text } from "../core/message.ts";
import type { Flags } from "./flags.ts";

/**
 * Input that nobody writes, or ends, must not hold up a task that has a prompt. What a shell pipes in takes its time; a program
 * that opened a socket writes at once, or never. In milliseconds.
 */
const PIPE_WAIT_MS = 3_000;
const SOCKET_WAIT_MS = 300;
const MAX_CHARS = 10 * 1024 * 1024;

/**
 * What is to be done: the words of the command line, or standard input; when there are both, what is piped in is material for
 * the task. Rejects with `invalid_input` when there is neither, and when it is no text.
 */
export async function readPrompt({ print }: Flags, words: readonly string[]): Promise<readonly Block[]> {
  const given = [...(typeof print === "string" && print !== "-" ? [print] : []), ...words];
  if (given.length > 1)
    throw new AgentError("invalid_input", "There are two prompts. Put the whole prompt in quotes.");
  const [prompt = ""] = given;
  if (given.length > 0 && prompt.trim() === "") throw noPrompt();
  // Somebody sits there and would wait for us as we do for them.
  if (given.length === 0 && process.stdin.isTTY)
    process.stderr.write("plumb: write the task, and end it with Ctrl+D. Nobody is asked anything then.\n");
  const piped = await readText(given.length === 0 ? Number.POSITIVE_INFINITY : patience());
  if (given.length === 0 && piped.trim() === "") throw noPrompt();
  if (given.length === 0) return [text(piped)];
  return piped.trim() === "" ? [text(prompt)] : [text(prompt), text(asMaterial(piped))];
}

const asMaterial = (piped: string): string =>
  `<stdin>\n${piped.replaceAll("</stdin>", "<\\/stdin>").trimEnd()}\n</stdin>`;

const noPrompt = (): AgentError =>
  new AgentError("invalid_input", 'There is no prompt. Try: plumb -p "explain this project"');

/** How long something is waited for: not at all when it is a terminal, or the null device. */
function patience(): number {
  try {
    const stat = fstatSync(0);
    if (stat.isFile()) return stat.size > 0 ? Number.POSITIVE_INFINITY : 0;
    return stat.isFIFO() ? PIPE_WAIT_MS : stat.isSocket() ? SOCKET_WAIT_MS : 0;
  } catch {
    return 0;
  }
}

/** All of standard input. `patienceMs`: how long the first of it is waited for. */
async function readText(patienceMs: number): Promise<string> {
  if (patienceMs === 0) return "";
  const parts: string[] = [];
  let chars = 0;
  const { stdin } = process;
  stdin.setEncoding("utf8");
  const late = Number.isFinite(patienceMs) ? setTimeout(() => stdin.destroy(), patienceMs) : undefined;
  try {
    for await (const part of stdin) {
      clearTimeout(late);
      const read = String(part);
      chars += read.length;
      if (chars > MAX_CHARS)
        throw new AgentError(
          "invalid_input",
          "More than 10 MB come from standard input. Name a file instead.",
        );
      parts.push(read);
    }
  } catch (thrown) {
    // Nothing came: whoever started the program left a pipe open that they do not use.
    if (parts.length > 0 || late === undefined || thrown instanceof AgentError) throw thrown;
    process.stderr.write("plumb: nothing came from standard input, so it is left out.\n");
  } finally {
    clearTimeout(late);
  }
  const all = parts.join("");
  if (all.includes("\0")) throw new AgentError("invalid_input", "What comes from standard input is no text.");
  const lost = all.split("\uFFFD").length - 1;
  if (lost * 10 > all.length)
    throw new AgentError("invalid_input", "What comes from standard input is no text in UTF-8.");
  if (lost > 0)
    process.stderr.write(
      `plumb: standard input is no UTF-8 in ${lost === 1 ? "one place" : `${lost} places`}; \uFFFD stands there now.\n`,
    );
  return all;
}
