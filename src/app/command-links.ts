import { AgentError } from "../core/errors.ts";
import type { ToolUseBlock } from "../core/message.ts";
import type { FileSystem } from "../core/ports.ts";
import { filesNamedBy } from "../safety/file-command-rules.ts";
import type { RulePlace } from "../safety/path-patterns.ts";
import { loadShell } from "../safety/shell/late.ts";

/** Commands that name more files than this ask for their own sake: some of them would be judged by their names alone. */
const MAX_FILES = 4_096;
/** So many places are remembered at most. */
const MAX_KNOWN = 50_000;

/**
 * Where the files lead that commands name. Rules are asked without waiting, so it is looked up before, for all commands
 * that are about to be decided. What was looked up for other agents' commands stays: theirs are decided meanwhile.
 */
export class CommandLinks {
  readonly #real = new Map<string, string>();
  readonly #looked = new Set<string>();

  /** Undefined for what nobody looked up, and for what is no link. */
  readonly real = (path: string): string | undefined => this.#real.get(path);
  readonly isLooked = (path: string): boolean => this.#looked.has(path);

  /** Loads what reads commands as well. Rejects with `invalid_input` when they name too many files. */
  async look(
    calls: readonly ToolUseBlock[],
    place: RulePlace,
    fs: Pick<FileSystem, "canonical">,
  ): Promise<void> {
    const commands = commandsIn(calls);
    if (commands.length === 0) return;
    await loadShell();
    const files = new Set(commands.flatMap((command) => filesNamedBy(command, place)));
    if (files.size > MAX_FILES) throw new AgentError("invalid_input", "The commands name too many files.");
    if (this.#looked.size > MAX_KNOWN) {
      this.#real.clear();
      this.#looked.clear();
    }
    await Promise.all(
      [...files].map(async (path) => {
        const real = await fs.canonical(path).catch(() => path);
        if (real === path) this.#real.delete(path);
        else this.#real.set(path, real);
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
