import { randomBytes } from "node:crypto";
import { AgentError } from "../../../core/errors.ts";

/** How long Docker may take to say that it is there, in milliseconds. */
const ANSWER_MS = 10_000;
/** What a container is called, or an image: neither can be taken for an option, nor for a path. */
const NAME = /^[a-z\d][\w.-]*$/i;
const IMAGE = /^[a-z\d][\w.:/@-]*$/i;

export interface DockerPlace {
  /** Absolute path of the program. */
  readonly docker: string;
  /** A running container, or `image:<name>` for a new container for each command. */
  readonly where: string;
  /** Workspace folders: in a new container they are at the same paths. */
  readonly roots: readonly string[];
}
export interface DockerCommand {
  readonly program: string;
  readonly args: readonly string[];
  /** Ends what goes on in the container when the program here has been ended. */
  readonly cleanUp: { readonly program: string; readonly args: readonly string[] };
}

/** Finds the processes of one command in a container by their environment. Kills them and says nothing. */
const KILL_MARKED = `for p in /proc/[0-9]*; do
  tr "\\0" "\\n" < "$p/environ" 2>/dev/null | grep -qx "PLUMB_RUN=$1" && kill -9 "\${p#/proc/}"
done; true`;

/**
 * The command as arguments for the program `docker`: nothing of it is ever part of a text that a shell here would read.
 * Rejects what is no name with `invalid_input`.
 */
export function dockerCommand(
  command: string,
  cwd: string,
  { docker, where, roots }: DockerPlace,
): DockerCommand {
  const mark = `plumb-${randomBytes(12).toString("hex")}`;
  const shell = ["sh", "-c", 'exec 2>&1; exec "$@"', "sh", ...shellArgs(command)];
  const image = imageOf(where);
  if (image === undefined) {
    if (!NAME.test(where)) throw notAName(where, "container");
    return {
      program: docker,
      args: ["exec", "--workdir", cwd, "--env", `PLUMB_RUN=${mark}`, "--env", "PLUMB=1", where, ...shell],
      cleanUp: { program: docker, args: ["exec", where, "sh", "-c", KILL_MARKED, "sh", mark] },
    };
  }
  if (!IMAGE.test(image)) throw notAName(image, "image");
  const folders = roots.length > 0 ? roots : [cwd];
  for (const folder of folders)
    if (/[,"\n]/.test(folder))
      throw new AgentError("invalid_input", `Docker cannot mount ${JSON.stringify(folder)}.`);
  const mounts = folders.flatMap((folder) => ["--mount", `type=bind,source=${folder},target=${folder}`]);
  const user =
    typeof process.getuid === "function" ? ["--user", `${process.getuid()}:${process.getgid?.() ?? 0}`] : [];
  return {
    program: docker,
    args: [
      ...["run", "--rm", "--init", "--pull", "missing", "--name", mark, "--workdir", cwd],
      ...["--pids-limit", "4096", "--security-opt", "no-new-privileges", "--env", "PLUMB=1"],
      ...[...user, ...mounts, "--entrypoint", "sh", image, ...shell.slice(1)],
    ],
    cleanUp: { program: docker, args: ["kill", mark] },
  };
}

/** Bash where the container has it, because that is what the model writes for. */
const shellArgs = (command: string): string[] => [
  ...[
    "sh",
    "-c",
    'if command -v bash >/dev/null; then exec bash --noprofile --norc -c "$1" bash; fi; exec sh -c "$1" sh',
  ],
  ...["sh", command],
];

const imageOf = (where: string): string | undefined =>
  where.startsWith("image:") ? where.slice("image:".length) : undefined;

const notAName = (text: string, what: string): AgentError =>
  new AgentError(
    "invalid_input",
    `plumb.sandbox.docker: ${JSON.stringify(text)} cannot be the name of a Docker ${what}.`,
  );

/** Why Docker cannot run commands there, in words; undefined when it can. Never rejects. */
export async function dockerProblem({ docker, where, roots }: DockerPlace): Promise<string | undefined> {
  try {
    dockerCommand("true", "/", { docker, where, roots });
    const image = imageOf(where);
    if (image !== undefined) {
      await ask(docker, ["version", "--format", "{{.Server.Version}}"]);
      return undefined;
    }
    const state = await ask(docker, ["container", "inspect", "--format", "{{.State.Running}}", where]);
    return state.trim() === "true"
      ? undefined
      : `the container ${where} is not running (docker start ${where})`;
  } catch (thrown) {
    return thrown instanceof Error ? thrown.message : String(thrown);
  }
}

async function ask(program: string, args: readonly string[]): Promise<string> {
  const { execFile } = await import("node:child_process");
  return new Promise((resolve, reject) => {
    execFile(program, args, { timeout: ANSWER_MS, windowsHide: true }, (error, stdout, stderr) => {
      if (!error) return resolve(stdout);
      const said = stderr.trim().split("\n").at(-1)?.trim();
      reject(
        new Error(
          error.killed ? `Docker did not answer within ${ANSWER_MS / 1000} s` : said || error.message,
        ),
      );
    });
  });
}
