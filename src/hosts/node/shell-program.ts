import type { Host } from "../../core/ports.ts";
import type { Environment } from "./clean-environment.ts";
import { findProgram, isProgram } from "./find-program.ts";

export interface ShellProgram {
  readonly name: string;
  readonly program: string;
  launch(command: string): ShellLaunch;
}
export interface ShellLaunch {
  readonly program: string;
  readonly args: readonly string[];
  /** What its environment needs besides. */
  readonly environment?: Readonly<Record<string, string>>;
}

/**
 * Never the user's own interactive shell: its aliases and options would make a command mean something else. `startFile` is
 * asked for what bash reads first, before each command: what a command wrote there is not for the next one.
 */
export function findShell(
  platform: Host["platform"],
  environment: Environment,
  roots: readonly string[],
  startFile: () => string | undefined,
): ShellProgram | undefined {
  const onPath = (name: string): string | undefined => findProgram(name, environment, roots);
  if (platform === "win32") {
    const program = onPath("pwsh") ?? onPath("powershell");
    return program === undefined ? undefined : powershell(program);
  }
  const bash = ["/bin/bash", "/usr/bin/bash"].find(isProgram) ?? onPath("bash");
  if (bash !== undefined) return unixShell("bash", [bash, "--noprofile", "--norc"], startFile);
  return isProgram("/bin/sh") ? unixShell("sh", ["/bin/sh"]) : undefined;
}

/** Both outputs go into one channel, so that they stay in the order they were written in. No core dumps. */
const JOINED = 'ulimit -c 0; exec "$@" 2>&1';
/** Node's channels are sockets, which cannot be opened by name; a command that does so gets a real pipe. */
const JOINED_BY_PIPE = 'ulimit -c 0; exec > >(exec cat) 2>&1; exec "$@"';
const OPENS_BY_NAME = /\/dev\/(?:std(?:out|err)|fd\/)|\/proc\/self\/fd/;

function unixShell(
  name: string,
  shell: readonly string[],
  startFile: () => string | undefined = () => undefined,
): ShellProgram {
  const [program = "/bin/sh", ...options] = shell;
  return {
    name,
    program,
    launch(command) {
      const itself = ["-c", command, name];
      if (name === "bash" && OPENS_BY_NAME.test(command))
        return { program, args: [...options, "-c", JOINED_BY_PIPE, name, ...shell, ...itself] };
      const start = startFile();
      if (start === undefined) return { program: "/bin/sh", args: ["-c", JOINED, name, ...shell, ...itself] };
      return { program, args: [...options, ...itself], environment: { BASH_ENV: start } };
    },
  };
}

const BEFORE =
  "$ProgressPreference = 'SilentlyContinue'; [Console]::OutputEncoding = [Text.Encoding]::UTF8; $LASTEXITCODE = 0\n";
const AFTER = "\nif (-not $?) { if ($LASTEXITCODE) { exit $LASTEXITCODE } else { exit 1 } }";

function powershell(program: string): ShellProgram {
  return {
    name: "PowerShell",
    program,
    launch(command) {
      // Encoded, because Windows PowerShell strips quotes from a plain argument.
      const encoded = Buffer.from(BEFORE + command + AFTER, "utf16le").toString("base64");
      return { program, args: ["-NoLogo", "-NoProfile", "-NonInteractive", "-EncodedCommand", encoded] };
    },
  };
}
