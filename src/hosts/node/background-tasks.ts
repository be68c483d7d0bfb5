import { randomBytes } from "node:crypto";
import { type FileHandle, mkdir, open } from "node:fs/promises";
import { join } from "node:path";
import { AgentError } from "../../core/errors.ts";
import type { BackgroundTask } from "../../core/ports.ts";
import { toFileError } from "./file-errors.ts";
import type { RunningProcess } from "./running-process.ts";

const MAX_TASKS = 8;
const MAX_OUTPUT_BYTES = 64 * 1024 * 1024;
const TOO_LONG_NOTE = "\n[The output reached 64 MB, so the task was stopped.]\n";

export interface BackgroundTasks {
  start(command: string, launch: () => Promise<RunningProcess>): Promise<BackgroundTask>;
  stop(id: string): Promise<boolean>;
}

/** Commands that outlive the turn. Each writes to a file of its own under `dataDir/tasks`, at most 64 MB. */
export function createBackgroundTasks(dataDir: string): BackgroundTasks {
  const running = new Map<string, RunningProcess>();
  let starting = 0;
  return {
    async start(command, launch) {
      if (running.size + starting >= MAX_TASKS) {
        throw new AgentError("failed", `${MAX_TASKS} background tasks run already. Stop one of them first.`);
      }
      starting += 1;
      try {
        const id = randomBytes(4).toString("hex");
        const { outputPath, file } = await createOutputFile(dataDir, id);
        const task = await launch().catch(async (thrown: unknown) => {
          await file.close();
          throw thrown;
        });
        running.set(id, task);
        const ended = save(task, file).then(async () => {
          running.delete(id);
          return task.exited;
        });
        return { id, command, outputPath, ended };
      } finally {
        starting -= 1;
      }
    },
    async stop(id) {
      const task = running.get(id);
      await task?.end();
      return task !== undefined;
    },
  };
}

async function createOutputFile(
  dataDir: string,
  id: string,
): Promise<{ outputPath: string; file: FileHandle }> {
  const folder = join(dataDir, "tasks", `${id}${randomBytes(8).toString("hex")}`);
  const outputPath = join(folder, "output.log");
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    return { outputPath, file: await open(outputPath, "wx", 0o600) };
  } catch (thrown) {
    throw toFileError(thrown, outputPath, "change");
  }
}

/** Never rejects: when the output cannot be saved any longer, the task ends. */
async function save(task: RunningProcess, file: FileHandle): Promise<void> {
  let written = 0;
  try {
    for await (const text of task.output()) {
      const bytes = Buffer.from(text, "utf8");
      written += bytes.length;
      await file.appendFile(written > MAX_OUTPUT_BYTES ? TOO_LONG_NOTE : bytes);
      if (written > MAX_OUTPUT_BYTES) break;
    }
  } catch {
    // The disk is full or gone. Nobody waits for this text, so the task's end is all there is to tell.
  } finally {
    await task.end();
    await file.close().catch(() => undefined);
  }
}
