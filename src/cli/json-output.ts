import { randomUUID } from "node:crypto";
import type { App } from "../app/app.ts";
import { written } from "../hosts/node/terminal-output.ts";
import { factsOf } from "../models/model-table.ts";
import { encodeFrame, type Frame } from "../protocol/stream-json/frame.ts";
import { StreamJson } from "../protocol/stream-json/output.ts";
import { VERSION } from "./version.ts";
import type { Wishes } from "./wishes.ts";

export interface JsonOutputOptions {
  /** `json`: only the last result, at the end. */
  readonly format: "json" | "stream-json";
  readonly includesPartial: boolean;
  readonly cwd: string;
  readonly wishes: Pick<Wishes, "structured" | "agents" | "startable">;
  /** What the caller calls a message of theirs; messages come back when this is set. */
  readonly uuidOf?: (seq: number) => string | undefined;
}

/** A conversation on standard output as JSON, for programs. */
export class JsonOutput {
  readonly stream: StreamJson;
  readonly #isWhole: boolean;
  readonly #agentProblems: () => readonly string[];
  readonly #stop: () => void;
  #result: Frame | undefined;

  constructor(app: App, { format, includesPartial, cwd, wishes, uuidOf }: JsonOutputOptions) {
    this.#isWhole = format === "stream-json";
    this.#agentProblems = () => wishes.agents?.problemsIn(app.mode) ?? [];
    this.stream = new StreamJson({
      sessionId: app.session.id,
      cwd,
      version: VERSION,
      mode: () => app.mode,
      newId: randomUUID,
      now: Date.now,
      factsOf: (model) => {
        const price = app.budget.saidPrice(model);
        return price ? { ...factsOf(model), price } : factsOf(model);
      },
      past: app.session.events,
      choice: () => app.choice,
      includesPartial: includesPartial && this.#isWhole,
      ...(uuidOf && { uuidOf }),
      structured: () => wishes.structured,
      servers: () => app.servers,
      agents: () => ({ names: wishes.startable.map(({ name }) => name), problems: this.agentProblems }),
    });
    this.#stop = app.session.subscribe((event) => {
      for (const frame of "durable" in event
        ? this.stream.frames(event.durable)
        : this.stream.live(event.live))
        this.write(frame);
    });
  }

  /** What of the agents' descriptions does not count now, in sentences. */
  get agentProblems(): readonly string[] {
    return this.#agentProblems();
  }

  /** Writes a frame now; of the format `json` only results, and those at the end. */
  write(frame: Frame): void {
    if (this.#isWhole) process.stdout.write(encodeFrame(frame));
    else if (frame.type === "result") this.#result = frame;
  }

  /** Resolves once everything has been handed to the operating system. */
  async end(): Promise<void> {
    this.#stop();
    if (this.#result) process.stdout.write(encodeFrame(this.#result));
    await written();
  }
}

/** What a program reads that waits for a result, when nothing could begin. */
export const failureFrame = (kind: string, words: string, sessionId: string): Frame => ({
  type: "result",
  ...{ subtype: "error_during_execution", is_error: true, errors: [words], startup_failure_reason: kind },
  ...{ num_turns: 0, duration_ms: 0, duration_api_ms: 0, total_cost_usd: 0, usage: {}, modelUsage: {} },
  ...{ permission_denials: [], session_id: sessionId, uuid: randomUUID() },
});

/** There was no conversation: it could not even begin. */
export function printStartFailure(kind: string, words: string): Promise<void> {
  process.stdout.write(encodeFrame(failureFrame(kind, words, "")));
  return written();
}
