import { statSync } from "node:fs";
import { extname, isAbsolute, join } from "node:path";
import { AgentError } from "../../core/errors.ts";
import type { Environment } from "./clean-environment.ts";

interface Launch {
  readonly program: string;
  readonly args: readonly string[];
  /** True when the arguments are one command line already. */
  readonly isVerbatim: boolean;
}

/** What means something to the command processor, quoted or not. */
const SPECIAL = /["%&|<>^!\r\n\0]/;

/**
 * How a program is started on Windows, where most that is called `npx` is a batch file, which only the command processor
 * runs. Throws `invalid_input` for arguments that it would take for something else, and `not_found` for a name that is nowhere in
 * PATH: Windows would look for it in the workspace.
 */
export function windowsLaunch(command: string, args: readonly string[], env: Environment): Launch {
  const program = found(command, env) ?? (/[\\/]/.test(command) ? command : undefined);
  if (program === undefined) throw new AgentError("not_found", `There is no program ${command}.`);
  if (!/^\.(?:cmd|bat)$/i.test(extname(program))) return { program, args, isVerbatim: false };
  const words = [program, ...args];
  const wrong = words.find((word) => SPECIAL.test(word));
  if (wrong !== undefined)
    throw new AgentError(
      "invalid_input",
      `${command} is a batch file, which cannot be given ${JSON.stringify(wrong)}.`,
    );
  const line = words.map((word) => `"${word}"`).join(" ");
  return { program: env["COMSPEC"] ?? "cmd.exe", args: ["/d", "/s", "/c", `"${line}"`], isVerbatim: true };
}

function found(command: string, env: Environment): string | undefined {
  const path = Object.entries(env).find(([name]) => name.toUpperCase() === "PATH")?.[1] ?? "";
  const extensions = (env["PATHEXT"] ?? ".EXE;.CMD;.BAT").split(";");
  const isPath = /[\\/]/.test(command);
  const folders = isPath ? [""] : path.split(";").filter((folder) => isAbsolute(folder));
  const names = extname(command) === "" ? extensions.map((extension) => command + extension) : [command];
  return folders
    .flatMap((folder) => names.map((name) => (folder === "" ? name : join(folder, name))))
    .find(isFile);
}

function isFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
