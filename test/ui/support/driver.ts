import { randomUUID } from "node:crypto";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import * as z from "zod";

type VsCode = typeof import("vscode");

/**
 * Runs `run` inside the extension host and resolves to what it returns. The function travels as text: it sees its
 * arguments and nothing else of this file. Arguments and result must be JSON.
 */
export type RunInEditor = <A extends readonly unknown[], R>(
  run: (vscode: VsCode, ...args: A) => R,
  ...args: A
) => Promise<Awaited<R>>;

export interface Driver {
  /** The folder of the extension that has to be loaded. */
  readonly extension: string;
  /** What the extension host needs in its environment. */
  readonly env: Readonly<Record<string, string>>;
  /** Resolves once the extension host answers. */
  connect(): Promise<RunInEditor>;
  /** The extension host is about to be replaced: the next `connect` waits for the new one. */
  forget(): void;
}

/** How long an extension host may take to start where others start as well, in milliseconds. */
const START_MS = 90_000;

const Reply = z.object({ value: z.unknown().optional(), error: z.string().optional() });

export function createDriver(dir: string): Driver {
  const portFile = join(dir, "driver-port");
  const token = randomUUID();
  return {
    extension: join(import.meta.dirname, "driver"),
    env: { PLUMB_DRIVER_PORT_FILE: portFile, PLUMB_DRIVER_TOKEN: token },
    forget: () => rmSync(portFile, { force: true }),
    async connect() {
      const port = await readWhenThere(portFile, AbortSignal.timeout(START_MS));
      return async (run, ...args) => {
        const response = await fetch(`http://127.0.0.1:${port}/`, {
          method: "POST",
          headers: { authorization: `Bearer ${token}` },
          body: JSON.stringify({ source: run.toString(), args }),
        });
        const { value, error } = Reply.parse(await response.json());
        if (error) throw new Error(`In the editor: ${error}`);
        // The one place where a type crosses a process unchecked: the caller wrote the function that made the value.
        return JSON.parse(JSON.stringify(value));
      };
    },
  };
}

/** Another process writes the file; nothing tells us when but the file. */
async function readWhenThere(path: string, signal: AbortSignal): Promise<string> {
  for (;;) {
    try {
      return readFileSync(path, "utf8");
    } catch {
      if (signal.aborted)
        throw new Error(`The extension host did not start within ${START_MS / 1000} seconds.`);
      await delay(20);
    }
  }
}
