import { fstatSync } from "node:fs";
import { AgentError } from "../core/errors.ts";
import { type Block, text } from "../core/message.ts";
import type { Flags } from "./flags.ts";

/** A pipe that nobody writes to, or ends, must not hold up the task for ever. In milliseconds. */
const PIPE_WAIT_MS = 3_000;
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
  const piped =
    given.length === 0 ? await readText(undefined) : hasInput() ? await readText(PIPE_WAIT_MS) : "";
  if (given.length === 0 && piped.trim() === "") throw noPrompt();
  if (given.length === 0) return [text(piped)];
  return piped.trim() === "" ? [text(prompt)] : [text(prompt), text(asMaterial(piped))];
}

const asMaterial = (piped: string): string =>
  `<stdin>\n${piped.replaceAll("</stdin>", "<\\/stdin>").trimEnd()}\n</stdin>`;

const noPrompt = (): AgentError =>
  new AgentError("invalid_input", 'There is no prompt. Try: plumb -p "explain this project"');

/** Whether something may come from there: a file or a pipe, not a terminal and not the null device. */
function hasInput(): boolean {
  try {
    const stat = fstatSync(0);
    return stat.isFile() ? stat.size > 0 : stat.isFIFO() || stat.isSocket();
  } catch {
    return false;
  }
}

/** All of standard input. `patienceMs`: how long the first of it is waited for. */
async function readText(patienceMs: number | undefined): Promise<string> {
  const parts: string[] = [];
  let chars = 0;
  const { stdin } = process;
  stdin.setEncoding("utf8");
  const late = patienceMs === undefined ? undefined : setTimeout(() => stdin.destroy(), patienceMs);
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
    if (parts.length > 0 || patienceMs === undefined || thrown instanceof AgentError) throw thrown;
    process.stderr.write("plumb: nothing came from standard input, so it is left out.\n");
  } finally {
    clearTimeout(late);
  }
  const all = parts.join("");
  if (all.includes("\0")) throw new AgentError("invalid_input", "What comes from standard input is no text.");
  return all;
}
