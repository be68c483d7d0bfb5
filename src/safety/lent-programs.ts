/** Programs everybody allows by a wildcard, and the few of their options and commands that run or write something else. */

const baseName = (word: string): string => word.slice(word.lastIndexOf("/") + 1);

/** Long options may be shortened to what is unique. */
const isOption = (word: string, long: readonly string[]): boolean => {
  const [name = ""] = word.split("=", 1);
  return /^--[a-z]{2}/.test(name) && long.some((option) => option.startsWith(name));
};

const OF_GIT = ["--config-env", "--exec-path"];
const OF_GIT_COMMANDS = [
  "--output",
  "--output-directory",
  "--exec",
  "--extcmd",
  "--ext-diff",
  "--textconv",
  "--upload-pack",
  "--receive-pack",
  "--remote",
  "--template",
  "--config",
  "--open-files-in-pager",
  "--unsafe-paths",
  "--directory",
];
/** They run what their words or a setting name, or write what a file says, wherever that says. */
const GIT_COMMANDS = new Set(
  "apply am bisect difftool mergetool filter-branch instaweb daemon send-email hook credential web--browse fast-import shell upload-pack receive-pack http-backend cvsserver".split(
    " ",
  ),
);
const GIT_READS_SETTINGS =
  /^(?:get|list|--get|--get-all|--get-regexp|--get-urlmatch|--get-color|--get-colorbool|--list|-l)$/;

interface GitWords {
  readonly before: readonly string[];
  readonly command: string;
  readonly rest: readonly string[];
}

/** What stands before git's command, the command, and what follows. */
function gitWords(all: readonly string[]): GitWords | undefined {
  const [program = "", ...words] = all.slice(
    Math.max(
      0,
      all.findIndex((word) => baseName(word) === "git"),
    ),
  );
  if (baseName(program) !== "git") return undefined;
  let at = 0;
  for (let word = words[at]; word?.startsWith("-"); word = words[at])
    at += /^(?:-C|-c|--git-dir|--work-tree|--namespace|--config-env|--super-prefix)$/.test(word) ? 2 : 1;
  return { before: words.slice(0, at), command: words[at] ?? "", rest: words.slice(at + 1) };
}

/** Whether the words make git write its settings, which name programs that it runs later. */
export function changesGitSettings(words: readonly string[]): boolean {
  const git = gitWords(words);
  if (git?.command !== "config") return false;
  const names = git.rest.filter((word) => !word.startsWith("-"));
  const isReading = git.rest.some((word) => GIT_READS_SETTINGS.test(word)) || names.length < 2;
  return (
    !isReading ||
    git.rest.some((word) => /^(?:--unset|--replace|--add|--rename|--remove|--edit|-e$)/.test(word))
  );
}

const GIT_SHOWS =
  /^(?:show|diff|log|blame|annotate|cat-file|grep|archive|stash|whatchanged|difftool|range-diff)$/;

/** Files whose content the words make git show, as it is or as it was: `.env` of `HEAD~1:.env`. */
export function shownByGit(words: readonly string[]): readonly string[] {
  const git = gitWords(words);
  if (!git || !GIT_SHOWS.test(git.command)) return [];
  return git.rest
    .filter((word) => !word.startsWith("-"))
    .map((word) => word.slice(word.lastIndexOf(":") + 1));
}

/** Files that the words plainly name as what is written: where output goes, and what git puts there. */
export function putBy(words: readonly string[]): readonly string[] {
  const git = gitWords(words);
  const put = git && GIT_PUTS.test(git.command) ? git.rest : [];
  const outputs = words.flatMap((word, at) => {
    const [, value] = /^(?:-o|--out[a-z-]*)(?:=(.*))?$/s.exec(word) ?? [];
    return /^(?:-o|--out[a-z-]*)(?:=|$)/.test(word) ? [value ?? words[at + 1] ?? ""] : [];
  });
  return [...put, ...outputs].filter((word) => word !== "");
}
const GIT_PUTS = /^(?:checkout|restore|checkout-index|clone|init|worktree|submodule|read-tree)$/;

/** Whether the words make a program run or write what a wildcard for that program does not speak of. */
export const lendsItself = (words: readonly string[]): boolean =>
  changesGitSettings(words) || gitLendsItself(words) || packagesLendThemselves(words);

function gitLendsItself(words: readonly string[]): boolean {
  const git = gitWords(words);
  if (!git) return false;
  const { before, command, rest } = git;
  if (before.some((word) => /^-c|^-p$|^--paginate$/.test(word) || isOption(word, OF_GIT))) return true;
  if (GIT_COMMANDS.has(command) || (command === "submodule" && rest.includes("foreach"))) return true;
  return rest.some(
    (word) =>
      isOption(word, OF_GIT_COMMANDS) ||
      /^[a-z][\w+.-]*::/.test(word) ||
      (command === "rebase" && /^-[a-z]*[xi]/.test(word)) ||
      (command === "grep" && /^-[A-Za-z]*O/.test(word)) ||
      (/^(?:archive|format-patch)$/.test(command) && word.startsWith("-o")) ||
      (/^(?:clone|ls-remote)$/.test(command) && /^-[a-z]*[cu]/.test(word)),
  );
}

const OF_PACKAGES = [
  "--script-shell",
  "--shell",
  "--prefix",
  "--dir",
  "--cwd",
  "--userconfig",
  "--globalconfig",
  "--node-options",
  "--init-module",
  "--registry",
];

/** Before `--` its words are the package manager's own. */
function packagesLendThemselves([program = "", ...words]: readonly string[]): boolean {
  if (!/^(?:npm|pnpm|yarn|bun)$/.test(baseName(program))) return false;
  const end = words.indexOf("--");
  const own = end < 0 ? words : words.slice(0, end);
  return own.some((word) => /^-C/.test(word) || isOption(word, OF_PACKAGES));
}
