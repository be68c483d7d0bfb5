import { deserializeMessage, serializeMessage, type Transport } from "@modelcontextprotocol/client";
import { AgentError } from "../core/errors.ts";
import type { LineLaunch, LineProgram, StartLineProgram } from "../core/line-program.ts";

/** Programs that print their log where messages belong are common; those that print nothing else are none. */
const MOST_STRAY_LINES = 10_000;
const SHOWN_STRAY = 200;

/** Messages as lines of a program's input and output. */
export class LineTransport implements Transport {
  onclose?: () => void;
  onerror?: (error: Error) => void;
  onmessage?: Transport["onmessage"];
  readonly #launch: LineLaunch;
  readonly #start: StartLineProgram;
  #program: LineProgram | undefined;
  #isClosed = false;
  #strayCount = 0;
  #stray = "";
  #ended = "";

  constructor(launch: LineLaunch, start: StartLineProgram) {
    this.#launch = launch;
    this.#start = start;
  }

  /** Why it ended, and what it said last, as it said it; "" while there is nothing to say. */
  get lastWords(): string {
    const said = this.#program?.said().trim() ?? "";
    const stray = this.#stray === "" ? "" : `It printed what is no message: ${this.#stray}`;
    return [this.#ended, said === "" ? "" : `It said: ${said.slice(-1_000)}`, stray]
      .filter(Boolean)
      .join(". ");
  }

  async start(): Promise<void> {
    const program = await this.#start(this.#launch, {
      line: (line) => this.#take(line),
      ended: (why) => this.#end(why),
    });
    this.#program = program;
    // Stopped while it was being started.
    if (this.#isClosed) await program.end();
  }

  #take(line: string): void {
    if (line.trim() === "") return;
    try {
      this.onmessage?.(deserializeMessage(line));
    } catch (thrown) {
      if (this.#stray === "") this.#stray = line.slice(0, SHOWN_STRAY);
      this.#strayCount += 1;
      if (this.#strayCount === MOST_STRAY_LINES) void this.close();
      this.onerror?.(thrown instanceof Error ? thrown : new Error(String(thrown)));
    }
  }

  #end(why: string): void {
    if (this.#ended === "") this.#ended = why;
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.onclose?.();
  }

  async send(message: Parameters<Transport["send"]>[0]): Promise<void> {
    if (!this.#program) throw new AgentError("failed", "The program has not been started.");
    // Line ends to some readers of lines, and none to JSON.
    const line = serializeMessage(message)
      .trimEnd()
      .replaceAll(/[\u0085\u2028\u2029]/g, (end) => `\\u${end.charCodeAt(0).toString(16).padStart(4, "0")}`);
    await this.#program.send(line);
  }

  async close(): Promise<void> {
    const wasOpen = !this.#isClosed;
    this.#isClosed = true;
    await this.#program?.end();
    if (wasOpen) this.onclose?.();
  }
}
