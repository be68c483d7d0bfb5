import type { Call, Context, Handler } from "../context.ts";
import { type OptionTable, optionTable, readArguments } from "../options.ts";
import { inWorkspace, isSecretPath, resolveFrom } from "../paths.ts";
import { judgeDoubtful, judgeOptions } from "../table.ts";
import type { ShellWord } from "../word.ts";
import { GIT_CHANGES, GIT_DIFF_OPTIONS, GIT_READS } from "./git-options.ts";
import { GIT_SPECIAL } from "./git-special.ts";

const GLOBAL_FLAGS =
  /^--(?:no-pager|no-optional-locks|literal-pathspecs|glob-pathspecs|noglob-pathspecs|icase-pathspecs|no-replace-objects|no-lazy-fetch|no-advice)$/;
/** Settings given on the command line that only change how results look. */
const PLAIN_SETTING =
  /^(?:color\.[a-z.]+|core\.quote[pP]ath|core\.abbrev|diff\.(?:renames|context|noprefix|mnemonicprefix)|log\.(?:date|showsignature)|column\.ui|advice\.\w+|user\.(?:name|email)|commit\.gpgsign|i18n\.\w+|init\.defaultbranch)=[\w.@ +-]*$/i;

/** `git`: options of git itself, then a command with options of its own. */
const git: Handler = (call, context) => {
  let rest = call.args;
  let isElsewhere: ShellWord | undefined;
  for (let word = rest[0]; word?.value.startsWith("-") || word?.value.startsWith("\0"); word = rest[0]) {
    const { value } = word;
    const isPair =
      /^(?:-C|-c|--git-dir|--work-tree|--namespace|--exec-path|--config-env|--super-prefix)$/.test(value);
    const operand = isPair ? rest[1] : undefined;
    rest = rest.slice(isPair ? 2 : 1);
    if (value === "-C" && operand) isElsewhere = operand;
    else globalOption(word, operand, context);
    if (/^--(?:version|help)$|^-[vh]$/.test(value)) return;
  }
  if (isElsewhere) context.inside(isElsewhere, () => subcommand(rest, call, context));
  else subcommand(rest, call, context);
};

function globalOption(word: ShellWord, operand: ShellWord | undefined, context: Context): void {
  const { value } = word;
  if (GLOBAL_FLAGS.test(value) || (value === "-c" && operand && PLAIN_SETTING.test(operand.value))) return;
  if (/^(?:-p|--paginate|-P)$/.test(value)) {
    if (value !== "-P") context.note("medium", "runs the configured pager", word);
    return;
  }
  const folder = /^--(?:git-dir|work-tree)(?:=(.*))?$/s.exec(value);
  if (folder) {
    const path = operand ?? { ...word, value: folder[1] ?? "" };
    context.path(path, "read");
    context.note("medium", "takes the repository from another place", path);
    return;
  }
  context.note("high", "an option of git that may run something", operand ?? word);
}

function subcommand(words: readonly ShellWord[], call: Call, context: Context): void {
  const [name, ...args] = words;
  if (!name) return;
  if (!name.isLiteral)
    return context.note("high", "the name of the command is only known when it runs", name);
  // The settings of a repository can name programs, so git in another one is like a program from there.
  if (!context.cwds?.every((cwd) => inWorkspace(cwd, context.place) !== undefined)) {
    const isKnown = context.cwds !== undefined && name.value === "--version";
    if (!isKnown)
      context.note("high", "uses a repository outside the workspace, whose settings can run programs", name);
  }
  // The files of a repository can lie in any folder, without one called `.git`: only the workspace's own is known.
  else if (!context.cwds.every((cwd) => isRoot(cwd, context)) && name.value !== "--version")
    context.note("medium", "uses whatever repository is there, whose settings can run programs", name);
  const inner: Call = { name: name.value, word: name, args, hasInput: call.hasInput };
  const special = GIT_SPECIAL[name.value];
  if (special && Object.hasOwn(GIT_SPECIAL, name.value)) return special(inner, context);
  const reads = tableOf(GIT_READS, name.value);
  const changes = reads ? undefined : tableOf(GIT_CHANGES, name.value);
  if (!reads && !changes) return context.note("high", `git ${name.value} may do more than look`, name);
  gitTable(inner, reads ?? changes ?? new Map(), context);
  if (changes) context.note("medium", "changes the repository", name);
}

const isRoot = (folder: string, { place }: Context): boolean =>
  folder === place.cwd || place.roots.includes(folder);

const tables = new Map<string, OptionTable>();

function tableOf(family: Readonly<Record<string, string>>, name: string): OptionTable | undefined {
  const text = Object.hasOwn(family, name) ? family[name] : undefined;
  if (text === undefined) return undefined;
  const known = tables.get(name);
  if (known) return known;
  const table = optionTable(text.replace("DIFF", GIT_DIFF_OPTIONS));
  tables.set(name, table);
  return table;
}

export function gitTable(call: Call, table: OptionTable, context: Context): void {
  const args = readArguments(call.args, table);
  judgeOptions(args, context);
  judgeDoubtful(args, context);
  for (const operand of args.operands) gitOperand(operand, context);
  for (const { value } of args.options) {
    if (!value) continue;
    if (isSecretPath(value.value)) gitOperand(value, context);
    if (/%x[01][\da-f]|%[<>|]/i.test(value.value)) context.note("medium", "prints control characters", value);
  }
}

/** Revisions, ranges and paths look alike; what matters is what leads out of the workspace or names a secret. */
function gitOperand(word: ShellWord, context: Context): void {
  const path = word.value.replace(/^[^/:\s]*:(?:\(.*?\))?/, "").replace(/^\/(?=$)/, "");
  if (isSecretPath(path)) context.note("high", "shows a file that may hold secrets", word, "reads");
  if (/^[~/]|(?:^|\/)\.\.(?:\/|$)/.test(word.value)) farAway(word, context);
  else if (word.value.includes("\0") && !word.isSplit)
    context.note("medium", "what it shows is only known when it runs", word, "reads");
}

function farAway(word: ShellWord, context: Context): void {
  const paths = resolveFrom(context.cwds, word.value, context.place.home);
  const isInside = paths?.every((path) => inWorkspace(path, context.place) !== undefined);
  if (!isInside) context.note("high", "a path outside the repository", word);
}

export const GIT_HANDLERS: readonly [string, Handler][] = [["git", git]];
