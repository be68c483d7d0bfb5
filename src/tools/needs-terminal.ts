/** `terminal`: it needs somebody who types. `endless`: it goes on until somebody stops it. */
export interface Need {
  readonly kind: "terminal" | "endless";
  readonly advice: string;
}
interface Around {
  /** Something is piped into it, or read from a file. */
  readonly hasInput: boolean;
  /** The command says which editor to use. */
  readonly hasEditor: boolean;
}
type Judge = (args: readonly string[], around: Around) => Need | undefined;

export const ENDLESS =
  "Use run_in_background and read its output, or bound it with `timeout 20 …`; a pipe into `head` ends it as well.";

const terminal = (advice: string): Need => ({ kind: "terminal", advice });
const endless = (advice: string): Need => ({ kind: "endless", advice });
/** Whether an option is there, also inside of a cluster like `-am`. */
function has(args: readonly string[], short: string, ...long: readonly string[]): boolean {
  const cluster = new RegExp(`^-[A-Za-z]*[${short}]`);
  return args.some(
    (arg) =>
      (short !== "" && cluster.test(arg)) || long.some((name) => arg === name || arg.startsWith(`${name}=`)),
  );
}
const asksOnlyAbout = (args: readonly string[]): boolean =>
  has(args, "", "--version", "--help", "-h", "-V", "-v");
const operands = (args: readonly string[]): readonly string[] => args.filter((arg) => !arg.startsWith("-"));

const editor: Judge = (args) =>
  asksOnlyAbout(args) ||
  args.some((arg) => /^-(?:es|Es|batch)$|^--(?:batch|script)|^\+.*q|:?w?q(?:a|all)?!?$|^-s$/.test(arg))
    ? undefined
    : terminal("Change files with Edit or Write.");
const viewer: Judge = (args) =>
  asksOnlyAbout(args) || has(args, "bl", "--batch")
    ? undefined
    : terminal("Use a command that prints once, e.g. `ps aux`, `df -h`, `git log --oneline`.");
/** Without a script, and without anything to read one from. */
const repl =
  (advice: string): Judge =>
  (args, { hasInput }) =>
    hasInput || args.some((arg) => !/^-[iquBsE]+$/.test(arg)) ? undefined : terminal(advice);
const database =
  (given: RegExp, most: number, advice: string): Judge =>
  (args, { hasInput }) =>
    hasInput || asksOnlyAbout(args) || args.some((arg) => given.test(arg)) || operands(args).length >= most
      ? undefined
      : terminal(advice);
const inContainer: Judge = ([verb = "", ...args]) => {
  const at = args.findIndex((arg) => !arg.startsWith("-"));
  const options = at === -1 ? args : args.slice(0, at);
  const isBoth = has(options, "t", "--tty") && has(options, "i", "--interactive");
  if (/^(?:run|exec)$/.test(verb) && isBoth)
    return terminal("Leave out -t (and -i where nothing is piped in).");
  return verb === "logs" && has(args, "f", "--follow")
    ? endless("Leave out -f for what is there now.")
    : undefined;
};
const logs: Judge = ([verb, ...args]) =>
  verb === "logs" && has(args, "f", "--follow") ? endless("Leave out -f for what is there now.") : undefined;
const follows =
  (short: string, ...long: string[]): Judge =>
  (args) =>
    has(args, short, ...long)
      ? endless("Leave out the option that follows for what is there now.")
      : undefined;
const watches =
  (pattern: RegExp, advice: string): Judge =>
  (args) =>
    args.some((arg) => pattern.test(arg)) ? endless(advice) : undefined;
const initialises: Judge = ([verb, ...args], { hasInput }) =>
  verb === "init" && !hasInput && !has(args, "y", "--yes", "--help") && operands(args).length === 0
    ? terminal("Add -y, which takes the defaults, and edit the file afterwards.")
    : undefined;

const MESSAGE = "Give the message with -m (or keep it with --no-edit).";
const REBASE =
  "Say what to do with GIT_SEQUENCE_EDITOR, e.g. `GIT_SEQUENCE_EDITOR=\"sed -i '2s/^pick/fixup/'\" git rebase -i …`, or use `git reset --soft` and commit again.";
const PIECES = "It asks about every piece: name the files, or make the change with Edit.";
const git: Judge = (given, { hasEditor, hasInput }) => {
  const at = given.findIndex((arg, i) => !arg.startsWith("-") && !/^-[cC]$/.test(given[i - 1] ?? ""));
  const [verb = "", ...args] = at === -1 ? [] : given.slice(at);
  if (hasInput || args.includes("--help")) return undefined;
  const asksEach = asksAboutPieces(verb, args);
  const setsEditor = hasEditor || given.some((arg) => /^(?:core|sequence)\.editor=/.test(arg));
  return asksEach ? terminal(PIECES) : setsEditor ? undefined : opensEditor(verb, args);
};

function asksAboutPieces(verb: string, args: readonly string[]): boolean {
  if (/^(?:add|checkout|restore|reset|stash|commit)$/.test(verb) && has(args, "", "-p", "--patch"))
    return true;
  if (/^(?:add|commit|clean)$/.test(verb) && has(args, "", "--interactive")) return true;
  return verb === "add" && has(args, "", "-i", "-e", "--edit");
}

const SAID = ["--message", "--file", "--reuse-message", "--no-edit", "--fixup", "--squash", "--dry-run"];
function opensEditor(verb: string, args: readonly string[]): Need | undefined {
  if (verb === "rebase" && has(args, "", "-i", "--interactive")) return terminal(REBASE);
  if (verb === "commit") {
    return has(args, "mFC", ...SAID, "--short", "--porcelain") ? undefined : terminal(MESSAGE);
  }
  const isNoted = verb !== "tag" || !has(args, "as", "--annotate", "--sign");
  return isNoted || has(args, "mF", "--message", "--file") ? undefined : terminal(MESSAGE);
}

const SSH_PAIRS = /^-[bcDEeFIiJLlmOopQRSWw]$/;
const ssh: Judge = (args, { hasInput }) => {
  const words = args.filter((arg, i) => !arg.startsWith("-") && !SSH_PAIRS.test(args[i - 1] ?? ""));
  if (
    hasInput ||
    asksOnlyAbout(args) ||
    words.length !== 1 ||
    has(args, "NfGOQT") ||
    args.some((arg) => /BatchMode/i.test(arg))
  )
    return undefined;
  return terminal(
    "Give the command to run there, with `-o BatchMode=yes`, so that it fails instead of asking for a password.",
  );
};

const JUDGES: ReadonlyMap<string, Judge> = new Map<string, Judge>([
  ...["vi", "vim", "nvim", "nano", "pico", "emacs", "visudo", "sudoedit"].map(
    (name) => [name, editor] as const,
  ),
  ...["top", "htop", "btop", "atop", "tig", "lazygit", "ranger", "ncdu"].map(
    (name) => [name, viewer] as const,
  ),
  ["python", repl("Give it code: `python3 -c '…'`, a file, or `python3 - <<'EOF'`.")],
  ["ipython", repl("Give it a file.")],
  ["node", repl("Give it code: `node -e '…'` or a file.")],
  ...["irb", "ghci", "julia", "lua"].map((name) => [name, repl("Give it a file, or pipe code in.")] as const),
  ...["gdb", "lldb"].map(
    (name) =>
      [
        name,
        database(
          /^--?(?:batch|ex|b|o|s|source|eval-command|one-line)/,
          99,
          "Use -batch with -ex (gdb) or -o (lldb).",
        ),
      ] as const,
  ),
  ["psql", database(/^-[A-Za-z]*[cflL]|^--(?:command|file|list)/, 99, "Give the statement with -c.")],
  ["mysql", database(/^-[A-Za-z]*e|^--execute/, 99, "Give the statement with -e.")],
  ["sqlite3", database(/^-(?:cmd|init|version|help)$/, 2, "Give the statement after the database.")],
  ["npm", initialises],
  ["yarn", initialises],
  ["git", git],
  ["ssh", ssh],
  ["docker", inContainer],
  ["podman", logs],
  ["kubectl", logs],
  ["crontab", (args) => (has(args, "e") ? terminal("Pipe the whole table into `crontab -`.") : undefined)],
  [
    "tmux",
    ([verb, ...args]) =>
      verb === undefined ||
      /^(?:a|at|attach|attach-session)$/.test(verb) ||
      (/^new/.test(verb) && !has(args, "d"))
        ? terminal("Use run_in_background, or `tmux new-session -d`.")
        : undefined,
  ],
  [
    "watch",
    (args) =>
      asksOnlyAbout(args) || args.length === 0 ? undefined : endless("Run the command itself, once."),
  ],
  ["tail", follows("fF", "--follow")],
  ["journalctl", follows("f", "--follow")],
  ["tsc", watches(/^(?:-w|--watch)$/, "Run tsc once, without --watch.")],
  ["jest", watches(/^--watch(?:All)?$/, "Run jest once, without --watch.")],
  [
    "vitest",
    (args) =>
      args.includes("run") || !/^(?:--watch|-w|watch|dev)$/.test(args[0] ?? "")
        ? undefined
        : endless("Use `vitest run`."),
  ],
  ["webpack", watches(/^(?:--watch|-w)$/, "Use `webpack build`.")],
  ["nodemon", (args) => (asksOnlyAbout(args) ? undefined : endless("Run the program once with node."))],
]);
/** Programs that only start another one, which is the one that counts. */
const STARTERS = /^(?:npx|bunx|sudo|command|exec|nohup|env)$/;

/** What a simple command would wait for, by its words; undefined when it does its work and ends, or when that is not certain. */
export function needOf(words: readonly string[], around: Around): Need | undefined {
  const at = words.findIndex((word) => !STARTERS.test(word) && !/^\w+=/.test(word));
  if (at === -1 || words.slice(0, at + 1).some((word) => word.startsWith("-"))) return undefined;
  const name = (words[at] ?? "").replace(/^.*\//, "").replace(/^python[\d.]+$/, "python");
  return JUDGES.get(name)?.(words.slice(at + 1), around);
}
