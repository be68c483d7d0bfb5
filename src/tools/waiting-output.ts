import { AgentError } from "../core/errors.ts";
import type { ShellChunk } from "../core/ports.ts";
import type { ToolContext } from "../core/tool.ts";

/** A question in the last line says nothing; a question that nothing follows for so long waits for an answer. */
const QUIET_MS = 15_000;
const TAIL_CHARS = 2_000;

/** What programs say when they find no terminal; none of them says what to do about it. */
const NO_TERMINAL =
  /a terminal is required|is not a (?:tty|terminal)|not a TTY\b|no tty present|Inappropriate ioctl for device|Terminal is dumb|EOFError|EOF when reading a line|could not read (?:Username|Password) for|Host key verification failed|could not open a new TTY/i;

/** Notices a command that waits for an answer nobody can give. */
export class WaitingOutput {
  readonly #clock: ToolContext["host"]["clock"];
  readonly #stuck = new AbortController();
  #tail = "";
  #waiting: AbortController | undefined;

  constructor({ host }: Pick<ToolContext, "host">) {
    this.#clock = host.clock;
  }

  /** Aborts when it has waited long enough. */
  get signal(): AbortSignal {
    return this.#stuck.signal;
  }

  take(chunk: ShellChunk): void {
    if (chunk.type === "output") this.#tail = (this.#tail + chunk.text).slice(-TAIL_CHARS);
    if (chunk.type === "asking") this.#asking(chunk.isAsking);
  }

  /** How it ended, in words, where that was not what ended it. */
  endOr(words: string): string {
    return this.#stuck.signal.aborted ? WAITED : words;
  }

  /** It stands at a question from now on, or no longer. */
  #asking(isAsking: boolean): void {
    this.end();
    if (!isAsking) return;
    const waiting = new AbortController();
    this.#waiting = waiting;
    this.#clock.sleep(QUIET_MS, waiting.signal).then(
      () => {
        if (!waiting.signal.aborted) this.#stuck.abort(new AgentError("timeout", "It waits for an answer."));
      },
      () => undefined,
    );
  }

  /** What to do about a failure for want of a terminal; "" for any other. */
  hint(): string {
    return NO_TERMINAL.test(this.#tail)
      ? "\n[It wanted a terminal or an answer, and there is neither here. Give what it asks for in the command (an option such as -y or -n, a file, a pipe), or ask the user to run it.]"
      : "";
  }

  /** Nothing waits any more. */
  end(): void {
    this.#waiting?.abort();
    this.#waiting = undefined;
  }
}

const WAITED = `[asked for input, which nobody can give here, and was stopped after ${QUIET_MS / 1_000} s of silence; its question is the last line. Answer in the command itself: an option such as --yes, or the input by a pipe or a here document]`;
