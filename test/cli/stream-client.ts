import { randomUUID } from "node:crypto";
import { createInterface } from "node:readline";
import { onTestFinished } from "vitest";
import * as z from "zod";
import type { RunOptions, Terminal } from "./terminal.ts";

export const Frame = z.looseObject({ type: z.string(), subtype: z.string().optional() });
export type Frame = z.infer<typeof Frame>;
type Predicate = (frame: Frame) => boolean;

/** A program that talks with Plumb, and knows of it only what is documented: lines of JSON in both directions. */
export interface StreamClient {
  readonly frames: readonly Frame[];
  readonly ended: Promise<{ code: number | null; err: string }>;
  send(frame: Record<string, unknown>): void;
  sendRaw(text: string): void;
  say(content: unknown, more?: Record<string, unknown>): void;
  /** Resolves to the response; rejects when it is an error. */
  control(request: Record<string, unknown>): Promise<Record<string, unknown>>;
  /** Resolves with the first frame (from the one numbered `from` on) that fits; rejects when the program ends before that. */
  next(fits: Predicate | string, from?: number): Promise<Frame>;
  answer(request: Frame, response: Record<string, unknown>): void;
  end(): void;
  kill(signal: NodeJS.Signals): void;
}

export const STREAM = ["-p", "--input-format", "stream-json", "--output-format", "stream-json"];

export function startClient(
  terminal: Terminal,
  flags: readonly string[] = [],
  options: RunOptions = {},
): StreamClient {
  const run = terminal.run([...STREAM, ...flags], { ...options, isTalking: true });
  const { child } = run;
  const frames: Frame[] = [];
  const waiting = new Set<() => void>();
  if (child.stdout) {
    createInterface({ input: child.stdout }).on("line", (line) => {
      frames.push(Frame.parse(JSON.parse(line)));
      for (const look of waiting) look();
    });
  }
  let isOver = false;
  const ended = run.ended.then(({ code, err }) => {
    isOver = true;
    for (const look of waiting) look();
    return { code, err };
  });
  child.stdin?.on("error", () => undefined);
  onTestFinished(() => {
    child.kill("SIGKILL");
  });
  const sendRaw = (text: string): void => void child.stdin?.write(text);
  const send = (frame: Record<string, unknown>): void => sendRaw(`${JSON.stringify(frame)}\n`);
  const next: StreamClient["next"] = (wanted, from = 0) => {
    const fits: Predicate =
      typeof wanted === "string" ? ({ type, subtype }) => type === wanted || subtype === wanted : wanted;
    return new Promise((resolve, reject) => {
      const look = (): void => {
        const found = frames.slice(from).find(fits);
        if (!found && !isOver) return;
        waiting.delete(look);
        if (found) resolve(found);
        else reject(new Error(`The program ended. It said: ${JSON.stringify(frames.slice(-3))}`));
      };
      waiting.add(look);
      look();
    });
  };
  return {
    frames,
    ended,
    send,
    sendRaw,
    next,
    say: (content, more = {}) =>
      send({ type: "user", message: { role: "user", content }, parent_tool_use_id: null, ...more }),
    async control(request) {
      const request_id = randomUUID();
      send({ type: "control_request", request_id, request });
      const { response } = Response.parse(
        await next((frame) => Response.safeParse(frame).data?.response.request_id === request_id),
      );
      if (response.subtype === "error") throw new Error(response.error);
      return response.response ?? {};
    },
    answer: (request, response) =>
      send({
        type: "control_response",
        response: { subtype: "success", request_id: request["request_id"], response },
      }),
    end: () => void child.stdin?.end(),
    kill: (signal) => void child.kill(signal),
  };
}

const Response = z.object({
  type: z.literal("control_response"),
  response: z.object({
    subtype: z.enum(["success", "error"]),
    request_id: z.string(),
    response: z.record(z.string(), z.unknown()).optional(),
    error: z.string().optional(),
  }),
});

/** `can_use_tool` as it came. */
export const asked = (frame: Frame): Record<string, unknown> =>
  z.object({ request: z.record(z.string(), z.unknown()) }).parse(frame).request;
export const isAsking = (frame: Frame): boolean => frame.type === "control_request";
