import { randomUUID } from "node:crypto";
import type { Detail } from "../../core/detail.ts";
import type { AgentEvent, EventOf, Mode } from "../../core/event.ts";
import { plainText } from "../../core/message.ts";
import type { Session } from "../../core/session.ts";
import { StreamJson } from "../../protocol/stream-json.ts";

export const OUTPUT_FORMATS = ["text", "json", "stream-json"] as const;
export type OutputFormat = (typeof OUTPUT_FORMATS)[number];

export interface PrintOptions {
  readonly format: OutputFormat;
  readonly cwd: string;
  readonly version: string;
  readonly mode: Mode;
}

/**
 * Prints a session as it happens: answers (or frames) to standard output, what a person should know to standard
 * error. The returned function resolves once everything has been handed to the operating system.
 */
export function printEvents(session: Session, options: PrintOptions): () => Promise<void> {
  const print = options.format === "text" ? textPrinter() : jsonPrinter(session.id, options);
  const stop = session.subscribe((event) => {
    if ("durable" in event) print(event.durable);
  });
  return async () => {
    stop();
    await new Promise<void>((resolve) => process.stdout.write("", () => resolve()));
  };
}

function jsonPrinter(
  sessionId: string,
  { format, cwd, version, mode }: PrintOptions,
): (event: AgentEvent) => void {
  const stream = new StreamJson({ sessionId, cwd, version, mode, newId: randomUUID });
  return (event) => {
    for (const frame of stream.frames(event)) {
      if (format === "stream-json" || frame.type === "result")
        process.stdout.write(`${JSON.stringify(frame)}\n`);
    }
  };
}

function textPrinter(): (event: AgentEvent) => void {
  const denied: string[] = [];
  return (event) => {
    switch (event.type) {
      case "assistant": {
        const answer = event.agentId === "main" ? plainText(event.content).trim() : "";
        if (answer !== "") process.stdout.write(`${answer}\n`);
        return;
      }
      case "permission.asked":
        // Nobody is there to approve it: it is what the run was for.
        if (event.detail.kind === "plan") printPlan(event.detail);
        else denied.push(deniedLine(event));
        return;
      case "notice":
        process.stderr.write(`plumb: ${event.text}\n`);
        return;
      case "finished":
        if (event.agentId === "main") printEnd(event, denied);
        return;
      default:
        return;
    }
  };
}

const deniedLine = ({ title, suggestions }: EventOf<"permission.asked">): string =>
  suggestions.length > 0
    ? `${title} (allow it with --allowed-tools ${JSON.stringify(suggestions.join(", "))})`
    : title;

/** Nobody is there to approve it: it is what the run was for. */
function printPlan({ markdown, hiddenChars }: Extract<Detail, { kind: "plan" }>): void {
  process.stdout.write(`${markdown.trim()}\n`);
  if (hiddenChars > 0)
    process.stderr.write(`plumb: ${hiddenChars} more characters of the plan are not shown\n`);
}

function printEnd({ outcome, error }: EventOf<"finished">, denied: readonly string[]): void {
  for (const title of denied)
    process.stderr.write(`plumb: denied, because nobody was there to ask: ${title}\n`);
  if (error) process.stderr.write(`plumb: ${error.message} ${error.hint}\n`);
  else if (outcome === "step_limit")
    process.stderr.write("plumb: stopped at --max-turns. Go on with --continue.\n");
  else if (outcome === "cancelled") process.stderr.write("plumb: stopped. Go on with --continue.\n");
}

/**
 * A reader that goes away (`plumb -p … | head -1`) ends the program; it is not an error. Messages that nobody can
 * read any longer do not stop the work.
 */
export function quietOnBrokenPipe(): void {
  process.stderr.on("error", () => undefined);
  process.stdout.on("error", ({ code, message }: NodeJS.ErrnoException) => {
    if (code === "EPIPE") process.exit(0);
    process.stderr.write(`plumb: standard output cannot be written: ${message}\n`, () => process.exit(1));
  });
}

export async function readAll(stream: NodeJS.ReadableStream): Promise<string> {
  const parts: string[] = [];
  stream.setEncoding("utf8");
  for await (const part of stream) parts.push(String(part));
  return parts.join("");
}
