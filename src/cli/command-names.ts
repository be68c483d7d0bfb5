/** What the program can be asked for besides a task. */
export const COMMAND_NAMES: readonly string[] = [
  "config",
  "doctor",
  "help",
  "instructions",
  "log",
  "permissions",
  "prompt",
  "redact",
  "sessions",
];

/** Help names the commands too. */
const HELP = ["-h", "--help"];

/** Whether the commands are needed to read these arguments: most starts are tasks, which begin without them. */
export const mayBeCommand = (words: readonly string[]): boolean =>
  words.some((word) => COMMAND_NAMES.includes(word) || HELP.includes(word));
