import type { Question } from "../../src/core/detail.ts";
import { AgentError } from "../../src/core/errors.ts";
import { type AgentEvent, MAIN } from "../../src/core/event.ts";
import { heldFile } from "../../src/core/last-seen.ts";
import { isText } from "../../src/core/message.ts";
import type { Host } from "../../src/core/ports.ts";
import { scopeHost } from "../../src/core/scoped-host.ts";
import type { Seen } from "../../src/core/seen.ts";
import {
  outputBlocks,
  type Place,
  type Tool,
  type ToolContext,
  type ToolOutput,
} from "../../src/core/tool.ts";
import { type MemorySetup, memoryHost } from "../support/memory-host.ts";

export interface WorldSetup extends MemorySetup {
  cwd?: string;
  roots?: readonly string[];
  answers?: readonly string[];
  signal?: AbortSignal;
  /** What takes secrets out of a text; default: there are none. */
  hide?: (text: string) => string;
}

/** Runs tools as the loop does (prepared, scoped to what they declare, remembering what was read), without a loop. */
export function toolWorld(setup: WorldSetup = {}) {
  const world = memoryHost(setup);
  return { ...world, ...toolRunner(world.host, setup) };
}

export function toolRunner(host: Host, setup: WorldSetup = {}) {
  const cwd = setup.cwd ?? "/w";
  const place: Place = {
    cwd,
    roots: setup.roots ?? [cwd],
    readable: ["/plumb/blobs"],
    paths: host.paths,
  };
  const seen = new Map<string, Seen>();
  const reports: string[] = [];
  const asked: Question[] = [];
  const spawned: string[][] = [];
  const later: Promise<string>[] = [];
  const edits: { path: string; beforeText: string; afterText: string }[] = [];
  const log: AgentEvent[] = [];
  const remember = (output: ToolOutput): void => {
    const [seq, content] = [log.length, outputBlocks(output.content)];
    const result = { callId: `call-${seq}`, isError: false, content, outcome: "done" } as const;
    const seen = [...(output.seen ?? [])];
    log.push({ seq, at: 0, agentId: MAIN, type: "tool.finished", ...result, seen });
  };
  const contextFor = async (tool: Tool, input: unknown): Promise<ToolContext> => {
    const accesses = await Promise.all(
      tool
        .prepare(input, place)
        .accesses.map(async (access) =>
          access.kind === "read" || access.kind === "write"
            ? { ...access, target: await host.fs.canonical(access.target) }
            : access,
        ),
    );
    return {
      ...place,
      host: scopeHost(host, accesses, {
        record: (edit) => {
          edits.push(edit);
          return () => undefined;
        },
        follow: async () => async () => undefined,
        gate: { check: () => undefined },
      }),
      signal: setup.signal ?? new AbortController().signal,
      seen: (path) => seen.get(path),
      held: (path) => heldFile(path, MAIN, log),
      transcript: () => log,
      hide: setup.hide ?? ((text) => text),
      deadline: (ms) => AbortSignal.timeout(ms),
      callId: "call-1",
      report: (progress) => void reports.push(progress),
      async spawn(...task) {
        spawned.push(task);
        return "what the sub-agent found";
      },
      async ask(questions) {
        if (setup.answers === undefined) throw new AgentError("denied", "Nobody is there to answer.");
        asked.push(...questions);
        return setup.answers;
      },
      mayMeet: () => true,
      restore: (written) => written,
      notify: (promise) => void later.push(promise),
    };
  };
  const run = async (tool: Tool, input: unknown): Promise<ToolOutput> => {
    const output = await tool.prepare(input, place).run(await contextFor(tool, input));
    for (const entry of output.seen ?? []) seen.set(entry.path, entry);
    remember(output);
    return output;
  };
  return {
    place,
    seen,
    reports,
    asked,
    spawned,
    later,
    edits,
    run,
    /** The result as the model reads it. */
    say: async (tool: Tool, input: unknown): Promise<string> => textOf(await run(tool, input)),
    /** What is said when the call fails; the kind of error first. */
    fail: (tool: Tool, input: unknown): Promise<string> => failure(run(tool, input)),
    preview: async (tool: Tool, input: unknown) =>
      (await tool.prepare(input, place).preview(await contextFor(tool, input))).detail,
    previewFailure: (tool: Tool, input: unknown): Promise<string> =>
      failure(contextFor(tool, input).then((context) => tool.prepare(input, place).preview(context))),
    suggestions: (tool: Tool, input: unknown) =>
      tool.prepare(input, place).suggest({ isAllowed: () => false, lets: () => true }),
    title: (tool: Tool, input: unknown) => tool.prepare(input, place).title,
    accesses: (tool: Tool, input: unknown) => tool.prepare(input, place).accesses,
  };
}

export const textOf = ({ content }: ToolOutput): string =>
  typeof content === "string"
    ? content
    : content.map((block) => (isText(block) ? block.text : `<${block.type}>`)).join("");

async function failure(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
  } catch (thrown) {
    if (thrown instanceof AgentError) return `${thrown.kind}: ${thrown.message}`;
    throw thrown;
  }
  throw new Error("The call was expected to fail.");
}
