import { tmpdir } from "node:os";
import { AgentError } from "../../../core/errors.ts";
import type { Host, Refusal, RunOptions, SandboxState } from "../../../core/ports.ts";
import type { SandboxSettings } from "./settings.ts";

const WORKS =
  "Commands run in a sandbox: they write in the workspace only and reach no host that was not allowed.";
const OFF = "Commands do not run in a sandbox: it is switched off in the settings.";
const INSTALL: Readonly<Record<string, string>> = {
  linux:
    "It needs bubblewrap and socat: install them (Debian, Ubuntu: sudo apt install bubblewrap socat; Fedora: sudo dnf install bubblewrap socat) and reload the window.",
  darwin: "It needs sandbox-exec, which is part of macOS.",
  win32: "There is none on Windows yet; in WSL there is.",
};
/** How long a command that does nothing may take to start, in milliseconds; the first one starts the proxies too. */
const PROBE_MS = 20_000;

export interface Confined {
  /** What takes the place of the command, for the shell that runs commands. */
  readonly text: string;
  /** What it printed: some refusals show there only. */
  printed(text: string): void;
  /** To be called once nothing of it runs any longer. */
  end(): readonly Refusal[];
}
export interface Sandbox {
  state(): Promise<SandboxState>;
  /** Rejects with `denied` where there is no sandbox. */
  confine(command: string, options: RunOptions): Promise<Confined>;
  /** Lets go of what keeps the process from ending, unless something is confined right now. Never rejects. */
  rest(): Promise<void>;
}
export interface SandboxOptions {
  readonly platform: Host["platform"];
  readonly roots: readonly string[];
  readonly dataDir: string;
  readonly settings: () => SandboxSettings;
  readonly bash: () => string | undefined;
  /** A program of this machine by its name; undefined when it is not installed. */
  readonly find: (name: string) => string | undefined;
  readonly ripgrep: () => Promise<string | undefined>;
  /** Runs a text in the shell; resolves to its exit code. To find out whether confined commands start here at all. */
  readonly probe: (text: string, signal: AbortSignal) => Promise<number | null>;
}

/** Confines commands where that can be done, and says clearly where it cannot. Nothing is loaded before it is asked for. */
export function createSandbox(options: SandboxOptions): Sandbox {
  const { settings } = options;
  let looked: Promise<string | undefined> | undefined;
  let isUsed = false;

  // None of it is needed before the first command that is confined.
  const wrap = async (command: string, run: RunOptions) => {
    isUsed = true;
    return (await import("./confine.ts")).confine(command, run, options);
  };
  /** Undefined: it works. A program that is there can still be refused by the system, so one command is tried. */
  const problem = async (): Promise<string | undefined> => {
    try {
      if (options.platform === "win32") throw new Error("this system is not supported");
      const signal = AbortSignal.timeout(PROBE_MS);
      const wrapped = await wrap("exit 0", { cwd: options.roots[0] ?? tmpdir() });
      try {
        const code = await options.probe(wrapped.text, signal);
        if (code !== 0)
          throw new Error("the system does not let it start (user namespaces may be switched off)");
      } finally {
        wrapped.end();
      }
      return undefined;
    } catch (thrown) {
      return thrown instanceof Error ? thrown.message : String(thrown);
    }
  };
  const state = async (): Promise<SandboxState> => {
    const { enabled } = settings();
    if (enabled === "off") return { state: "off", words: OFF, isForAll: false };
    looked ??= problem();
    const why = await looked;
    // What was missing may be there the next time.
    if (why !== undefined) looked = undefined;
    if (why === undefined) return { state: "on", words: WORKS, isForAll: enabled === "on" };
    const words =
      `The sandbox for commands cannot run here: ${why}. ${INSTALL[options.platform] ?? ""}`.trim();
    return { state: "unavailable", words, isForAll: enabled === "on" };
  };
  return {
    state,
    async rest() {
      if (isUsed) await (await import("./confine.ts")).rest();
    },
    async confine(command, run) {
      const { state: found, words } = await state();
      if (found !== "on") throw new AgentError("denied", `This command may only run in a sandbox. ${words}`);
      const { text, refusals, end } = await wrap(command, run);
      return {
        text,
        printed: (output) => refusals.printed(output),
        end() {
          end();
          return refusals.all;
        },
      };
    },
  };
}
