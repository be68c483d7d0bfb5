import { climbsBack } from "./climbs-back.ts";
import { readAt } from "./command-rules.ts";
import { pathsOf } from "./file-command-rules.ts";
import { isOrdinarySearch } from "./ordinary-search.ts";
import { isInRoots, type RulePlace } from "./path-patterns.ts";
import { languageAt } from "./powershell/late.ts";
import { isSecret } from "./protected-files.ts";
import { shellRisk } from "./shell/late.ts";
import type { ReadCommand } from "./shell/reading.ts";

/** True when these words of a command cannot make it read more than the files they name. */
type Check = (words: readonly string[]) => boolean;

const always: Check = () => true;
const without =
  (option: RegExp): Check =>
  (words) =>
    !words.some((word) => option.test(word));

/** Commands whose operands are all files. They go into no folder and through no link but those they are given. */
const ON_FILES: ReadonlyMap<string, Check> = new Map([
  ...words(
    "cat head wc nl tac cut tr sort uniq cmp stat file readlink realpath md5sum sha1sum sha256sum cd cksum od strings rev fold hexdump",
  ).map((name): [string, Check] => [name, without(/^--files0-from/)]),
  ["tail", without(/^-[A-Za-z0-9]*[fF]|^--(?:follow|retry)/)],
  ["ls", without(/^-[A-Za-z]*[LH]|^--deref/)],
  ["du", without(/^-[A-Za-z]*[LHDX]|^--(?:deref|files0-from|exclude-from)/)],
  ["tree", without(/^-[A-Za-z]*l|^--fromfile/)],
  ...words("comm paste join column base64 xxd").map((name): [string, Check] => [name, always]),
  // Not whole folders, which may hold what a rule forbids.
  ["diff", without(/^-[A-Za-z]*[rNxX]|^--(?:rec|new|unidir|exc|from|to)/)],
  // A filter is no path that leads anywhere.
  ["jq", without(/^-[A-Za-z]*[fL]|^--(?:from|slurpf|rawf|lib)/)],
  ["unzip", (rest) => rest[0] === "-l"],
  [
    "tar",
    (rest) => /^-?t[zjJvf]*$/.test(rest[0] ?? "") && !rest.slice(1).some((word) => word.startsWith("-")),
  ],
]);

/** Commands whose operands are names, texts and expressions, or are looked at below. */
const ON_WORDS: ReadonlyMap<string, Check> = new Map([
  ...words(
    "pwd echo printf true false : test [ basename dirname uname whoami id which hostname arch nproc uptime locale df cal expr tput type",
  ).map((name): [string, Check] => [name, always]),
  // Contents of whole folders may hold secrets, and files that a rule forbids: the tool for it knows both.
  ...words("grep egrep fgrep").map((name): [string, Check] => [
    name,
    without(/^-[A-Za-z]*[rRdDf]|^--(?:rec|deref|dir|dev|file)/),
  ]),
  // Only where no rule forbids to read anything.
  ["rg", isOrdinarySearch],
  ["find", without(/^-(?:L|H|follow|exec|ok|files0)/)],
  ["date", without(/^-[A-Za-z]*[fr]|^--(?:file|ref)/)],
  // What a script of them may do besides is of no low risk.
  ["sed", always],
  ["awk", always],
  ["command", (rest) => /^-[vV]$/.test(rest[0] ?? "")],
]);

/** What git says of names and dates only. */
const ON_GIT: ReadonlyMap<string, Check> = new Map([
  ["status", without(/^-[A-Za-z]*v/)],
  ["log", (rest) => rest.every((word) => !word.startsWith("-") || SAFE_LOG.test(word))],
  ...words("rev-parse describe ls-files merge-base").map((name): [string, Check] => [name, always]),
  [
    "rev-list",
    (rest) => rest.every((word) => !word.startsWith("-") || SAFE_LOG.test(word) || word === "--count"),
  ],
  ["shortlog", (rest) => rest.every((word) => !word.startsWith("-") || /^-[sne]+$/.test(word))],
  // Whatever else these do is of no low risk.
  ...words("branch tag worktree submodule").map((name): [string, Check] => [name, always]),
  ["stash", (rest) => rest[0] === "list"],
  // With more words it shows addresses, which may hold a password.
  ["remote", (rest) => rest.length === 0],
  // Names and numbers of what is different, but none of it.
  ["diff", (rest) => rest.some((word) => DIFF_NAMES.test(word)) && rest.every(isSafeForDiff)],
]);
/** What shows texts of files, of any that are tracked: for where no rule forbids to read some of them. */
const GIT_TEXTS = new Set(words("diff show blame log grep stash"));
const DIFF_NAMES = /^--(?:name-only|name-status|stat|shortstat|numstat)$/;
const isSafeForDiff = (word: string): boolean =>
  !word.startsWith("-") || DIFF_NAMES.test(word) || /^--(?:cached|staged)?$/.test(word);
const SAFE_LOG =
  /^(?:-\d+|-n\d*|--(?:oneline|graph|all|decorate|no-merges|merges|first-parent|reverse|name-only|name-status|stat|shortstat|format=.*|pretty(?:=.*)?|abbrev-commit|max-count=\d+|since=.*|until=.*|author=.*|grep=.*))$/;

/**
 * Whether a command may run without a question: its text proves that it only reads (`shellRisk`), it is one of the few that
 * read no more than what they are given, and where that leads was looked up. Everything else asks. `runsGit` says that git
 * runs in this workspace in any case, with the programs that its configuration names; `showsTexts` that no rule keeps a tracked
 * file from being read. False until what reads shell text is
 * loaded.
 */
export function isReadOnlyCommand(
  text: string,
  place: RulePlace,
  runsGit: boolean,
  showsTexts = false,
): boolean {
  const { cwd, home, roots, shell } = place;
  if (!isInRoots(place, cwd)) return false;
  const { risk, readOnly } = shellRisk({ cmd: text, cwd, home, roots, shell });
  if (risk !== "low" || !readOnly) return false;
  const { commands, isReadable, isOdd } = readAt(text, place);
  if (!isReadable || isOdd) return false;
  const isKnownHere = languageAt(place) === "powershell" ? isKnownCmdlet : isKnown;
  const git = (words: readonly string[]): boolean => runsGit && isQuietGit(words, showsTexts);
  const searches = commands.some(({ words: [name] }) => name?.value === "rg");
  if (searches && !showsTexts) return false;
  return commands.every((command) => isKnownHere(command, place, git) && staysInside(command, place));
}

/** Of PowerShell: what shows, sorts and counts the files it is given, or only what comes down the pipe. */
const CMDLETS = new Set(
  words(
    "get-childitem get-content get-item test-path resolve-path get-filehash get-location set-location split-path join-path " +
      "select-string select-object where-object sort-object group-object measure-object compare-object get-unique " +
      "format-table format-list format-wide out-string out-null out-host write-output write-host " +
      "convertto-json convertfrom-json convertto-csv convertfrom-csv get-date get-command get-member",
  ),
);

function isKnownCmdlet({ words: all, cwds, redirects }: ReadCommand, place: RulePlace, git: Check): boolean {
  if (!cwds || redirects.length > 0) return false;
  // A folder that is read as a whole may hold what a rule forbids; patterns are expanded by PowerShell itself.
  if (all.some(({ isLiteral, isGlob }) => !isLiteral || isGlob)) return false;
  const [name = "", ...rest] = all.map(({ value }) => value);
  if (name === "git" && !isVersionAsked(rest)) return git(rest);
  if (VERSIONED.has(name)) return isVersionAsked(rest);
  if (!CMDLETS.has(name)) return false;
  const inside = (path: string): boolean =>
    path.startsWith("-") || cwds.every((cwd) => isInRoots(place, place.paths.resolve(cwd, path)));
  return rest.every(inside);
}

function isKnown({ words: all, cwds, redirects }: ReadCommand, place: RulePlace, git: Check): boolean {
  if (!cwds || all.some(({ isLiteral, isGlob }) => !isLiteral || isGlob)) return false;
  const [name = "", ...rest] = all.map(({ value }) => value);
  if (name === "git" && !isVersionAsked(rest)) return git(rest);
  const inside = (path: string): boolean =>
    path.startsWith("-") || cwds.every((cwd) => isInRoots(place, place.paths.resolve(cwd, path)));
  const read = redirects.flatMap((redirect) => redirect.words.map(({ value }) => value));
  return [...read, ...(filesOf(name, rest) ?? ["/"])].every(inside);
}

/** Words that may be files; undefined when the command may read others. */
function filesOf(name: string, rest: readonly string[]): readonly string[] | undefined {
  if (VERSIONED.has(name) && (isVersionAsked(rest) || isHelpAsked(name, rest))) return [];
  if (ON_FILES.get(name)?.(rest)) return rest;
  if (!ON_WORDS.get(name)?.(rest)) return undefined;
  // The first operand is a pattern, or the places come before the expression.
  if (/grep$|^rg$/.test(name))
    return rest.filter((word) => !word.startsWith("-")).slice(hasPattern(rest) ? 0 : 1);
  if (name === "sed")
    return afterScript(rest, /^(?:-[A-Za-z]*e|--expression)$/, /^-[A-Za-z]*e|^--expression/);
  if (name === "awk") return afterScript(rest, /^-[Fv]$/, /^(?:-e|--source)/);
  if (name !== "find") return [];
  const expression = rest.findIndex((word) => /^[-(!]/.test(word));
  return expression < 0 ? rest : rest.slice(0, expression);
}

/** Operands behind the script, which is the first of them unless an option is one. `valued` take the next word. */
function afterScript(rest: readonly string[], valued: RegExp, isScript: RegExp): readonly string[] {
  const operands = rest.filter((word, at) => !word.startsWith("-") && !valued.test(rest[at - 1] ?? ""));
  return rest.some((word) => isScript.test(word)) ? operands : operands.slice(1);
}

const VERSIONED = new Set(
  words(
    "node npm pnpm yarn bun deno python python3 pip git tsc go cargo rustc java ruby php make tar jq rg docker",
  ),
);
const isVersionAsked = (rest: readonly string[]): boolean =>
  /^(?:--version|-version|-v|-V)$/.test(rest.join(" "));
const isHelpAsked = (name: string, rest: readonly string[]): boolean =>
  name !== "git" && /^(?:--help|help)$/.test(rest.join(" "));
function isQuietGit([command = "", ...rest]: readonly string[], showsTexts: boolean): boolean {
  if (command === "--no-pager") return isQuietGit(rest, showsTexts);
  return (showsTexts && GIT_TEXTS.has(command)) || ON_GIT.get(command)?.(rest) === true;
}
const hasPattern = (rest: readonly string[]): boolean =>
  rest.some((word) => /^-[A-Za-z]*e|^--regexp/.test(word));

/** Neither out of the workspace nor to a secret, wherever its files lead. */
export function staysInside(command: ReadCommand, place: RulePlace): boolean {
  const all = [...command.words, ...command.redirects.flatMap((redirect) => redirect.words)];
  if (all.some(({ value }) => climbsBack(value))) return false;
  return pathsOf(command, place).every((path) => {
    if (place.isLooked && !place.isLooked(path)) return false;
    const real = place.real?.(path);
    return real === undefined || (isInRoots(place, real) && !isSecret(real));
  });
}

function words(list: string): readonly string[] {
  return list.split(" ");
}
