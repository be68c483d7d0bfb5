import type { ToolUseBlock } from "../core/message.ts";
import type { FileSystem } from "../core/ports.ts";
import { filesNamedBy } from "../safety/file-command-rules.ts";
import type { RulePlace } from "../safety/path-patterns.ts";
import { loadShell } from "../safety/shell/late.ts";

/** More files than this are not looked up: a command that names them asks for its own sake. */
const MAX_FILES = 64;

/**
 * Where the files lead that commands name. Rules are asked without waiting, so it is looked up before: once per reply,
 * for all commands in it.
 */
export class CommandLinks {
  readonly #real = new Map<string, string>();
  readonly #looked = new Set<string>();

  /** Undefined for what nobody looked up, and for what is no link. */
  readonly real = (path: string): string | undefined => this.#real.get(path);
  readonly isLooked = (path: string): boolean => this.#looked.has(path);

  /** Loads what reads commands as well. Never rejects: what cannot be looked up is judged by its name. */
  async look(
    calls: readonly ToolUseBlock[],
    place: RulePlace,
    fs: Pick<FileSystem, "canonical">,
  ): Promise<void> {
    const commands = commandsIn(calls);
    if (commands.length === 0) return;
    await loadShell();
    this.#real.clear();
    this.#looked.clear();
    const files = new Set(commands.flatMap((command) => filesNamedBy(command, place)));
    await Promise.all(
      [...files].slice(0, MAX_FILES).map(async (path) => {
        const real = await fs.canonical(path).catch(() => path);
        if (real !== path) this.#real.set(path, real);
        this.#looked.add(path);
      }),
    );
  }
}

export const commandsIn = (calls: readonly ToolUseBlock[]): string[] =>
  calls.flatMap(({ name, input }) => (name === "Bash" ? commandOf(input) : []));

/** The input is what a model sent: anything. */
function commandOf(input: unknown): string[] {
  const isObject = typeof input === "object" && input !== null && "command" in input;
  return isObject && typeof input.command === "string" ? [input.command] : [];
}
