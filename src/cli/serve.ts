import * as z from "zod";
import type { App } from "../app/app.ts";
import { toAgentError } from "../core/errors.ts";
import { Whereabouts } from "../core/presence.ts";
import { asSentence } from "../core/sentence.ts";
import { parseLine } from "../protocol/stream-json/input.ts";
import { linesOf } from "../protocol/stream-json/lines.ts";
import { StreamCaller } from "./caller.ts";
import { answerControl, type ControlParts } from "./control.ts";
import { Conversation } from "./conversation.ts";
import { currentFolder } from "./current-folder.ts";
import { EXIT_CODE } from "./exit-code.ts";
import { type Flags, modeOf } from "./flags.ts";
import { failureFrame, JsonOutput } from "./json-output.ts";
import { openApp } from "./open-app.ts";
import { stopOnSignals } from "./signals.ts";
import { Wishes } from "./wishes.ts";
import { zodWords } from "./zod-words.ts";

/** Talks with a program over standard input and output until it has said all; resolves to the exit code. */
export async function serve(flags: Flags): Promise<number> {
  const cwd = currentFolder();
  const wishes = await Wishes.from(flags);
  const isAsked = flags.permissionPromptTool === "stdio";
  const whereabouts = new Whereabouts(
    isAsked ? { place: "caller" } : { place: "none", because: "the caller did not ask to be asked" },
  );
  const app = await openApp(flags, cwd, { wishes, whereabouts });
  const parts = partsOf(app, flags, {
    cwd,
    wishes,
    isThere: () => whereabouts.now.place === "caller" && app.mode !== "dontAsk",
  });
  const { conversation, output } = parts;
  const lines = linesOf(process.stdin.setEncoding("utf8"))[Symbol.asyncIterator]();
  let stopReading = (): void => undefined;
  const stopped = new Promise<undefined>((resolve) => {
    stopReading = () => resolve(undefined);
  });
  const stoppedWith = stopOnSignals(() => {
    stopReading();
    conversation.interrupt(true);
  });
  let problem: string | undefined;
  try {
    problem = await readAll(lines, stopped, parts);
    // Nobody can answer any longer.
    whereabouts.set({ place: "none", because: "the caller has closed its end" });
    if (problem !== undefined) conversation.interrupt(true);
    await conversation.ended();
  } finally {
    await app.close();
    await output.end();
  }
  if (problem !== undefined) process.stderr.write(`plumb: ${asSentence(problem)}\n`);
  return stoppedWith() ?? (problem === undefined ? conversation.exitCode : EXIT_CODE.failed);
}

interface Around {
  readonly cwd: string;
  readonly wishes: Wishes;
  readonly isThere: () => boolean;
}

function partsOf(app: App, flags: Flags, { cwd, wishes, isThere }: Around): ControlParts {
  const tell = (): void => {
    const state = !conversation.isBusy ? "idle" : caller.pending.length > 0 ? "requires_action" : "running";
    if (state === told) return;
    told = state;
    output.write(output.stream.frame("system", { subtype: "session_state_changed", state }));
  };
  let told = "idle";
  const conversation = new Conversation(app, wishes, {
    changed: () => tell(),
    failed: (kind, words) => output.write(failureFrame(kind, words, app.session.id)),
  });
  const output = new JsonOutput(app, {
    format: "stream-json",
    includesPartial: flags.includePartialMessages === true,
    cwd,
    wishes,
    ...(flags.replayUserMessages && { uuidOf: conversation.uuidOf }),
  });
  const mayBypass = modeOf(flags) === "bypass";
  const caller = new StreamCaller(app, output, { isThere, mayBypass, onChange: () => tell() });
  app.onRunning(() => tell());
  return { app, output, caller, conversation, wishes, mayBypass };
}

/** Resolves at the end of the input, or to what is wrong with a line: what it may have forbidden is not passed over. */
async function readAll(
  lines: AsyncIterator<string>,
  stopped: Promise<undefined>,
  parts: ControlParts,
): Promise<string | undefined> {
  for (let line = 1; ; line += 1) {
    try {
      const next = await Promise.race([lines.next(), stopped]);
      if (next === undefined || next.done === true) return undefined;
      await take(next.value, parts);
    } catch (thrown) {
      const why = thrown instanceof z.ZodError ? zodWords(thrown) : toAgentError(thrown).message;
      const problem = `Line ${line} of standard input cannot be understood: ${why}`;
      parts.output.write(failureFrame("invalid_input", problem, parts.app.session.id));
      return problem;
    }
  }
}

async function take(line: string, parts: ControlParts): Promise<void> {
  const input = parseLine(line);
  if (input?.type === "user") await parts.conversation.take(input);
  else if (input?.type === "control_request") await answerControl(input, parts);
  else if (input?.type === "control_response") parts.caller.answer(input);
}
