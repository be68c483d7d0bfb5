import { spawn } from "node:child_process";
import { AgentError } from "../../../core/errors.ts";
import type { SandboxState } from "../../../core/ports.ts";
import type { Environment } from "../clean-environment.ts";
import type { Launch, RunningProcess } from "../running-process.ts";
import { dockerCommand, dockerProblem } from "./docker.ts";

/** What Docker's own program has to know; a command in the container gets none of it. */
const FOR_DOCKER = /^DOCKER_(?:HOST|CONTEXT|CONFIG|CERT_PATH|TLS_VERIFY|API_VERSION)$/;

export interface DockerOptions {
  readonly roots: readonly string[];
  readonly environment: Environment;
  readonly find: (name: string) => string | undefined;
  readonly launch: (launch: Pick<Launch, "program" | "args" | "environment">) => Promise<RunningProcess>;
}

/** Where Docker runs the commands: in `where`, which is a running container or `image:<name>`. */
export async function dockerState(where: string, options: DockerOptions): Promise<SandboxState> {
  const problem = await problemOf(where, options);
  const place = where.startsWith("image:") ? `a container of ${where.slice(6)}` : `the container ${where}`;
  // A container can change every file of the workspace, hooks included: nothing is let through because of it.
  if (problem === undefined) return { state: "off", words: `Commands run in ${place}.`, isForAll: true };
  const words = `Commands are to run in ${place} (plumb.sandbox.docker), and that does not work: ${problem}. None is run outside of it.`;
  return { state: "unavailable", words, isForAll: true };
}

async function problemOf(where: string, { find, roots }: DockerOptions): Promise<string | undefined> {
  const docker = find("docker");
  return docker === undefined ? "Docker is not installed" : dockerProblem({ docker, where, roots });
}

/** Rejects with `denied`, in words, when Docker does not answer: nothing runs elsewhere in its place. */
export async function launchInDocker(
  command: string,
  { cwd, where }: { cwd: string; where: string },
  options: DockerOptions,
): Promise<RunningProcess> {
  const state = await dockerState(where, options);
  const docker = options.find("docker");
  if (state.state === "unavailable" || docker === undefined) throw new AgentError("denied", state.words);
  const { cleanUp, ...how } = dockerCommand(command, cwd, { docker, where, roots: options.roots });
  const environment = Object.fromEntries(
    Object.entries(options.environment).flatMap(([name, value]) =>
      value !== undefined && FOR_DOCKER.test(name) ? [[name, value]] : [],
    ),
  );
  const running = await options.launch({ ...how, environment });
  let isOver = false;
  void running.exited.then(() => {
    isOver = true;
  });
  // Ending the program here does not end what it started there.
  const end = (): Promise<void> =>
    new Promise((resolve) => {
      const child = spawn(cleanUp.program, cleanUp.args, {
        ...{ stdio: "ignore", windowsHide: true, timeout: 4_000 },
        env: { ...process.env, ...environment },
      });
      child.once("error", () => resolve());
      child.once("exit", () => resolve());
    });
  let ending: Promise<void> | undefined;
  return {
    ...running,
    end() {
      ending ??= isOver ? running.end() : Promise.all([end(), running.end()]).then(() => undefined);
      return ending;
    },
    endNow() {
      if (!isOver) spawn(cleanUp.program, cleanUp.args, { stdio: "ignore", detached: true }).unref();
      running.endNow();
    },
  };
}
