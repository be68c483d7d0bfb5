import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "../dev/processes.ts";
import { startFakeApi } from "../support/fake-api/fake-api.ts";
import { type AgentRun, type Asked, runAgent } from "./agent.ts";
import { runCheck } from "./check.ts";
import { makePlace, type Place, removePlace } from "./place.ts";
import type { EvalTask } from "./task.ts";

export interface Attempt extends Omit<AgentRun, "answer"> {
  readonly task: string;
  readonly kind: string;
  readonly isPassed: boolean;
  /** Its transcript and everything else that is kept of it. */
  readonly folder: string;
}

export interface AttemptOptions extends Pick<Asked, "mode" | "folder" | "prices"> {
  /** Key, address and model of a real provider; without them the recorded replies are used. */
  readonly model: Readonly<Record<string, string>> | undefined;
}

const NOTHING = { turns: 0, inputTokens: 0, outputTokens: 0, dollars: 0, seconds: 0 };

/** One task, once: a fresh copy, the agent, the check. Never rejects: whatever goes wrong is an attempt that failed. */
export async function attempt(task: EvalTask, options: AttemptOptions): Promise<Attempt> {
  const about = { task: task.id, kind: task.kind, folder: options.folder };
  mkdirSync(options.folder, { recursive: true });
  let place: Place | undefined;
  try {
    place = await makePlace(task);
    const { answer, ...agent } = await ask(task, place, options);
    // Also of what ended at a limit: it tells how far it came.
    const checked = await runCheck(task, place, answer);
    writeFileSync(join(options.folder, "check.txt"), `${checked.words}\n`);
    await keepChanges(place, options.folder);
    const isPassed = checked.isPassed && agent.ended === "done";
    const words = agent.words || (checked.isPassed ? "" : checked.words);
    return { ...about, ...agent, isPassed, words };
  } catch (thrown) {
    const words = thrown instanceof Error ? thrown.message : String(thrown);
    return { ...about, ...NOTHING, ended: "error", isPassed: false, words };
  } finally {
    if (place) await removePlace(place.base).catch(() => undefined);
  }
}

async function ask(task: EvalTask, place: Place, options: AttemptOptions): Promise<AgentRun> {
  const { model } = options;
  if (model) return await runAgent(task, place, { ...options, model });
  const api = await startFakeApi({ script: task.replies ?? [] });
  try {
    // Nothing but what the replies say is run: it was written by us, not by a model.
    const recorded = { ANTHROPIC_API_KEY: "recorded", ANTHROPIC_BASE_URL: api.url, IS_SANDBOX: "1" };
    const agent = await runAgent(task, place, { ...options, model: recorded });
    const [broken] = [...api.refusals, ...api.violations];
    if (broken === undefined || agent.ended !== "done") return agent;
    return { ...agent, ended: "error", words: `The recorded replies do not fit: ${broken}` };
  } finally {
    await api.close();
  }
}

/** What the agent did to the files, as a patch to read. */
async function keepChanges({ workspace, base }: Place, folder: string): Promise<void> {
  rmSync(join(workspace, ".git"), { recursive: true, force: true });
  const { output } = await run("git", ["diff", "--no-index", "--no-color", "--", "before", "workspace"], {
    cwd: base,
    env: { ...process.env, GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_NOSYSTEM: "1" },
  });
  writeFileSync(join(folder, "changes.patch"), output);
}
