import { dirname } from "node:path";
import { AgentError } from "../../../core/errors.ts";
import type { Host, RunOptions, SandboxState } from "../../../core/ports.ts";
import type { Environment } from "../clean-environment.ts";
import { findProgram } from "../find-program.ts";
import type { RunningProcess } from "../running-process.ts";
import type { DockerOptions } from "./docker-runner.ts";
import type { Confined, Sandbox } from "./sandbox.ts";
import type { SandboxSettings } from "./settings.ts";

/** A process, and what confines it if something does. */
export interface Begun {
  readonly running: RunningProcess;
  readonly confined: Confined | undefined;
}
export interface RunPlaces {
  state(): Promise<SandboxState>;
  /** Rejects with `denied` where the place it has to run in is not to be had: it never runs elsewhere. */
  begin(command: string, run: RunOptions): Promise<Begun>;
  /** See `Sandbox.rest`. */
  rest(): Promise<void>;
}
export interface PlaceOptions {
  readonly platform: Host["platform"];
  readonly roots: readonly string[];
  readonly dataDir: string;
  readonly environment: Environment;
  readonly settings: () => SandboxSettings;
  readonly ripgrep: () => Promise<string | undefined>;
  readonly bash: () => string | undefined;
  /** Starts a text in the shell of this machine. */
  readonly here: (text: string, cwd: string) => Promise<RunningProcess>;
  readonly docker: DockerOptions["launch"];
}

/** Where commands run: on this machine, in its sandbox, or in a container, as the settings and the decision about them say. */
export function createRunPlaces(options: PlaceOptions): RunPlaces {
  const { roots, environment, settings, here } = options;
  const find = (name: string): string | undefined => findProgram(name, environment, roots);
  let made: Promise<Sandbox> | undefined;
  // Most conversations confine nothing.
  const sandbox = (): Promise<Sandbox> => {
    made ??= import("./sandbox.ts").then(({ createSandbox }) => createSandbox({ ...options, find, probe }));
    return made;
  };
  const probe = async (text: string, signal: AbortSignal): Promise<number | null> => {
    const running = await here(text, dirname(options.dataDir));
    const stop = (): void => void running.end();
    signal.addEventListener("abort", stop, { once: true });
    return (await running.exited).code;
  };
  const inDocker: DockerOptions = { roots, environment, find, launch: options.docker };
  return {
    async rest() {
      await (await made)?.rest();
    },
    async state() {
      const { docker } = settings();
      if (docker === undefined) return (await sandbox()).state();
      return (await import("./docker-runner.ts")).dockerState(docker, inDocker);
    },
    async begin(command, run) {
      const { docker, enabled } = settings();
      if (docker !== undefined) {
        if (run.place === "confined")
          throw new AgentError("denied", "This command may only run in a sandbox, and a container is none.");
        const { launchInDocker } = await import("./docker-runner.ts");
        const running = await launchInDocker(command, { cwd: run.cwd, where: docker }, inDocker);
        return { running, confined: undefined };
      }
      const isConfined = run.place === "confined" || (run.place === undefined && enabled === "on");
      if (!isConfined) return { running: await here(command, run.cwd), confined: undefined };
      const confined = await (await sandbox()).confine(command, run);
      try {
        return { running: await here(confined.text, run.cwd), confined };
      } catch (thrown) {
        confined.end();
        throw thrown;
      }
    },
  };
}
